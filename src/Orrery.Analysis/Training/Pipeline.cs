using Orrery.Analysis.Collectives;
using Collective = Orrery.Analysis.Collectives.Collectives;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>How layers are dealt to stages and micro-batches run through them, in shares of all layers.</summary>
/// <param name="Full">Layers of the fullest stage without the head.</param>
/// <param name="Headed">Layers beside the head.</param>
/// <param name="HeadShare">How much of the head that stage is charged: less than 1 where whole layers level the stages around it.</param>
/// <param name="HeadFloor">1 where a head longer than a stage has one to itself.</param>
/// <param name="Bubble">Bubble over one micro-batch's pass through all stages.</param>
/// <param name="Hidden">Micro-batches' worth of passes that end-of-step traffic can run beside.</param>
/// <param name="Weights">Share of all layers whose weights the fullest stage holds.</param>
/// <param name="KeptLayers">Layers whose activations the fullest stage keeps, as a number.</param>
/// <param name="InFlight">Micro-batches it keeps of each.</param>
internal readonly record struct PipelinePlan(
    double Full, double Headed, double HeadShare, double HeadFloor, double Bubble, double Hidden, double Weights, double KeptLayers, double InFlight)
{
    /// <summary>
    /// Even splits put the head on top of a full stage; a split that counts embedding and loss gives the first and the last
    /// stage one layer less; stated edge stages leave the rest to the others, as evenly as whole layers allow; anything else is
    /// taken as dealt so that the head and whole layers level.
    /// </summary>
    public static PipelinePlan Of(Strategy s, double layers, double microBatches)
    {
        var stages = s.PipelineParallel;
        var early = stages * (s.VirtualStages - 1.0) / s.VirtualStages;
        var plan = new PipelinePlan(
            0, 1.0 / stages, 1, 0, Pipeline.BubbleFactor(s) / stages, Math.Min(Math.Max(1, early), microBatches),
            1.0 / stages, layers / stages, Math.Min(Pipeline.InFlight(s), microBatches));
        if (stages == 1)
        {
            return plan;
        }

        if (s is { FirstStageLayers: { } first, LastStageLayers: { } last })
        {
            var middle = stages > 2 ? Math.Ceiling((layers - first - last) / (stages - 2)) : 0;
            var most = Math.Max(first, Math.Max(middle, last));
            var kept = Math.Max(
                first * Math.Min(stages, microBatches), Math.Max(middle * Math.Min(stages - 1, microBatches), last * Math.Min(1, microBatches)));
            return plan with
            {
                Full = Math.Max(first, middle) / layers, Headed = last / layers, Weights = most / layers, KeptLayers = most, InFlight = kept / most,
            };
        }

        var chunks = stages * s.VirtualStages;
        if (s.EmbeddingAndLossCountAsLayers && (layers + 2) % chunks == 0)
        {
            var full = (layers + 2) / stages;
            return plan with { Full = full / layers, Headed = (full - 1) / layers, KeptLayers = full };
        }

        if (layers % chunks == 0)
        {
            return plan;
        }

        var whole = Math.Ceiling(layers / stages);
        return plan with { Full = whole / layers, HeadShare = 1.0 / stages, HeadFloor = 1, KeptLayers = whole };
    }
}

/// <summary>What filling and draining the pipeline costs.</summary>
internal static class Pipeline
{
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

    /// <summary>Micro-batches in flight on the first stage; interleaving adds <c>(pp - 1) / (pp vp)</c> of them, DualPipe one.</summary>
    public static double InFlight(Strategy s)
    {
        var stages = s.PipelineParallel;
        return s.Schedule == PipelineSchedule.DualPipe ? stages + 1
            : s.VirtualStages > 1 ? stages * (1 + ((stages - 1.0) / (stages * s.VirtualStages)))
            : stages;
    }

    /// <summary>Exposed stage-to-stage transfers of a step: a share of each micro-batch's, all of the first and last.</summary>
    public static double Transfers(Shard shard, RankGroup pair)
    {
        var s = shard.Strategy;
        if (s.PipelineParallel == 1)
        {
            return 0;
        }

        var bytes = shard.OuterTokens * shard.Workload.Model.Hidden * 2;
        var time = Collective.SendReceive(bytes, pair, shard.System).Seconds;
        return (shard.Parameters.PipelineExposed * shard.MicroBatches * 2 * s.VirtualStages * time) + (2 * (s.PipelineParallel - 1) * time);
    }
}
