using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Serving;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Planning.Training;

namespace Orrery.Policy.Fleets;

/// <summary>What one chip of a system delivers on each workload, in a cluster of about a thousand chips or one that serves a replica.</summary>
/// <param name="training">Residuals that intervals of training are made of; so for serving.</param>
internal sealed class DeliveredRates(OrreryCatalog catalog, FleetQuestion question, ResidualTable training, ResidualTable serving)
{
    public const int ReferenceChips = 1024;

    // Replicas of a large model fit into it on every chip that serves at all; of a large system so many times that.
    private const int ServingChips = 64;
    private const int MostServing = 6 * ServingChips;

    private static readonly TrainingPrecision[] Candidates =
        [TrainingPrecision.Nvfp4, TrainingPrecision.Mxfp8, TrainingPrecision.Fp8, TrainingPrecision.Bf16];

    /// <summary>Whole systems near a number of chips, or whole hosts of one.</summary>
    public static int Whole(AiSystem system, double chips)
    {
        var unit = chips >= system.Chips ? system.Chips : Math.Min(system.Chips, 8);
        return (int)Math.Max(unit, Math.Round(chips / unit) * unit);
    }

    /// <summary>Pre-training, failures counted, and the fastest precision; null where nothing trains.</summary>
    public (ChipRate Rate, TrainingPrecision? Precision) Training(AiSystem system, Transformer model, CancellationToken stop)
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
            return (new ChipRate(TrainingGoodput.Of(best).Counted / chips, interval?.Low ?? 1, interval?.High ?? 1,
                $"{model.Id}@{system.Id}:{chips}, {best.Workload.Precision.ToString().ToLowerInvariant()}", ""), best.Workload.Precision);
        }
        catch (MissingFactException missing)
        {
            return (ChipRate.None(missing.Message), null);
        }
    }

    private ServingEngine EngineOf(Chip chip)
    {
        try
        {
            return catalog.DefaultEngine(chip);
        }
        catch (MissingFactException) when (question.Engine is not null)
        {
            return question.Engine;
        }
    }

    /// <summary>The one asked for, or all that may be the fastest; FP16 where there is no BF16.</summary>
    private IReadOnlyList<TrainingPrecision> Precisions(Chip chip) => question.Precision.Precision is { } one ? [one]
        : chip.MatmulPeak(NumberFormat.Bf16) is null ? [TrainingPrecision.Fp16] : Candidates;

    /// <summary>Output tokens within the latency target, one pool that does everything.</summary>
    public ChipRate Serving(AiSystem system, CancellationToken stop)
    {
        try
        {
            var cluster = new Cluster(system, system.Chips < ServingChips ? Whole(system, ServingChips) : Math.Min(system.Chips, MostServing));
            var engine = EngineOf(system.Chip);
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
