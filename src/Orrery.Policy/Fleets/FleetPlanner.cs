using Orrery.Analysis.Models;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Scaling;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Effective;
using Orrery.Comparison.Scaling;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Policy.Fleets;

/// <summary>Plans what each system of a fleet delivers; a system is planned once, whatever the number of fleets and draws.</summary>
/// <param name="training">Residuals that intervals of training are made of.</param>
/// <param name="serving">The same of serving.</param>
public sealed class FleetPlanner(OrreryCatalog catalog, FleetQuestion question, ResidualTable training, ResidualTable serving)
{
    /// <summary>The system that all delivered H100 equivalents are over.</summary>
    public const string Reference = EffectiveCompute.Reference;

    // Sizes of clusters that are planned lie so far apart at most.
    private const double Spacing = 4;

    // Failures leave no reason to use a smaller part of a cluster than this.
    private const double SmallestPart = 64;

    // A part of a system is taken in steps of so many chips.
    private const int HostChips = 8;

    // So large a share of the chips must be used: smaller clusters are nodes of their own.
    private const double LeastUsed = 0.9;

    // MFU that first guesses at the batch are made with.
    private const double GuessedMfu = 0.4;

    // A batch near this share of the critical one costs few tokens and leaves enough sequences to divide.
    private const double BatchShare = 0.1;

    private static readonly double[] BatchFactors = [0.25, 0.5, 1, 2, 4];

    private readonly Transformer _dense = catalog.Model(question.Dense.Model);
    private readonly DeliveredRates _rates = new(catalog, question, training, serving);

    /// <summary>The systems of all fleets and the reference, with clusters as large as each is found in.</summary>
    /// <param name="progress">Told what is being planned.</param>
    public IReadOnlyDictionary<string, PlannedChip> Plan(IReadOnlyList<Fleet> fleets, Action<string> progress, CancellationToken stop = default)
    {
        var sizes = ClusterSizes.Of(fleets, catalog);
        var planned = new Dictionary<string, PlannedChip>();
        foreach (var (system, ends) in sizes.OrderBy(entry => entry.Key.Id, StringComparer.Ordinal))
        {
            progress($"planning {system.Id} ...");
            planned.Add(system.Id, Plan(system, ends, stop));
        }

        if (!planned.ContainsKey(Reference))
        {
            planned.Add(Reference, Plan(catalog.System(Reference), null, stop));
        }

        return planned;
    }

    /// <summary>One more node of a curve, for a cluster larger than any there is.</summary>
    public RunCurve Extended(RunCurve curve, int chips, CancellationToken stop = default) =>
        curve with { Nodes = [.. curve.Nodes, Node(curve.System, curve.Precision, Whole(curve.System, chips), stop)] };

    private PlannedChip Plan(AiSystem system, (double Least, double Most)? ends, CancellationToken stop)
    {
        var (dense, precision) = _rates.Training(question.Dense, system);
        stop.ThrowIfCancellationRequested();
        var counts = ends is { } some && precision is not null ? Counts(system, some.Least, some.Most) : [];
        var nodes = counts.Select(chips => Node(system, precision!.Value, chips, stop)).ToList();
        var run = new RunCurve(system, precision ?? TrainingPrecision.Bf16, FlopPerToken, ModelCounts.Parameters(_dense).Total, nodes)
        {
            FailureRange = nodes.LastOrDefault(node => node.Best is not null) is { } last ? FailureLoss.Range(catalog, last.Best!) : (1, 1),
            FailuresUnknown = GoodputEstimator.Unknown(system) ?? "",
        };
        return new PlannedChip(system, run, dense, _rates.Training(question.Moe, system).Rate, _rates.Decode(system, stop), _rates.Serving(system, stop));
    }

    private double FlopPerToken => ModelCounts.Training(_dense, question.Dense.InputTokens);

    /// <summary>Whole systems from the smallest to the largest, or parts of one, near a geometric ladder; with parts of large clusters, on which a run may be larger.</summary>
    private List<int> Counts(AiSystem system, double least, double most)
    {
        least = Math.Min(least, Math.Max(most / SmallestPart, question.Dense.Chips));
        var steps = (int)Math.Ceiling(Math.Log(Math.Max(1, most / least)) / Math.Log(Spacing));
        return [.. Enumerable.Range(0, steps + 1)
            .Select(step => Whole(system, least * Math.Pow(most / least, steps == 0 ? 0 : (double)step / steps)))
            .Distinct().Order()];
    }

    /// <summary>Whole systems near a number of chips, or whole hosts of one.</summary>
    private static int Whole(AiSystem system, double chips)
    {
        var unit = chips >= system.Chips ? system.Chips : Math.Min(system.Chips, HostChips);
        return (int)Math.Max(unit, Math.Round(chips / unit) * unit);
    }

    private RunNode Node(AiSystem system, TrainingPrecision precision, int chips, CancellationToken stop)
    {
        var sequence = question.Dense.InputTokens;
        var peak = system.Chip.MatmulPeak(PrecisionRecipe.Of(precision).Format)!.Value.Value;
        var critical = CriticalBatch.Tokens(
            question.Law, ModelCounts.Parameters(_dense).Total, Math.Max(1, chips * peak * GuessedMfu * question.Seconds / FlopPerToken)) / sequence;
        var ladder = BatchLadder.UpTo((int)Math.Clamp(critical, 1, 1 << 24), system.Chips, chips);
        var batch = ladder.MinBy(one => Math.Abs(Math.Log(one / Math.Max(1, critical * BatchShare))));
        var workload = new TrainingWorkload(_dense, batch, sequence, precision);
        var stack = catalog.DefaultStack(system.Chip);
        var ask = new Contestant(system.Id, new Cluster(system, chips), stack).Ask(workload, chips);
        var best = TrainingPlanner.Best(ask with { Limits = ask.Limits with { Chips = new DegreeRange((int)(chips * LeastUsed), chips) } }, stop).Best;
        stop.ThrowIfCancellationRequested();
        return best is null ? new RunNode(chips, [], null, 0) : new RunNode(chips, Rates(best, stack), best, FailureLoss.Of(best).Loss);
    }

    /// <summary>The strategy at other batches: what it does there is reached, if not the best.</summary>
    private static List<BatchRate> Rates(TrainingEstimate best, SoftwareStack stack)
    {
        var rates = new List<BatchRate>();
        var group = best.Strategy.DataParallel * best.Strategy.MicroBatch;
        foreach (var batch in BatchFactors.Select(factor => (int)Math.Max(group, Math.Round(best.Workload.GlobalBatch * factor / group) * group)).Distinct())
        {
            var workload = best.Workload with { GlobalBatch = batch };
            if (StrategyRules.Check(best.Strategy, workload, best.Cluster.Chips).Count > 0)
            {
                continue;
            }

            var estimate = batch == best.Workload.GlobalBatch ? best : TrainingEstimator.Estimate(workload, best.Strategy, best.Cluster, stack);
            if (estimate.Memory.Fits)
            {
                rates.Add(new BatchRate(workload.TokensPerStep, estimate.TokensPerSecond));
            }
        }

        return rates;
    }
}
