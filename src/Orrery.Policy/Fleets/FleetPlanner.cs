using Orrery.Analysis.Reliability;
using Orrery.Analysis.Scaling;
using Orrery.Analysis.Training;
using Orrery.Analysis.Models;
using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Serving;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Planning.Training;

namespace Orrery.Policy.Fleets;

/// <summary>Plans what each system of a fleet delivers; a system is planned once, whatever the number of fleets and draws.</summary>
/// <param name="training">Residuals that intervals of training are made of.</param>
/// <param name="serving">The same of serving.</param>
public sealed class FleetPlanner(OrreryCatalog catalog, FleetQuestion question, ResidualTable training, ResidualTable serving)
{
    /// <summary>The system that all delivered H100 equivalents are over.</summary>
    public const string Reference = "dgx-h100";

    // Rates of one chip are those of a cluster near this size.
    private const int ReferenceChips = 1024;

    // Replicas of a large model fit into it on every chip that serves at all.
    private const int ServingChips = 64;

    // Sizes of clusters that are planned lie so far apart at most.
    private const double Spacing = 4;

    // Failures leave no reason to use a smaller part of a cluster than this.
    private const double SmallestPart = 64;

    /// <summary>So large a share of the chips must be used, so that the search need not look at smaller clusters again.</summary>
    private const double LeastUsed = 0.9;

    // MFU that first guesses at the batch are made with.
    private const double GuessedMfu = 0.4;

    // A batch near this share of the critical one costs few tokens and leaves enough sequences to divide.
    private const double BatchShare = 0.1;

    private static readonly TrainingPrecision[] Candidates =
        [TrainingPrecision.Nvfp4, TrainingPrecision.Mxfp8, TrainingPrecision.Fp8, TrainingPrecision.Bf16];

    private static readonly double[] BatchFactors = [0.25, 0.5, 1, 2, 4];

    private readonly Dictionary<string, (ChipRate Dense, TrainingPrecision? Precision, ChipRate Moe, ChipRate Serving)> _rates = [];

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
        var (dense, precision, moe, served) = RatesOf(system, stop);
        var counts = ends is { } some && precision is not null ? Counts(system, some.Least, some.Most) : [];
        var nodes = counts.Select(chips => Node(system, precision!.Value, chips, stop)).ToList();
        var run = new RunCurve(system, precision ?? TrainingPrecision.Bf16, FlopPerToken, ModelCounts.Parameters(question.Dense).Total, nodes)
        {
            FailureRange = nodes.LastOrDefault(node => node.Best is not null) is { } last ? FailureLoss.Range(catalog, last.Best!) : (1, 1),
            FailuresUnknown = GoodputEstimator.Unknown(system) ?? "",
        };
        return new PlannedChip(system, run, dense, moe, served);
    }

    private double FlopPerToken => ModelCounts.Training(question.Dense, DefaultWorkload.SequenceLength(question.Dense));

    private (ChipRate Dense, TrainingPrecision? Precision, ChipRate Moe, ChipRate Serving) RatesOf(AiSystem system, CancellationToken stop)
    {
        if (!_rates.TryGetValue(system.Id, out var rates))
        {
            var (dense, precision) = Training(system, question.Dense, stop);
            rates = (dense, precision, Training(system, question.MixtureOfExperts, stop).Rate, Serving(system, stop));
            _rates.Add(system.Id, rates);
        }

        return rates;
    }

    /// <summary>Whole systems from the smallest to the largest, or parts of one, near a geometric ladder; with parts of large clusters, on which a run may be larger.</summary>
    private static List<int> Counts(AiSystem system, double least, double most)
    {
        least = Math.Min(least, Math.Max(most / SmallestPart, ReferenceChips));
        var steps = (int)Math.Ceiling(Math.Log(Math.Max(1, most / least)) / Math.Log(Spacing));
        return [.. Enumerable.Range(0, steps + 1)
            .Select(step => Whole(system, least * Math.Pow(most / least, steps == 0 ? 0 : (double)step / steps)))
            .Distinct().Order()];
    }

    private static int Whole(AiSystem system, double chips)
    {
        var unit = chips >= system.Chips ? system.Chips : Math.Min(system.Chips, 8);
        return (int)Math.Max(unit, Math.Round(chips / unit) * unit);
    }

    private RunNode Node(AiSystem system, TrainingPrecision precision, int chips, CancellationToken stop)
    {
        var sequence = DefaultWorkload.SequenceLength(question.Dense);
        var peak = system.Chip.MatmulPeak(PrecisionRecipe.Of(precision).Format)!.Value.Value;
        var critical = CriticalBatch.Tokens(
            question.Law, ModelCounts.Parameters(question.Dense).Total, Math.Max(1, chips * peak * GuessedMfu * question.Seconds / FlopPerToken)) / sequence;
        var ladder = BatchLadder.UpTo((int)Math.Clamp(critical, 1, 1 << 24), system.Chips, chips);
        var batch = ladder.MinBy(one => Math.Abs(Math.Log(one / Math.Max(1, critical * BatchShare))));
        var workload = new TrainingWorkload(question.Dense, batch, sequence, precision);
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

    private (ChipRate Rate, TrainingPrecision? Precision) Training(AiSystem system, Transformer model, CancellationToken stop)
    {
        var why = "";
        TrainingEstimate? best = null;
        var chips = Whole(system, ReferenceChips);
        var sequence = DefaultWorkload.SequenceLength(model);
        try
        {
            var contestant = new Contestant(system.Id, new Cluster(system, chips), catalog.DefaultStack(system.Chip));
            foreach (var precision in Precisions(system.Chip))
            {
                if (system.Chip.MatmulPeak(PrecisionRecipe.Of(precision).Format) is null)
                {
                    continue;
                }

                try
                {
                    var ask = contestant.Ask(new TrainingWorkload(model, DefaultWorkload.GlobalBatchOn(sequence, chips), sequence, precision), chips);
                    best = TrainingPlanner.Best(ask with { LongestStep = best?.Iteration.Value ?? double.PositiveInfinity }, stop).Best ?? best;
                    stop.ThrowIfCancellationRequested();
                }
                catch (MissingFactException missing)
                {
                    why = missing.Message;
                }
            }

            if (best is null)
            {
                return (ChipRate.None(why.Length > 0 ? why : $"{model.Id} does not fit on {chips} chips, or they have no such precision"), null);
            }

            var interval = PredictionInterval.Of(training, best, contestant.Stack, PredictionRange.Of(RangeEnds.Of(catalog, system, contestant.Stack), best));
            return (new ChipRate(best.TokensPerSecond / chips, interval?.Low ?? 1, interval?.High ?? 1,
                $"{model.Id}@{system.Id}:{chips}, {best.Workload.Precision.ToString().ToLowerInvariant()}", ""), best.Workload.Precision);
        }
        catch (MissingFactException missing)
        {
            return (ChipRate.None(missing.Message), null);
        }
    }

    /// <summary>The one asked for, or all that may be the fastest; FP16 where there is no BF16.</summary>
    private IReadOnlyList<TrainingPrecision> Precisions(Chip chip) => question.Precision.Precision is { } one ? [one]
        : chip.MatmulPeak(NumberFormat.Bf16) is null ? [TrainingPrecision.Fp16] : Candidates;

    private ChipRate Serving(AiSystem system, CancellationToken stop)
    {
        try
        {
            var cluster = new Cluster(system, system.Chips < ServingChips ? Whole(system, ServingChips) : Math.Min(system.Chips, 6 * ServingChips));
            var engine = catalog.DefaultEngine(system.Chip);
            var formats = FormatChoice.Fastest(question.Served, system.Chip, CacheFormat.Bf16);
            if (formats.Count == 0)
            {
                return ChipRate.None($"{system.Chip.Id} serves none of the formats of {question.Served.Id}");
            }

            var workload = new ServingWorkload { Model = question.Served, Precision = formats[^1], Input = question.Input, Output = question.Output };
            var plan = ServingPlanner.Best(
                new ServingPlanQuestion(workload, [formats[^1]], cluster, engine, question.Targets) { Keep = 1, Limits = new ServingLimits { Disaggregated = false } }, stop);
            stop.ThrowIfCancellationRequested();
            if (plan.Best is not { } best)
            {
                return ChipRate.None($"no deployment on {cluster.Chips} chips meets the latency target");
            }

            var rate = best.Estimate.OutputTokensPerSecond;
            var interval = ServingInterval.Of(serving, best.Estimate, ServingRange.Of(catalog, best.Estimate))?.TokensPerSecond;
            return new ChipRate(
                rate / cluster.Chips, (interval?.Low ?? rate) / rate, double.IsFinite(interval?.High ?? rate) ? (interval?.High ?? rate) / rate : rate / interval!.Low,
                $"{question.Served.Id}@{system.Id}:{cluster.Chips}, {formats[^1].Dense.ToString().ToLowerInvariant()}, {engine.Id}", "");
        }
        catch (MissingFactException missing)
        {
            return ChipRate.None(missing.Message);
        }
    }
}
