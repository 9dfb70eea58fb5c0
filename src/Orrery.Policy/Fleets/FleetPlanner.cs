using System.Runtime.ExceptionServices;
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
    private const int Spacing = 4;

    // Failures leave no reason to use a smaller part of a cluster than this.
    private const double SmallestPart = 64;

    // No cluster that anybody has announced is larger.
    private const int MostChips = 20_000_000;

    // MFU that first guesses at the batch are made with.
    private const double GuessedMfu = 0.4;

    // A batch near this share of the critical one costs few tokens and leaves enough sequences to divide.
    private const double BatchShare = 0.1;

    private static readonly double[] BatchFactors = [0.25, 0.5, 1, 2, 4];

    private readonly Transformer _dense = catalog.Model(question.Dense.Model);
    private readonly DeliveredRates _rates = new(catalog, question, training, serving);

    /// <summary>The systems of all fleets and the reference, with clusters as large as each is found in.</summary>
    /// <param name="progress">Told what is being planned, from several threads.</param>
    public IReadOnlyDictionary<string, PlannedChip> Plan(IReadOnlyList<Fleet> fleets, Action<string> progress, CancellationToken stop = default)
    {
        var sizes = ClusterSizes.Of(fleets, catalog);
        var systems = sizes.Keys.Append(catalog.System(Reference)).DistinctBy(system => system.Id).OrderBy(system => system.Id, StringComparer.Ordinal).ToList();
        var planned = new PlannedChip[systems.Count];
        try
        {
            Parallel.For(0, systems.Count, new ParallelOptions { CancellationToken = stop }, at =>
            {
                progress($"planning {systems[at].Id} ...");
                planned[at] = Plan(systems[at], sizes.TryGetValue(systems[at], out var ends) ? ends : null, stop);
            });
        }
        catch (AggregateException several)
        {
            // What is wrong with one system is said as such, whichever thread found it.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return planned.ToDictionary(plan => plan.System.Id);
    }

    /// <summary>One more node of a curve, for a cluster larger than any there is.</summary>
    public RunCurve Extended(RunCurve curve, int chips, CancellationToken stop = default) =>
        curve with { Nodes = [.. curve.Nodes, Node(curve.System, curve.Precision, Near(curve.System, chips), stop)] };

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
        var decode = _rates.Decode(system, stop);
        return new PlannedChip(system, run, dense, _rates.Training(question.Moe, system).Rate, decode, _rates.Serving(system, decode, stop));
    }

    private double FlopPerToken => ModelCounts.Training(_dense, question.Dense.InputTokens);

    /// <summary>
    /// Sizes from the smallest cluster to the largest: systems halved or doubled, since numbers with few odd factors divide into layouts that use every chip.
    /// Parts of large clusters are among them, for a run may be larger on a part.
    /// </summary>
    private List<int> Counts(AiSystem system, double least, double most)
    {
        least = Math.Min(least, Math.Max(most / SmallestPart, question.Dense.Chips));
        var counts = new List<int> { Near(system, least) };
        while (counts[^1] < most && counts[^1] < MostChips)
        {
            counts.Add((int)Math.Min(MostChips, (long)counts[^1] * Spacing));
        }

        return counts;
    }

    /// <summary>The largest number of chips not above one: a system doubled, or halved as far as that goes.</summary>
    private static int Near(AiSystem system, double chips)
    {
        long near = system.Chips;
        while (near % 2 == 0 && near > chips)
        {
            near /= 2;
        }

        while (near * 2 <= Math.Min(chips, MostChips))
        {
            near *= 2;
        }

        return (int)near;
    }

    private RunNode Node(AiSystem system, TrainingPrecision precision, int chips, CancellationToken stop)
    {
        var sequence = question.Dense.InputTokens;
        var peak = system.Chip.MatmulPeak(PrecisionRecipe.Of(precision).Format)!.Value.Value;
        var critical = CriticalBatch.Tokens(
            question.Law, ModelCounts.Parameters(_dense).Total, Math.Max(1, chips * peak * GuessedMfu * question.Seconds / FlopPerToken)) / sequence;
        var batch = Batch(critical * BatchShare, BatchLadder.OddPart(chips));
        var workload = new TrainingWorkload(_dense, batch, sequence, precision);
        var stack = catalog.DefaultStack(system.Chip);
        var ask = new Contestant(system.Id, new Cluster(system, chips), stack).Ask(workload, chips);
        var best = TrainingPlanner.Best(ask with { Limits = ask.Limits with { Chips = new DegreeRange(chips, chips) } }, stop).Best;
        stop.ThrowIfCancellationRequested();
        return best is null ? new RunNode(chips, [], null, 0) : new RunNode(chips, Rates(best, stack), best, FailureLoss.Of(best).Loss);
    }

    /// <summary>The batch nearest to so many sequences that divides over the chips: their odd part doubled, or a power of two where that is too large.</summary>
    private static int Batch(double sequences, int odd)
    {
        var unit = odd <= sequences ? odd : 1;
        return (int)Math.Min(1 << 30, unit * Math.Pow(2, Math.Max(0, Math.Round(Math.Log2(Math.Max(1, sequences) / unit)))));
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
