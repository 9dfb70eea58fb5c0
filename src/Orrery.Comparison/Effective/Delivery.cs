using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Serving;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Planning.Reinforcement;
using Orrery.Planning.Serving;

namespace Orrery.Comparison.Effective;

/// <summary>What a system delivers on a reference workload with its best plan.</summary>
/// <param name="TokensPerSecondPerChip">Null where it delivers nothing; <see cref="WhyNot"/> says why.</param>
/// <param name="Slower">The least it may be, over its value, by what the catalog does not know exactly.</param>
/// <param name="Faster">The most, over its value.</param>
/// <param name="LimitedBy">What helps most; empty where it is not known.</param>
public sealed record Delivery(Cluster Cluster, ReferenceWorkload Workload, double? TokensPerSecondPerChip, double Slower, double Faster, string LimitedBy, string WhyNot)
{
    /// <summary>The plan, where the workload is training.</summary>
    public DeliveredResult? Trained { get; init; }

    /// <summary>The plan, where the workload is serving.</summary>
    public ServedResult? Served { get; init; }

    /// <summary>The plan, where the workload is reinforcement learning.</summary>
    public RlEstimate? Learned { get; init; }

    /// <summary>Plans the workload on so many chips of the system; everything that keeps it from being planned is a reason and not an error.</summary>
    /// <param name="chips">Null for the workload's own number.</param>
    public static Delivery Of(OrreryCatalog catalog, ReferenceWorkload workload, AiSystem system, int? chips = null, CancellationToken stop = default)
    {
        var cluster = new Cluster(system, chips ?? workload.ChipsOf(system.Chips));
        try
        {
            return workload.Kind switch
            {
                ReferenceKind.Training => Train(catalog, workload, cluster),
                ReferenceKind.ReinforcementLearning => Learn(catalog, workload, cluster, stop),
                _ => Serve(catalog, workload, cluster, stop),
            };
        }
        catch (MissingFactException missing)
        {
            return None(cluster, workload, missing.Message);
        }
    }

    private static Delivery Train(OrreryCatalog catalog, ReferenceWorkload workload, Cluster cluster)
    {
        var contestant = new Contestant(cluster.System.Id, cluster, catalog.DefaultStack(cluster.Chip));
        var comparison = SystemComparison.Of(
            catalog, new ComparisonQuestion([contestant], [catalog.Model(workload.Model)], [PrecisionChoice.Best], workload.InputTokens), TrackRecord.Empty, _ => { });
        var result = comparison.Bouts[0].Results[0];
        return result.Best is not { } best
            ? None(cluster, workload, result.WhyNot)
            : new Delivery(
                cluster, workload, best.TokensPerSecondPerChip, best.Iteration.Value / result.Range!.Slowest, best.Iteration.Value / result.Range.Fastest, result.Levers[0].Lever.Name, "")
            {
                Trained = result,
            };
    }

    private static Delivery Serve(OrreryCatalog catalog, ReferenceWorkload workload, Cluster cluster, CancellationToken stop)
    {
        var model = catalog.Model(workload.Model);
        var formats = FormatChoice.Fastest(model, cluster.Chip, CacheFormat.Bf16);
        if (formats.Count == 0)
        {
            return None(cluster, workload, $"{cluster.Chip.Name} can serve {model.Name} in no format");
        }

        var isPrefill = workload.Kind == ReferenceKind.Prefill;
        var load = new ServingWorkload
        {
            Model = model,
            Precision = formats[0],
            Input = TokenRange.Exactly(workload.InputTokens),
            Output = TokenRange.Exactly(isPrefill ? 1 : workload.OutputTokens),
            PrefixHitRate = isPrefill ? 0 : 1,
        };
        var question = new ServingPlanQuestion(load, formats, cluster, catalog.DefaultEngine(cluster.Chip), new ServingTargets(workload.Ttft, workload.Tpot)) { Keep = 1 };
        // One phase alone needs one pool.
        question = question with { Limits = question.Limits with { Disaggregated = false } };
        var result = ServedResult.Of(catalog, new ServingContestant(cluster.System.Id, question), stop);
        if (result is not { Best: { } best, Range: { } range })
        {
            return None(cluster, workload, result.WhyNone is { Fits: false } ? "it does not fit" : "no deployment meets the latency target");
        }

        var tokens = isPrefill ? best.Estimate.RequestsPerSecond * workload.InputTokens : best.Estimate.OutputTokensPerSecond;
        return new Delivery(
            cluster, workload, tokens / cluster.Chips, range.Capacity.Low / range.Capacity.Value, range.Capacity.High / range.Capacity.Value, result.Levers[0].Lever.Name, "")
        {
            Served = result,
        };
    }

    private static Delivery Learn(OrreryCatalog catalog, ReferenceWorkload workload, Cluster cluster, CancellationToken stop)
    {
        var model = catalog.Model(workload.Model);
        var formats = FormatChoice.Fastest(model, cluster.Chip, CacheFormat.Bf16).Take(1).ToList();
        if (formats.Count == 0)
        {
            return None(cluster, workload, $"{cluster.Chip.Name} can serve {model.Name} in no format");
        }

        var question = new RlQuestion(model, cluster, catalog.DefaultEngine(cluster.Chip), catalog.DefaultStack(cluster.Chip), formats)
        {
            Precision = TrainingPrecision.Bf16,
            Prompts = workload.Step.Prompts,
            Group = workload.Step.Group,
            Input = workload.InputTokens,
            RolloutChips = (int)Math.Round(workload.RolloutShare * cluster.Chips),
            IsOffPolicy = true,
            Outputs = new OutputLengths(workload.OutputTokens, workload.OutputTokensP99, model.MaxSequence - workload.InputTokens),
        };
        var plan = RlEstimator.Plan(question, null, stop);
        if (plan.Estimate is not { Training.Memory.Fits: true } estimate)
        {
            return None(cluster, workload, "it does not fit");
        }

        var range = RlRange.Of(catalog, estimate);
        return new Delivery(
            cluster, workload, estimate.TokensPerSecondPerChip, range.Step.Value / range.Step.High, range.Step.Value / range.Step.Low, RlLeverEffect.On(estimate)[0].Lever.Name, "")
        {
            Learned = estimate,
        };
    }

    private static Delivery None(Cluster cluster, ReferenceWorkload workload, string why) => new(cluster, workload, null, 1, 1, "", why);
}
