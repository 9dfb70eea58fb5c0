using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Planning.Training;

/// <summary>What a search found.</summary>
/// <param name="Best">The fastest strategy that fits in memory; null where none does.</param>
/// <param name="RunnersUp">The next best ones, fastest first.</param>
/// <param name="Considered">Strategies in the space, all of them evaluated.</param>
/// <param name="Fitting">How many of them fit in memory.</param>
/// <param name="WhyNone">Why there is no best one; empty where there is.</param>
public sealed record PlanResult(TrainingEstimate? Best, IReadOnlyList<TrainingEstimate> RunnersUp, long Considered, long Fitting, string WhyNone);

/// <summary>Finds the fastest strategy by evaluating every one of the space.</summary>
public static class TrainingPlanner
{
    private const int Kept = 6;

    public static PlanResult Best(TrainingWorkload workload, Cluster cluster, SoftwareStack stack)
    {
        var best = new PriorityQueue<TrainingEstimate, double>(); // slowest of the kept ones first
        TrainingEstimate? leanest = null;
        long considered = 0, fitting = 0;
        foreach (var strategy in StrategySpace.Of(workload, cluster))
        {
            considered++;
            var estimate = TrainingEstimator.Estimate(workload, strategy, cluster, stack);
            if (!estimate.Memory.Fits)
            {
                leanest = leanest is null || estimate.Memory.Total.Value < leanest.Memory.Total.Value ? estimate : leanest;
                continue;
            }

            fitting++;
            best.Enqueue(estimate, estimate.TokensPerSecond);
            if (best.Count > Kept)
            {
                best.Dequeue();
            }
        }

        var ordered = new List<TrainingEstimate>();
        while (best.TryDequeue(out var estimate, out _))
        {
            ordered.Add(estimate);
        }

        ordered.Reverse();
        return ordered.Count > 0
            ? new PlanResult(ordered[0], ordered[1..], considered, fitting, "")
            : new PlanResult(null, [], considered, 0, WhyNone(workload, cluster, leanest));
    }

    private static string WhyNone(TrainingWorkload workload, Cluster cluster, TrainingEstimate? leanest) => leanest is null
        ? $"no strategy divides {cluster.Chips} chips, {workload.GlobalBatch} sequences and the model's heads and layers"
        : $"the leanest strategy needs {leanest.Memory.Total} a chip and {cluster.Chip.Name} has {leanest.Memory.Capacity}: "
            + $"weights {leanest.Memory.Weights}, gradients {leanest.Memory.Gradients}, optimizer {leanest.Memory.OptimizerState}, "
            + $"activations {leanest.Memory.Activations}, head {leanest.Memory.Head}, communication {leanest.Memory.Communication}, reserve {leanest.Memory.Reserve}";
}
