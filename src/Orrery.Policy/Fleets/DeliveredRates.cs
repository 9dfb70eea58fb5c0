using Orrery.Analysis.Reliability;
using Orrery.Catalog;
using Orrery.Comparison;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Effective;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Serving;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;

namespace Orrery.Policy.Fleets;

/// <summary>What one chip of a system delivers, with the interval of the prediction: on the reference workloads, and serving whole requests.</summary>
/// <param name="training">Residuals that intervals of training are made of; so for serving.</param>
internal sealed class DeliveredRates(OrreryCatalog catalog, FleetQuestion question, ResidualTable training, ResidualTable serving)
{
    /// <summary>Pre-training as <see cref="EffectiveCompute"/> plans it, failures counted, and its precision; null where nothing trains.</summary>
    public (ChipRate Rate, TrainingPrecision? Precision) Training(ReferenceWorkload workload, AiSystem system)
    {
        var cluster = new Cluster(system, workload.ChipsOf(system.Chips));
        try
        {
            var contestant = new Contestant(system.Id, cluster, catalog.DefaultStack(cluster.Chip));
            var choice = question.Precision.Precision is null && cluster.Chip.MatmulPeak(NumberFormat.Bf16) is null ? new PrecisionChoice(TrainingPrecision.Fp16) : question.Precision;
            var asked = new ComparisonQuestion([contestant], [catalog.Model(workload.Model)], [choice], workload.InputTokens);
            var result = SystemComparison.Of(catalog, asked, TrackRecord.Empty, _ => { }, training).Bouts[0].Results[0];
            if (result.Best is not { } best)
            {
                return (ChipRate.None(result.WhyNot), null);
            }

            return (
                new ChipRate(
                    TrainingGoodput.Of(best).Counted / cluster.Chips, result.Interval?.Low ?? 1, result.Interval?.High ?? 1,
                    $"{workload.Model}@{system.Id}:{cluster.Chips}, {best.Workload.Precision.ToString().ToLowerInvariant()}", ""),
                best.Workload.Precision);
        }
        catch (MissingFactException missing)
        {
            return (ChipRate.None(missing.Message), null);
        }
    }

    /// <summary>Tokens after the first, as <see cref="EffectiveCompute"/> plans them.</summary>
    public ChipRate Decode(AiSystem system, CancellationToken stop)
    {
        var delivery = Delivery.Of(catalog, question.Decode, system, stop: stop);
        return delivery is { TokensPerSecondPerChip: { } rate, Served: { Best: { } best, Range: { } range } }
            ? Rate(rate, best, range, delivery.Cluster)
            : ChipRate.None(delivery.WhyNot);
    }

    /// <summary>
    /// Output tokens of whole requests within the latency targets, one pool that does everything. How far off that may be is taken from decode, of which it is
    /// mostly made.
    /// </summary>
    public ChipRate Serving(AiSystem system, ChipRate decode, CancellationToken stop)
    {
        try
        {
            var cluster = new Cluster(system, question.Decode.ChipsOf(system.Chips));
            var formats = FormatChoice.Fastest(question.Served, system.Chip, CacheFormat.Bf16);
            if (formats.Count == 0)
            {
                return ChipRate.None($"{system.Chip.Name} can serve {question.Served.Name} in no format");
            }

            var workload = new ServingWorkload { Model = question.Served, Precision = formats[0], Input = question.Input, Output = question.Output };
            var asked = new ServingPlanQuestion(workload, formats, cluster, EngineOf(system.Chip), question.Targets) { Keep = 1, Limits = new ServingLimits { Disaggregated = false } };
            return ServingPlanner.Best(asked, stop).Best is { } best
                ? new ChipRate(best.Estimate.OutputTokensPerSecond / cluster.Chips, decode.Low, decode.High, How(question.Served.Id, cluster, best), "")
                : ChipRate.None("it does not fit, or no deployment meets the latency target");
        }
        catch (MissingFactException missing)
        {
            return ChipRate.None(missing.Message);
        }
    }

    private ChipRate Rate(double rate, PlannedServing best, ServingRange range, Cluster cluster)
    {
        var (value, interval) = (best.Estimate.OutputTokensPerSecond, ServingInterval.Of(serving, best.Estimate, range)?.TokensPerSecond);
        var low = (interval?.Low ?? value) / value;
        var high = (interval?.High ?? value) / value;

        // A deployment that may not keep up at one end of some range has no high end; then it is as far from the value as the low one.
        return new ChipRate(rate, low, double.IsFinite(high) ? high : 1 / low, How(question.Decode.Model, cluster, best), "");
    }

    private static string How(string model, Cluster cluster, PlannedServing best) =>
        FormattableString.Invariant($"{model}@{cluster.System.Id}:{cluster.Chips}, {best.Candidate.Precision.Dense.ToString().ToLowerInvariant()}, {best.Estimate.Question.Engine.Id}");

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
}
