using System.Globalization;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Training;

/// <summary>Tries every layout of <see cref="StrategySpace"/> and keeps the fastest that fits.</summary>
public static class TrainingPlanner
{
    private const int RunnersUpKept = 3;

    /// <summary>The fastest strategy; the same at any number of threads, since ties go to the layout that comes first.</summary>
    public static PlanResult Best(TrainingWorkload workload, Cluster cluster, SoftwareStack stack)
    {
        var layouts = StrategySpace.Layouts(workload, cluster).ToArray();
        var recomputes = StrategySpace.Recomputes(workload.Model);
        if (layouts.Length == 0)
        {
            return new PlanResult(null, [], 0, 0, string.Create(CultureInfo.InvariantCulture,
                $"no layout of {workload.Model.Id} divides {cluster.Chips} chips and a batch of {workload.GlobalBatch}"));
        }

        // The first estimate outside the parallel loop: a missing fact is then one exception, not an aggregate of them.
        _ = TrainingEstimator.Estimate(workload, layouts[0], cluster, stack);
        var tried = new Tried[layouts.Length];
        Parallel.For(0, layouts.Length, index => tried[index] = Try(layouts[index], recomputes, workload, cluster, stack));

        var fitting = tried.Select((entry, index) => (entry, index)).Where(item => item.entry.Estimate.Memory.Fits)
            .OrderBy(item => item.entry.Estimate.Iteration.Value).ThenBy(item => item.index)
            .Select(item => item.entry.Estimate).ToList();
        var considered = tried.Sum(entry => (long)entry.Count);
        return fitting.Count > 0
            ? new PlanResult(fitting[0], [.. fitting.Skip(1).Take(RunnersUpKept)], considered, fitting.Count, "")
            : new PlanResult(null, [], considered, 0, WhyNone(tried.Select(entry => entry.Estimate).MinBy(estimate => estimate.Memory.Total.Value)!));
    }

    private static Tried Try(Strategy layout, IReadOnlyList<Recompute> recomputes, TrainingWorkload workload, Cluster cluster, SoftwareStack stack)
    {
        var count = 0;
        TrainingEstimate estimate;
        do
        {
            estimate = TrainingEstimator.Estimate(workload, layout with { Recompute = recomputes[count] }, cluster, stack);
            count++;
        }
        while (!estimate.Memory.Fits && count < recomputes.Count);

        return new Tried(estimate, count);
    }

    private static string WhyNone(TrainingEstimate closest)
    {
        var memory = closest.Memory;
        return $"It does not fit: the closest of all layouts needs {memory.Total} a chip and there is {memory.Capacity} "
            + $"(weights {memory.Weights}, gradients {memory.Gradients}, optimizer state {memory.OptimizerState}, activations {memory.Activations}, "
            + $"head and loss {memory.Head}, buffers {memory.Communication}, reserve {memory.Reserve})";
    }

    /// <summary>The lightest recompute of a layout that fits, or the heaviest if none does, and how many were estimated.</summary>
    private readonly record struct Tried(TrainingEstimate Estimate, int Count);
}
