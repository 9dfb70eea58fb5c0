using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Flags of MindSpeed-LLM on Megatron Core: Megatron's, and MindSpeed's own for Ascend where Megatron's do not apply.</summary>
internal static class MindSpeedLaunch
{
    public static LaunchText Write(TrainingWorkload workload, Strategy s, LaunchTarget target)
    {
        var (flags, gaps) = (new ShellFlags(), new GapList());
        var shape = ModelShape.Of(workload.Model);
        flags.Add("--use-mcore-models");
        MegatronLayout.Write(flags, gaps, workload, s);
        if (s.ContextParallel > 1)
        {
            flags.Add("--context-parallel-algo", "megatron_cp_algo");
        }

        Schedule(flags, gaps, s);
        Recomputes(flags, gaps, workload, s);
        Offloads(flags, gaps, s);
        Overlaps(flags, gaps, s, shape.Experts is not null);
        gaps.AddWhen(s.Graphs != GraphCapture.None, "graphs", $"MindSpeed has no flag that captures graphs in training ({s.Graphs.Word()}).");
        Task(flags, gaps, workload.Task);
        MegatronLayout.Precision(flags, gaps, workload.Precision, nvfp4: false);
        flags.Add("--use-flash-attn");
        MegatronModel.Write(flags, gaps, workload, shape);
        gaps.AddWhen(
            shape.Windows.Any(window => window > 0), "model", $"The flags for windows are Megatron's; whether MindSpeed's attention follows them is not known here.");
        if (shape.Experts is not null)
        {
            Experts(flags, gaps, s, shape);
        }

        var script = workload.Task == TrainingTask.Pretrain ? "pretrain_gpt.py" : "posttrain_gpt.py";
        var text = flags.Render(
            [LaunchFormats.Label, $"{workload.Model.Id} for MindSpeed-LLM; a rank is an NPU, so count the dies of a chip of two dies", MegatronModel.Missing + ", layer spec"],
            script, s, target, gaps);
        return new LaunchText(text, gaps.Items);
    }

    private static void Schedule(ShellFlags flags, GapList gaps, Strategy s)
    {
        gaps.AddWhen(
            s.Schedule == PipelineSchedule.ZeroBubble, "schedule",
            $"MindSpeed has no zero-bubble schedule for Megatron Core models; its --use-nanopipe is for the legacy ones.");
        if (s.Schedule != PipelineSchedule.DualPipe)
        {
            return;
        }

        flags.Add("--schedules-method", "dualpipev");
        gaps.Add("schedule", $"MindSpeed's DualPipeV folds one copy of the model into a V; it keeps no second copy as DualPipe does.");
        gaps.AddWhen(
            s.VirtualStages > 1 || s.ContextParallel > 1, "schedule", $"MindSpeed refuses dualpipev together with virtual stages or cp.");
    }

    private static void Recomputes(ShellFlags flags, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        // Its own two go without a list of modules; MindSpeed refuses them beside one.
        const Recompute Own = Recompute.Normalization | Recompute.Activation;
        if ((s.Recompute & ~Own) != Recompute.None)
        {
            MegatronRecompute.Write(flags, gaps, workload.Model, s);
            return;
        }

        flags.AddWhen(s.Recompute.Has(Recompute.Normalization), "--recompute-norm");
        flags.AddWhen(s.Recompute.Has(Recompute.Activation), "--recompute-activation-function");
    }

    private static void Offloads(ShellFlags flags, GapList gaps, Strategy s)
    {
        gaps.AddWhen(
            s.OffloadedLayers > 0, "offload",
            $"MindSpeed's --swap-attention moves modules of every layer to host memory, not the activations of {s.OffloadedLayers} layers.");
        gaps.AddWhen(s.Offload.Has(Offload.Weights), "offload weights", $"MindSpeed has no flag that keeps weights in host memory.");
        flags.AddWhen(s.Offload.Has(Offload.OptimizerState), "--swap-optimizer");
    }

    private static void Overlaps(ShellFlags flags, GapList gaps, Strategy s, bool experts)
    {
        var twoBatches = s.ExpertTensorParallel == 1 && s.ExpertParallel > 1 && (s.Schedule == PipelineSchedule.DualPipe || s.VirtualStages > 1);
        var expertParallel = s.Overlap.Has(Overlap.ExpertParallel);
        flags.AddWhen(expertParallel, twoBatches ? "--moe-fb-overlap" : "--moe-alltoall-overlap-comm");

        var tensorParallel = s.Overlap.Has(Overlap.TensorParallel);
        flags.AddWhen(tensorParallel && !experts, "--use-ascend-mc2");
        gaps.AddWhen(
            tensorParallel && experts, "overlap tensor-parallel", $"MindSpeed's --use-ascend-mc2 and --use-ascend-coc are not for models with experts.");
        gaps.AddWhen(
            tensorParallel && !experts && !s.SequenceParallel, "overlap tensor-parallel", $"MindSpeed refuses --use-ascend-mc2 without --sequence-parallel.");

        var held = s.Schedule == PipelineSchedule.DualPipe || (expertParallel && twoBatches);
        flags.AddWhen(s.Overlap.Has(Overlap.GradientReduce) && !held, "--overlap-grad-reduce");
        flags.AddWhen(s.Overlap.Has(Overlap.ParameterGather) && !held, "--overlap-param-gather");
        gaps.AddWhen(
            held && s.Overlap.Has(Overlap.GradientReduce), "overlap gradient-reduce",
            $"MindSpeed refuses --overlap-grad-reduce together with dualpipev or --moe-fb-overlap.");
        gaps.AddWhen(
            s.Overlap.Has(Overlap.ParameterGather) && (held || s.Sharding == Sharding.None || !s.Overlap.Has(Overlap.GradientReduce)), "overlap parameter-gather",
            $"The flag --overlap-param-gather needs a sharded optimizer and --overlap-grad-reduce.");
    }

    private static void Experts(ShellFlags flags, GapList gaps, Strategy s, ModelShape shape)
    {
        if (shape.LeadingDense is { } leading)
        {
            flags.AddWhen(leading > 0, "--first-k-dense-replace", leading);
            flags.Add("--moe-layer-freq", 1);
        }
        else
        {
            gaps.Add("model", $"Dense layers are written for MindSpeed-LLM only where they lead; this model's pattern is not written.");
        }

        flags.Add("--moe-token-dispatcher-type", "alltoall");
        gaps.AddWhen(
            s.Dispatch == ExpertDispatch.Deduplicated && s.ExpertParallel > 1, "dispatch",
            $"The alltoall dispatcher that the flags name sends every copy of a token.");
    }

    private static void Task(ShellFlags flags, GapList gaps, TrainingTask task)
    {
        if (task == TrainingTask.Pretrain)
        {
            return;
        }

        flags.Add("--finetune");
        flags.Add("--stage", "sft");
        if (task == TrainingTask.Lora)
        {
            flags.Add("--lora-target-modules", "linear_qkv linear_proj linear_fc1 linear_fc2");
            gaps.Add("task", $"The rank of LoRA adapters is not part of a workload; give --lora-r and --lora-alpha.");
        }
    }
}
