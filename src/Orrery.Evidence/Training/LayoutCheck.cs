using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Training;

/// <summary>Whether a row's degrees can be one run; a row that contradicts itself is skipped rather than guessed at.</summary>
internal static class LayoutCheck
{
    /// <summary>The contradiction, by column; null where there is none.</summary>
    public static string? Broken(Strategy strategy, TrainingWorkload workload)
    {
        var model = workload.Model;
        if (workload.GlobalBatch < strategy.DataParallel)
        {
            return $"gbs_sequences {workload.GlobalBatch} is less than the {strategy.DataParallel} data-parallel ranks of chips, tp, pp and cp";
        }

        if (workload.SequenceLength < strategy.ContextParallel)
        {
            return $"seq_len {workload.SequenceLength} is less than cp {strategy.ContextParallel}";
        }

        // Embedding and loss may count as layers.
        var layers = model.LayerCount + model.MultiTokenPrediction + 2;
        if ((long)strategy.PipelineParallel * strategy.VirtualStages > layers)
        {
            return $"pp {strategy.PipelineParallel} x vp {strategy.VirtualStages} is more than the layers of {model.Id}";
        }

        if (!model.IsMixtureOfExperts)
        {
            return null;
        }

        var experts = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().Min(moe => moe.Experts);
        if (strategy.ExpertParallel > experts)
        {
            return $"ep {strategy.ExpertParallel} is more than the {experts} experts of {model.Id}";
        }

        var ranks = (long)strategy.TensorParallel * strategy.ContextParallel * strategy.DataParallel;
        return ranks % ((long)strategy.ExpertParallel * strategy.ExpertTensorParallel) != 0
            ? $"ep {strategy.ExpertParallel} x etp {strategy.ExpertTensorParallel} does not divide the {ranks} ranks of a pipeline stage"
            : null;
    }
}
