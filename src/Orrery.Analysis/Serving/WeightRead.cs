using Orrery.Analysis.Models;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Serving;

/// <summary>The least time of a decode step: every weight that one token meets is read once.</summary>
public static class WeightRead
{
    /// <summary>
    /// Equation: bytes of projections, dense blocks, router and the experts of one token over the ranks that share them, and the head, over the memory
    /// bandwidth; all stages of a pipeline, one after another.
    /// Assumption: a lower bound: one sequence, at the datasheet's bandwidth. Source: counting.
    /// </summary>
    public static Seconds Of(ServingWorkload workload, ServingLayout layout, Chip chip)
    {
        var model = workload.Model;
        var dense = WeightRecipe.StoredBytes(workload.Precision.Dense);
        var experts = WeightRecipe.StoredBytes(workload.Precision.Experts);
        const double Wide = 2;
        var bytes = Wide * model.Vocabulary * model.Hidden / layout.TensorParallel;
        foreach (var run in model.Layers)
        {
            var block = FeedForwardCounts.Of(run.Layer.FeedForward, model.Hidden);
            bytes += run.Count * ((dense * (MixerCounts.Projections(run.Layer.Mixer, model.Hidden) + block.Dense) / layout.TensorParallel)
                + (experts * block.ActiveExperts / layout.StageRanks) + (Wide * block.Router));
        }

        return new Seconds(bytes / chip.MemoryBandwidth.Value.Value);
    }
}
