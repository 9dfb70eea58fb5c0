using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Flags of Megatron-LM as of Megatron Core 0.15 (<c>megatron/training/arguments.py</c>).</summary>
internal static class MegatronLaunch
{
    public static LaunchText Write(TrainingWorkload workload, Strategy s, LaunchTarget target)
    {
        var (flags, gaps) = (new ShellFlags(), new GapList());
        var shape = ModelShape.Of(workload.Model);
        MegatronLayout.Write(flags, gaps, workload, s);
        gaps.AddWhen(
            s.Schedule != PipelineSchedule.OneForwardOneBackward, "schedule",
            $"Megatron-LM schedules 1F1B, interleaved with virtual stages; it has no flag for {s.Schedule.Word()}.");
        MegatronRecompute.Write(flags, gaps, workload.Model, s);
        Offloads(flags, gaps, workload.Model, s);
        Overlaps(flags, gaps, s);
        Graphs(flags, gaps, s);
        Task(flags, gaps, workload.Task);
        MegatronLayout.Precision(flags, gaps, workload.Precision, nvfp4: true);
        MegatronModel.Write(flags, gaps, workload, shape);
        if (shape.Experts is not null)
        {
            Experts(flags, s, shape);
        }

        var text = flags.Render(
            [LaunchFormats.Label, $"{workload.Model.Id} for Megatron-LM (Megatron Core 0.15)", MegatronModel.Missing], "pretrain_gpt.py", s, target, gaps);
        return new LaunchText(text, gaps.Items);
    }

    private static void Experts(ShellFlags flags, Strategy s, ModelShape shape)
    {
        if (shape.ExpertLayers.Contains(false))
        {
            flags.Add("--moe-layer-freq", MegatronModel.Pattern(shape.ExpertLayers));
        }

        var deduplicated = s.Dispatch == ExpertDispatch.Deduplicated && s.ExpertParallel > 1;
        flags.Add("--moe-token-dispatcher-type", deduplicated ? "flex" : "alltoall");
        if (deduplicated)
        {
            flags.Add("--moe-flex-dispatcher-backend", "deepep");
        }
    }

    private static void Offloads(ShellFlags flags, GapList gaps, Transformer model, Strategy s)
    {
        flags.AddWhen(s.OffloadedLayers > 0, "--cpu-offloading-num-layers", s.OffloadedLayers);
        gaps.AddWhen(
            s.OffloadedLayers > 0 && (s.PipelineParallel > 1 || s.Recompute != Recompute.None || s.Graphs != GraphCapture.None), "offload",
            $"Megatron refuses --cpu-offloading-num-layers together with a pipeline, with recompute or with captured graphs.");
        gaps.AddWhen(
            s.OffloadedLayers >= model.LayerCount, "offload", $"Megatron offloads fewer layers than there are, and {s.OffloadedLayers} are all.");
        gaps.AddWhen(s.Offload.Has(Offload.Weights), "offload weights", $"Megatron-LM has no flag that keeps weights in host memory.");
        flags.AddWhen(s.Offload.Has(Offload.OptimizerState), "--offload-optimizer-states");
    }

    private static void Overlaps(ShellFlags flags, GapList gaps, Strategy s)
    {
        flags.AddWhen(s.Overlap.Has(Overlap.TensorParallel), "--tp-comm-overlap");
        gaps.AddWhen(
            s.Overlap.Has(Overlap.TensorParallel) && !s.SequenceParallel, "overlap tensor-parallel",
            $"Megatron refuses --tp-comm-overlap without --sequence-parallel.");
        flags.AddWhen(s.Overlap.Has(Overlap.ExpertParallel), "--overlap-moe-expert-parallel-comm");
        gaps.AddWhen(
            s.Overlap.Has(Overlap.ExpertParallel) && s.PipelineParallel > 1 && s.VirtualStages == 1, "overlap expert-parallel",
            $"Megatron overlaps expert parallelism in a pipeline only with virtual stages.");
        gaps.AddWhen(
            s.Overlap.Has(Overlap.ExpertParallel)
            && (s.ExpertParallel == 1 || s.Recompute.Has(Recompute.Full | Recompute.AlternateLayers | Recompute.Experts)), "overlap expert-parallel",
            $"Megatron refuses --overlap-moe-expert-parallel-comm without expert parallelism and with recompute of whole layers or of the module moe.");
        flags.AddWhen(s.Overlap.Has(Overlap.GradientReduce), "--overlap-grad-reduce");
        flags.AddWhen(s.Overlap.Has(Overlap.ParameterGather), "--overlap-param-gather");
        gaps.AddWhen(
            s.Overlap.Has(Overlap.ParameterGather) && (s.Sharding == Sharding.None || !s.Overlap.Has(Overlap.GradientReduce)), "overlap parameter-gather",
            $"The flag --overlap-param-gather needs a sharded optimizer and --overlap-grad-reduce.");
    }

    private static void Graphs(ShellFlags flags, GapList gaps, Strategy s)
    {
        if (s.Graphs == GraphCapture.None)
        {
            return;
        }

        var whole = s.Graphs == GraphCapture.FullIteration;
        flags.Add("--cuda-graph-impl", whole ? "local" : "transformer_engine");
        flags.Add("--cuda-graph-scope", whole ? "full_iteration" : "attn");
        flags.Add("--te-rng-tracker");
        flags.AddWhen(whole, "--no-check-for-nan-in-loss-and-grad");
        gaps.AddWhen(!whole, "graphs", $"How much a partial capture takes in is not part of the strategy; the flags capture attention only.");
        gaps.AddWhen(
            s.Recompute.Has(Recompute.Full) || s.Recompute.Has(Recompute.AlternateLayers), "graphs",
            $"Megatron refuses to capture graphs together with --recompute-granularity full.");
    }

    private static void Task(ShellFlags flags, GapList gaps, TrainingTask task)
    {
        flags.AddWhen(task != TrainingTask.Pretrain, "--finetune");
        flags.AddWhen(task == TrainingTask.FineTune, "--sft");
        gaps.AddWhen(task == TrainingTask.Lora, "task", $"Megatron-LM's training script has no flags for LoRA adapters; Megatron Bridge does.");
    }
}
