using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Domain;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;

namespace Orrery.Policy.Fleets;

/// <summary>What is asked of fleets.</summary>
public sealed record FleetQuestion
{
    /// <summary>The dense workload; the largest run is of its model.</summary>
    public required ReferenceWorkload Dense { get; init; }
    public required ReferenceWorkload Moe { get; init; }
    public required ReferenceWorkload Decode { get; init; }

    /// <summary>Whole requests of this model are what tokens served at the latency target are of.</summary>
    public required Transformer Served { get; init; }

    /// <summary>Of training; each chip type its fastest where none is named.</summary>
    public PrecisionChoice Precision { get; init; } = PrecisionChoice.Best;

    /// <summary>Days that a run may take, failures and restarts included.</summary>
    public double Days { get; init; } = 120;

    /// <summary>Model FLOP of a frontier run.</summary>
    public required Sourced<double> FrontierFlop { get; init; }
    public required CriticalBatchLaw Law { get; init; }

    /// <summary>Means that requests must keep to.</summary>
    public ServingTargets Targets { get; init; } = new(5, 0.05);

    /// <summary>What chips serve with that no engine of the catalog is the default for; null leaves them out of serving.</summary>
    public ServingEngine? Engine { get; init; }
    public TokenRange Input { get; init; } = TokenRange.Exactly(4096);
    public TokenRange Output { get; init; } = TokenRange.Exactly(1024);

    /// <summary>Paper H100e, as the fleet counts them, from which a cluster matters; null for a cluster that finishes the frontier run in time.</summary>
    public double? BigCluster { get; init; }

    /// <summary>Draws of all ranged inputs.</summary>
    public int Samples { get; init; } = 2000;
    public ulong Seed { get; init; } = 1;

    /// <summary>Share of draws inside the interval.</summary>
    public double Level { get; init; } = 0.8;

    public double Seconds => Days * 86400;

    private const string Sheet = "frontier-run";

    /// <summary>The question that names nothing: the catalog's reference workloads, frontier run and default law; served is the model of decode.</summary>
    /// <exception cref="MissingFactException">The catalog says nothing of a frontier run, or has no default law.</exception>
    public static FleetQuestion Default(OrreryCatalog catalog)
    {
        var decode = catalog.Workload("decode");
        return new()
        {
            Dense = catalog.Workload("dense-pretraining"),
            Moe = catalog.Workload("moe-pretraining"),
            Decode = decode,
            Served = catalog.Model(decode.Model),
            FrontierFlop = catalog.Policy(Sheet).Facts.TryGetValue("flop", out var flop) ? flop.Amount : throw new MissingFactException($"policies/{Sheet} has no 'flop'"),
            Law = catalog.DefaultCriticalBatchLaw(),
        };
    }
}
