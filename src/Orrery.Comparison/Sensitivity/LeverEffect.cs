using Orrery.Analysis.Training;
using Orrery.Domain.Software;

namespace Orrery.Comparison.Sensitivity;

/// <summary>What a lever would bring: the throughput gained, as a share, when it is <see cref="Step"/> times better.</summary>
public sealed record LeverEffect(Lever Lever, double Gain)
{
    public const double Step = 1.1;

    /// <summary>All levers on one estimate, the strategy held, best first.</summary>
    public static IReadOnlyList<LeverEffect> On(TrainingEstimate estimate, SoftwareStack stack) =>
    [
        .. Lever.All
            .Select(lever => new LeverEffect(lever, estimate.Iteration.Value / TrainingEstimator.Estimate(
                estimate.Workload, estimate.Strategy, lever.Improve(estimate.Cluster, Step), lever.ImproveStack(stack, Step)).Iteration.Value - 1))
            .OrderByDescending(effect => effect.Gain),
    ];
}
