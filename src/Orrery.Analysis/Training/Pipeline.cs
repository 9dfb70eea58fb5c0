using Orrery.Analysis.Collectives;
using Collective = Orrery.Analysis.Collectives.Collectives;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>How layers are dealt to stages, and what filling and draining the pipeline costs.</summary>
internal static class Pipeline
{
    /// <summary>
    /// The slowest stage, in units of an average layer, and whether the head sits on it. Even splits put the head on top of
    /// a full stage; a split that counts embedding and loss gives the last stage one layer less; anything else is taken
    /// as dealt as evenly as whole layers allow.
    /// </summary>
    public static (double Layers, bool Head) SlowestStage(Strategy strategy, double layers, double headInLayers)
    {
        var stages = strategy.PipelineParallel;
        var chunks = stages * strategy.VirtualStages;
        if (stages == 1)
        {
            return (layers, true);
        }

        if (strategy.EmbeddingAndLossCountAsLayers && (layers + 2) % chunks == 0)
        {
            var full = (layers + 2) / stages;
            return full > full - 1 + headInLayers ? (full, false) : (full - 1, true);
        }

        if (layers % chunks == 0)
        {
            return (layers / stages, true);
        }

        var whole = Math.Ceiling(layers / stages);
        var level = (layers + headInLayers) / stages;
        return whole > level ? (whole, false) : (Math.Max(0, level - headInLayers), true); // a head longer than a stage has one to itself
    }

    /// <summary>
    /// Bubble over one micro-batch of the whole pipeline's mean stage: <c>(pp - 1) / vp</c> for interleaved 1F1B; a third of
    /// 1F1B for zero-bubble, which moves weight gradients into it; <c>2 (pp/2 - 1) / 3</c> for DualPipe, with the backward
    /// pass twice the forward one.
    /// </summary>
    public static double BubbleFactor(Strategy strategy)
    {
        var stages = strategy.PipelineParallel;
        return strategy.Schedule switch
        {
            PipelineSchedule.ZeroBubble => (stages - 1) / 3.0,
            PipelineSchedule.DualPipe => Math.Max(0, (stages / 2.0) - 1) * 2 / 3,
            _ => (stages - 1.0) / strategy.VirtualStages,
        };
    }

    /// <summary>Exposed stage-to-stage transfers of a step: a share of each micro-batch's, all of the first and last.</summary>
    public static double Transfers(Shard shard, double microBatches)
    {
        var s = shard.Strategy;
        if (s.PipelineParallel == 1)
        {
            return 0;
        }

        var bytes = shard.Tokens / (s.SequenceParallel ? s.TensorParallel : 1) * shard.Workload.Model.Hidden * 2;
        var pair = new RankGroup(2, s.TensorParallel * s.ContextParallel * s.DataParallel);
        var time = Collective.SendReceive(bytes, pair, shard.System).Seconds;
        return (shard.Parameters.PipelineExposed * microBatches * 2 * s.VirtualStages * time) + (2 * (s.PipelineParallel - 1) * time);
    }
}
