using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Degrees, batch, sharding and the dealing of layers, in the flags that Megatron-LM and MindSpeed-LLM share.</summary>
internal static class MegatronLayout
{
    private static readonly RankOrder PipelineInsideData = RankOrder.Parse("tp-cp-ep-pp-dp")!.Value;

    public static void Write(ShellFlags flags, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        flags.Add("--tensor-model-parallel-size", s.TensorParallel);
        flags.Add("--pipeline-model-parallel-size", s.PipelineParallel);
        flags.Add("--context-parallel-size", s.ContextParallel);
        if (workload.Model.IsMixtureOfExperts)
        {
            flags.Add("--expert-model-parallel-size", s.ExpertParallel);
            flags.Add("--expert-tensor-parallel-size", s.ExpertTensorParallel);
        }

        flags.AddWhen(s.SequenceParallel, "--sequence-parallel");
        gaps.AddWhen(
            s.SequenceParallel && s.TensorParallel == 1, "sequence-parallel", $"Megatron turns sequence parallelism off where tp is 1.");
        gaps.AddWhen(
            s.KeepGathered, "keep-gathered", $"Under sequence parallelism Megatron gathers inputs again in the backward pass; no flag keeps them.");
        gaps.AddWhen(
            s.DropsTokens, "drop-tokens", $"At what load experts drop tokens is yours to say: --moe-expert-capacity-factor with --moe-pad-expert-input-to-capacity.");
        flags.Add("--micro-batch-size", s.MicroBatch);
        flags.Add("--global-batch-size", workload.GlobalBatch);
        Stages(flags, gaps, workload.Model, s);
        Shard(flags, s);
        Order(flags, gaps, s);
        gaps.AddWhen(
            s.ContextParallel > 1 && workload.SequenceLength % (2 * s.ContextParallel) != 0, "cp",
            $"Megatron wants 2 x cp to divide the sequence length, and it does not divide {workload.SequenceLength}.");
    }

    /// <summary>Layers of a stage's chunk of an even split, rounded up.</summary>
    public static int LayersOfChunk(Transformer model, Strategy s)
    {
        var chunks = s.PipelineParallel * s.VirtualStages;
        return (model.LayerCount + chunks - 1) / chunks;
    }

    public static void Precision(ShellFlags flags, GapList gaps, TrainingPrecision precision, bool nvfp4)
    {
        flags.Add(precision == TrainingPrecision.Fp16 ? "--fp16" : "--bf16");
        switch (precision)
        {
            case TrainingPrecision.Fp8:
                Fp8(flags, "hybrid", "tensorwise");
                break;
            case TrainingPrecision.Fp8Block:
                Fp8(flags, "e4m3", "blockwise");
                break;
            case TrainingPrecision.Mxfp8:
                Fp8(flags, "e4m3", "mxfp8");
                break;
            case TrainingPrecision.Nvfp4 when nvfp4:
                flags.Add("--fp4-format", "e2m1");
                flags.Add("--fp4-recipe", "nvfp4");
                break;
            case TrainingPrecision.Fp8Rowwise or TrainingPrecision.Int8 or TrainingPrecision.Nvfp4:
                gaps.Add("precision", $"There is no recipe for {precision.Word()}; the flags say bf16.");
                break;
        }
    }

    private static void Fp8(ShellFlags flags, string format, string recipe)
    {
        flags.Add("--fp8-format", format);
        flags.Add("--fp8-recipe", recipe);
    }

    private static void Stages(ShellFlags flags, GapList gaps, Transformer model, Strategy s)
    {
        flags.AddWhen(s.VirtualStages > 1, "--num-virtual-stages-per-pipeline-rank", s.VirtualStages);
        flags.AddWhen(s.FirstStageLayers is not null, "--decoder-first-pipeline-num-layers", s.FirstStageLayers ?? 0);
        flags.AddWhen(s.LastStageLayers is not null, "--decoder-last-pipeline-num-layers", s.LastStageLayers ?? 0);
        flags.AddWhen(s.EmbeddingAndLossCountAsLayers, "--account-for-embedding-in-pipeline-split");
        flags.AddWhen(s.EmbeddingAndLossCountAsLayers, "--account-for-loss-in-pipeline-split");

        var edges = (s.FirstStageLayers is null ? 0 : 1) + (s.LastStageLayers is null ? 0 : 1);
        var layers = model.LayerCount + (s.EmbeddingAndLossCountAsLayers ? 2 : 0) - (s.FirstStageLayers ?? 0) - (s.LastStageLayers ?? 0);
        var chunks = (s.PipelineParallel - edges) * s.VirtualStages;
        gaps.AddWhen(
            chunks > 0 && layers % chunks != 0, "pp",
            $"Megatron wants pp x vp to divide the layers it deals evenly, and {chunks} does not divide {layers}; write the split as --pipeline-model-parallel-layout.");
    }

    private static void Shard(ShellFlags flags, Strategy s)
    {
        flags.AddWhen(s.Sharding != Sharding.None, "--use-distributed-optimizer");
        if (s.Sharding is Sharding.None or Sharding.Zero1)
        {
            return;
        }

        flags.Add("--use-megatron-fsdp");
        flags.Add("--data-parallel-sharding-strategy", s.Sharding == Sharding.Zero2 ? "optim_grads" : "optim_grads_params");
        flags.AddWhen(s.Sharding == Sharding.Hsdp, "--num-distributed-optimizer-instances", s.DataParallel / Math.Max(1, s.ShardRanks));
        flags.Add("--no-gradient-accumulation-fusion");
        flags.Add("--ckpt-format", "fsdp_dtensor");
    }

    private static void Order(ShellFlags flags, GapList gaps, Strategy s)
    {
        if (s.Order == PipelineInsideData)
        {
            flags.Add("--use-tp-pp-dp-mapping");
        }
        else
        {
            gaps.AddWhen(
                s.Order != default, "order",
                $"Megatron deals ranks in the order {default(RankOrder)} or {PipelineInsideData}; there is no flag for {s.Order}.");
        }
    }
}
