using Orrery.Analysis.Training;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;

namespace Orrery.Simulation.Timeline;

/// <summary>The closed form's step in the terms of the timeline.</summary>
internal static class ClosedParts
{
    /// <param name="pass">One micro-batch through all stages.</param>
    public static IReadOnlyList<EffectTime> Beside(Dictionary<TimelineEffect, double> played, in StepTimes pass, TrainingEstimate estimate, SoftwareStack stack)
    {
        var (s, parts) = (estimate.Strategy, estimate.Parts);
        var perStage = (double)estimate.Workload.GlobalBatch / (s.DataParallel * s.MicroBatch) / s.PipelineParallel;
        var context = pass[StepPart.ContextParallelCommunication] * perStage;
        var work = (pass.Total * perStage) - context + Offload(estimate, stack);
        double Of(TimelineEffect effect) => effect switch
        {
            TimelineEffect.Work => work,
            TimelineEffect.ContextExchange => context,
            TimelineEffect.Bubble => parts[StepPart.Bubble],
            TimelineEffect.PointToPoint => parts[StepPart.PipelineCommunication],
            TimelineEffect.DataParallel => parts[StepPart.DataParallelCommunication],
            TimelineEffect.Optimizer => parts[StepPart.Optimizer],
            TimelineEffect.Jitter => parts[StepPart.Jitter],
            TimelineEffect.Imbalance => SlowestStage(parts) - work - context,
            _ => 0,
        };
        return [.. Enum.GetValues<TimelineEffect>().Select(effect => new EffectTime(effect, Of(effect), played[effect]))];
    }

    /// <summary>The parts that the slowest stage's passes were booked under.</summary>
    private static double SlowestStage(in StepTimes parts) =>
        parts.Total - parts[StepPart.Bubble] - parts[StepPart.PipelineCommunication] - parts[StepPart.DataParallelCommunication]
        - parts[StepPart.Optimizer] - parts[StepPart.Jitter];

    /// <summary>Waiting for the link to the host is booked with the stage's work: what is gone without offload.</summary>
    private static double Offload(TrainingEstimate estimate, SoftwareStack stack)
    {
        if (estimate.Strategy is { OffloadedLayers: 0, Offload: Orrery.Domain.Strategies.Offload.None })
        {
            return 0;
        }

        var without = estimate.Strategy with { OffloadedLayers = 0, Offload = Orrery.Domain.Strategies.Offload.None };
        return estimate.Parts[StepPart.Host] - TrainingEstimator.Estimate(estimate.Workload, without, estimate.Cluster, stack).Parts[StepPart.Host];
    }
}
