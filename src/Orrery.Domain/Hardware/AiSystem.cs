using Orrery.Quantities;

namespace Orrery.Domain.Hardware;

/// <summary>A scale-up domain with its chips, fabric, power and price.</summary>
public sealed record AiSystem
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Chip Chip { get; init; }

    /// <summary>Chips in one system as sold.</summary>
    public required int Chips { get; init; }

    /// <summary>Innermost first; the last one is the scale-out network, which grows with the cluster.</summary>
    public required IReadOnlyList<FabricTier> Tiers { get; init; }

    /// <summary>The largest set of chips that shares the scale-up fabric.</summary>
    public required int ScaleUpDomain { get; init; }

    /// <summary>First shipment, as a fractional year; null where the catalog does not say.</summary>
    public Sourced<double>? Launch { get; init; }

    /// <summary>Between a chip and host memory, per chip and direction; null where the catalog does not say.</summary>
    public Sourced<BytesPerSecond>? HostBandwidth { get; init; }

    public Sourced<Watts>? Power { get; init; }
    public Sourced<Usd>? Price { get; init; }
    public Sourced<SquareMetres>? FloorArea { get; init; }

    /// <summary>What the vendor or an essay says of the whole system, by name ("bf16", "hbm", ...), in base units.</summary>
    public IReadOnlyDictionary<string, Sourced<Scalar>> Claims { get; init; } = new Dictionary<string, Sourced<Scalar>>();
}

/// <summary>As many chips of a system as a job uses, joined by scale-out.</summary>
public sealed record Cluster(AiSystem System, int Chips)
{
    public Chip Chip => System.Chip;

    /// <summary>How many systems that is; a part of one counts as a part.</summary>
    public double Systems => (double)Chips / System.Chips;
}
