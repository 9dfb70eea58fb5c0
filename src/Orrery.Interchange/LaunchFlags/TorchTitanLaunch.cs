using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>A job file of torchtitan in TOML, as its releases up to 0.2 read it; later ones take the same names as overrides.</summary>
internal static class TorchTitanLaunch
{
    public static LaunchText Write(TrainingWorkload workload, Strategy s, LaunchTarget target)
    {
        var (toml, gaps) = (new TomlText(), new GapList());
        Model(toml, gaps, workload);
        Training(toml, gaps, workload, s);
        toml.Section("parallelism");
        Shard(toml, gaps, s);
        Tensor(toml, gaps, s);
        toml.Add("context_parallel_degree", s.ContextParallel);
        TorchTitanPipeline.Write(toml, gaps, workload, s);
        Experts(toml, gaps, workload, s);
        Recomputes(toml, gaps, s.Recompute);
        Compile(toml, gaps, workload, s);
        gaps.AddWhen(s.Order != default, "order", $"torchtitan lays ranks out as {default(RankOrder)}; there is no setting for {s.Order}.");

        var perNode = Math.Min(target.ChipsPerNode, s.Chips);
        var nodes = (s.Chips + perNode - 1) / perNode;
        gaps.AddWhen(nodes * perNode != s.Chips, "nodes", $"{s.Chips} ranks do not fill {nodes} nodes of {perNode}, and torchrun starts as many on each; set the counts by hand.");
        var text = toml.Render(
        [
            LaunchFormats.Label,
            $"{workload.Model.Id} for torchtitan; start with torchrun --nnodes {TomlText.Number(nodes)} --nproc-per-node {TomlText.Number(perNode)} -m torchtitan.train --job.config_file FILE",
            "yours to add: data, tokenizer, optimizer, learning rate, checkpoints",
        ]);
        return new LaunchText(text, gaps.Items);
    }

    private static void Model(TomlText toml, GapList gaps, TrainingWorkload workload)
    {
        toml.Section("model");
        if (TorchTitanModels.Find(workload.Model.Id) is { } known)
        {
            toml.AddText("name", known.Name);
            toml.AddText("flavor", known.Flavor);
        }
        else
        {
            gaps.Add("model", $"torchtitan takes a name and a flavor from its own list of models; none is known here for {workload.Model.Id}.");
        }

        Converters(toml, gaps, workload);
    }

    private static void Converters(TomlText toml, GapList gaps, TrainingWorkload workload)
    {
        var experts = workload.Model.IsMixtureOfExperts;
        switch (workload.Precision)
        {
            case TrainingPrecision.Fp8 or TrainingPrecision.Fp8Rowwise:
                Convert(toml, "float8", experts);
                toml.Section("quantize.linear.float8");
                toml.AddText("recipe_name", workload.Precision == TrainingPrecision.Fp8 ? "tensorwise" : "rowwise");
                gaps.AddWhen(experts && workload.Precision == TrainingPrecision.Fp8, "precision", $"torchtitan's grouped GEMMs of experts scale by row, not by tensor.");
                Grouped(toml, "float8", experts);
                break;
            case TrainingPrecision.Mxfp8:
                Convert(toml, "mx", experts);
                toml.Section("quantize.linear.mx");
                toml.AddText("recipe_name", "mxfp8_cublas");
                Grouped(toml, "mx", experts);
                break;
            default:
                gaps.AddWhen(
                    workload.Precision != TrainingPrecision.Bf16, "precision", $"torchtitan has no converter for {workload.Precision.Word()}; the file says bf16.");
                break;
        }
    }

    private static void Convert(TomlText toml, string kind, bool experts) =>
        toml.Add("converters", experts ? $"[\"quantize.linear.{kind}\", \"quantize.grouped_mm.{kind}\"]" : $"[\"quantize.linear.{kind}\"]");

    private static void Grouped(TomlText toml, string kind, bool experts)
    {
        if (experts)
        {
            toml.Section("quantize.grouped_mm." + kind);
            toml.Add("fqns", "[\"experts\"]");
        }
    }

    private static void Training(TomlText toml, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        toml.Section("training");
        toml.Add("local_batch_size", s.PipelineParallel > 1 ? workload.GlobalBatch / s.DataParallel : s.MicroBatch);
        toml.Add("global_batch_size", workload.GlobalBatch);
        toml.Add("seq_len", workload.SequenceLength);
        toml.AddText("mixed_precision_param", "bfloat16");
        toml.Add("enable_cpu_offload", s.Offload != Offload.None);
        gaps.AddWhen(
            s.Offload is Offload.Weights or Offload.OptimizerState, "offload",
            $"torchtitan offloads weights, gradients and optimizer state together; {(s.Offload == Offload.Weights ? "optimizer state" : "weights")} would leave the chip as well.");
        gaps.AddWhen(s.OffloadedLayers > 0, "offload", $"torchtitan has no setting that keeps the activations of {s.OffloadedLayers} layers in host memory.");
        gaps.AddWhen(workload.Task != TrainingTask.Pretrain, "task", $"torchtitan's job file describes pre-training; {workload.Task} needs a trainer of its own.");
    }

    private static void Shard(TomlText toml, GapList gaps, Strategy s)
    {
        var shard = s.Sharding switch
        {
            Sharding.None => 1,
            Sharding.Hsdp => s.ShardRanks,
            _ => s.DataParallel,
        };
        toml.Add("data_parallel_replicate_degree", s.DataParallel / Math.Max(1, shard));
        toml.Add("data_parallel_shard_degree", shard);
        toml.AddText("fsdp_reshard_after_forward", s.Sharding is Sharding.Zero3 or Sharding.Hsdp ? "always" : "never");
        gaps.AddWhen(s.Sharding == Sharding.Zero1, "sharding", $"torchtitan does not shard optimizer state alone; with fsdp_reshard_after_forward never it is zero2.");

        var sharded = s.Sharding != Sharding.None;
        gaps.AddWhen(sharded && !s.Overlap.Has(Overlap.GradientReduce), "overlap gradient-reduce", $"FSDP always reduces gradients beside the backward pass.");
        gaps.AddWhen(sharded && !s.Overlap.Has(Overlap.ParameterGather), "overlap parameter-gather", $"FSDP always gathers parameters ahead of their use.");
        gaps.AddWhen(!sharded && s.Overlap.Has(Overlap.ParameterGather), "overlap parameter-gather", $"Without sharding there are no parameters to gather.");
        gaps.AddWhen(!sharded && !s.Overlap.Has(Overlap.GradientReduce), "overlap gradient-reduce", $"DDP always reduces gradients beside the backward pass.");
    }

    private static void Tensor(TomlText toml, GapList gaps, Strategy s)
    {
        toml.Add("tensor_parallel_degree", s.TensorParallel);
        toml.Add("enable_async_tensor_parallel", s.Overlap.Has(Overlap.TensorParallel));
        gaps.AddWhen(s.TensorParallel > 1 && !s.SequenceParallel, "sequence-parallel", $"torchtitan's tensor parallelism always comes with sequence parallelism.");
        gaps.AddWhen(s.TensorParallel == 1 && s.SequenceParallel, "sequence-parallel", $"Where tp is 1 there is nothing to run sequence-parallel.");
        gaps.AddWhen(s.DropsTokens, "drop-tokens", $"torchtitan's experts drop no tokens.");
        gaps.AddWhen(s.KeepGathered, "keep-gathered", $"torchtitan has no setting that keeps gathered inputs for the backward pass.");
    }

    private static void Experts(TomlText toml, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        if (!workload.Model.IsMixtureOfExperts)
        {
            gaps.AddWhen(s.Overlap.Has(Overlap.ExpertParallel), "overlap expert-parallel", $"The model has no experts.");
            return;
        }

        toml.Add("expert_parallel_degree", s.ExpertParallel);
        toml.Add("expert_tensor_parallel_degree", s.ExpertTensorParallel);
        gaps.AddWhen(
            s.ExpertTensorParallel != 1 && s.ExpertTensorParallel != s.TensorParallel, "etp", $"torchtitan takes an etp of 1 or of tp {s.TensorParallel} only.");
        var deduplicated = s.ExpertParallel > 1 && s.Dispatch == ExpertDispatch.Deduplicated;
        toml.AddText("expert_parallel_comm_backend", deduplicated ? "deepep" : "standard");
        gaps.AddWhen(
            s.Overlap.Has(Overlap.ExpertParallel) && s.Schedule != PipelineSchedule.DualPipe, "overlap expert-parallel",
            $"torchtitan overlaps expert parallelism under the schedule DualPipeV only.");
        if (s.Schedule == PipelineSchedule.DualPipe)
        {
            toml.Add("pipeline_parallel_expert_parallel_overlap", s.Overlap.Has(Overlap.ExpertParallel));
        }
    }

    private static void Recomputes(TomlText toml, GapList gaps, Recompute recompute)
    {
        const Recompute Modes = Recompute.Full | Recompute.AlternateLayers | Recompute.AlternateGemms | Recompute.WithoutLast;
        toml.Section("activation_checkpoint");
        var operators = recompute.Has(Recompute.AlternateGemms) && !recompute.Has(Recompute.Full | Recompute.AlternateLayers);
        toml.AddText("mode", recompute.Has(Recompute.Full) ? "full" : operators || recompute.Has(Recompute.AlternateLayers) ? "selective" : "none");
        if (operators || (recompute.Has(Recompute.AlternateLayers) && !recompute.Has(Recompute.Full)))
        {
            toml.AddText("selective_ac_option", operators ? "op" : "2");
        }

        gaps.AddWhen(recompute.Has(Recompute.WithoutLast), Recompute.WithoutLast.Word(), $"Leaving out the last product of a block is the compiler's doing; there is no setting for it.");
        if (recompute.Has(Recompute.Full))
        {
            return;
        }

        gaps.AddWhen(
            recompute.Has(Recompute.AlternateLayers) && recompute.Has(Recompute.AlternateGemms), Recompute.AlternateGemms.Word(), $"torchtitan recomputes every other layer or every other GEMM, not both.");
        const Recompute Always = Recompute.Normalization | Recompute.Activation;
        if (operators)
        {
            foreach (var part in (Always & ~recompute).Parts())
            {
                gaps.Add(part.Word(), $"Per-operator checkpointing runs everything but its kept operators again, this too.");
            }
        }

        foreach (var part in (recompute & ~Modes & ~(operators ? Always : Recompute.None)).Parts())
        {
            gaps.Add(part.Word(), $"torchtitan recomputes layers or operators, not this module alone; the file leaves it out.");
        }
    }

    private static void Compile(TomlText toml, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        var needed = s.Overlap.Has(Overlap.TensorParallel)
            || workload.Precision is TrainingPrecision.Fp8 or TrainingPrecision.Fp8Rowwise or TrainingPrecision.Mxfp8;
        if (needed)
        {
            toml.Section("compile");
            toml.Add("enable", true);
            toml.Add("components", "[\"model\", \"loss\"]");
        }

        gaps.AddWhen(s.Graphs != GraphCapture.None, "graphs", $"torchtitan's job file has no setting for capture {s.Graphs.Word()}.");
    }
}
