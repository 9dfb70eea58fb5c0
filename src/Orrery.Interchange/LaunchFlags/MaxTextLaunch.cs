using System.Globalization;
using System.Text;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>A configuration on top of MaxText's base.yml (as of 2026).</summary>
internal static class MaxTextLaunch
{
    public static LaunchText Write(TrainingWorkload workload, Strategy s, LaunchTarget target)
    {
        var (yaml, gaps) = (new Settings(), new GapList());
        yaml.Add("base_config", "base.yml");
        foreach (var (axis, ici, dcn) in new MaxTextMesh(s, target, gaps).Axes)
        {
            yaml.Add($"ici_{axis}_parallelism", ici);
            yaml.Add($"dcn_{axis}_parallelism", dcn);
        }

        yaml.Add("shard_optimizer_over_data", s.Sharding is Sharding.Zero1 or Sharding.Zero2);
        gaps.AddWhen(s.Sharding == Sharding.Zero2, "sharding", $"MaxText shards optimizer state or weights too, not gradients alone; the settings say zero1.");
        Batch(yaml, gaps, workload, s);
        Pipeline(yaml, gaps, workload, s);
        MaxTextRemat.Write(yaml, gaps, workload.Model, s);
        yaml.Add("parameter_memory_host_offload", s.Offload.Has(Offload.Weights));
        yaml.Add("optimizer_memory_host_offload", s.Offload.Has(Offload.OptimizerState));
        Compiler(gaps, workload, s);
        Precision(yaml, gaps, workload.Precision);
        yaml.Add("use_sft", workload.Task == TrainingTask.FineTune);
        gaps.AddWhen(workload.Task == TrainingTask.Lora, "task", $"The settings of base.yml load LoRA adapters but do not train them.");
        MaxTextModel.Write(yaml, gaps, workload.Model);
        return new LaunchText(yaml.Render([LaunchFormats.Label, $"{workload.Model.Id} for MaxText, {s.Chips} chips", "yours to add: run_name, base_output_directory, data, tokenizer, learning rate, rotary base"]), gaps.Items);
    }

    private static void Batch(Settings yaml, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        var microBatches = workload.GlobalBatch / Math.Max(1, s.DataParallel * s.MicroBatch);
        var piped = s.PipelineParallel > 1;
        yaml.Add("max_target_length", workload.SequenceLength);

        // The whole batch over all devices in a pipeline, else one micro-batch: tensor and context ranks share a sequence.
        var sequences = piped ? workload.GlobalBatch : s.DataParallel * s.MicroBatch;
        yaml.Add("per_device_batch_size", (sequences / (double)s.Chips).ToString("0.##########", CultureInfo.InvariantCulture));
        yaml.Add("gradient_accumulation_steps", piped ? 1 : microBatches);
        if (piped)
        {
            yaml.Add("num_pipeline_microbatches", microBatches);
            gaps.AddWhen(
                microBatches % s.PipelineParallel != 0, "micro-batch",
                $"MaxText wants the micro-batches of a step to be a multiple of the stages, and {microBatches} is none of {s.PipelineParallel}.");
        }
    }

    private static void Pipeline(Settings yaml, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        gaps.AddWhen(
            s.EmbeddingAndLossCountAsLayers, "embedding-and-loss-count", $"MaxText pipelines the decoder's layers only; embedding and loss lie outside.");
        gaps.AddWhen(
            s.FirstStageLayers is not null || s.LastStageLayers is not null, "first-stage, last-stage",
            $"MaxText deals layers evenly; it has no setting for {s.FirstStageLayers} on the first stage and {s.LastStageLayers} on the last.");
        if (s.PipelineParallel == 1)
        {
            return;
        }

        var chunks = s.PipelineParallel * s.VirtualStages;
        var layers = workload.Model.LayerCount;
        yaml.Add("num_layers_per_pipeline_stage", Math.Max(1, layers / chunks));
        yaml.Add("num_pipeline_repeats", s.VirtualStages);
        if (layers % chunks != 0)
        {
            yaml.Add("pipeline_parallel_layers", layers / chunks * chunks);
            gaps.Add("pp", $"MaxText pipelines {layers / chunks * chunks} of the {layers} layers and runs the others data-parallel.");
        }

        gaps.Add("schedule", $"MaxText runs its own circular pipeline, all forward micro-batches before the backward ones; there is no setting for {s.Schedule.Word()}.");
    }

    /// <summary>What XLA decides by itself or through flags of its own.</summary>
    private static void Compiler(GapList gaps, TrainingWorkload workload, Strategy s)
    {
        gaps.AddWhen(s.DropsTokens, "drop-tokens", $"At what load experts drop tokens is yours to say: capacity_factor, without megablox.");
        gaps.AddWhen(s.KeepGathered, "keep-gathered", $"Whether gathered inputs are kept is up to XLA and the remat policy.");
        gaps.AddWhen(s.Overlap.Has(Overlap.TensorParallel), "overlap tensor-parallel", $"XLA's scheduler overlaps tensor parallelism; its flags are not MaxText's.");
        gaps.AddWhen(s.Overlap.Has(Overlap.ExpertParallel), "overlap expert-parallel", $"XLA's scheduler overlaps expert parallelism; its flags are not MaxText's.");
        gaps.AddWhen(s.Overlap.Has(Overlap.GradientReduce), "overlap gradient-reduce", $"XLA's scheduler overlaps gradient reduction; its flags are not MaxText's.");
        gaps.AddWhen(s.Overlap.Has(Overlap.ParameterGather), "overlap parameter-gather", $"XLA's scheduler overlaps parameter gathers; its flags are not MaxText's.");
        gaps.AddWhen(s.Graphs != GraphCapture.None, "graphs", $"XLA compiles the step as one program; there is no setting for capture {s.Graphs.Word()}.");
        gaps.AddWhen(
            workload.Model.IsMixtureOfExperts && s.ExpertParallel > 1 && s.Dispatch == ExpertDispatch.Deduplicated, "dispatch",
            $"MaxText sends every copy of a token; it has no setting for a dispatch that sends a token once to each rank.");
    }

    private static void Precision(Settings yaml, GapList gaps, TrainingPrecision precision)
    {
        yaml.Add("dtype", precision == TrainingPrecision.Fp16 ? "float16" : "bfloat16");
        var quantization = precision switch
        {
            TrainingPrecision.Fp8 => "fp8",
            TrainingPrecision.Mxfp8 => "te_mxfp8",
            TrainingPrecision.Nvfp4 => "te_nvfp4",
            TrainingPrecision.Int8 => "int8",
            _ => "\"\"",
        };
        yaml.Add("quantization", quantization);
        gaps.AddWhen(precision == TrainingPrecision.Fp8, "precision", $"MaxText's fp8 is for NVIDIA GPUs; elsewhere it takes fp8_full or nanoo_fp8.");
        gaps.AddWhen(precision is TrainingPrecision.Mxfp8 or TrainingPrecision.Nvfp4, "precision", $"MaxText has {precision.Word()} through Transformer Engine on GPUs only.");
        gaps.AddWhen(
            precision is TrainingPrecision.Fp8Block or TrainingPrecision.Fp8Rowwise, "precision", $"MaxText has no quantization for {precision.Word()}; the settings say bf16.");
    }

    /// <summary>Lines of a flat YAML file.</summary>
    internal sealed class Settings
    {
        private readonly StringBuilder _lines = new();

        public void Add(string key, string value) => _lines.Append(key).Append(": ").Append(value).Append('\n');

        public void Add(string key, int value) => Add(key, value.ToString(CultureInfo.InvariantCulture));

        public void Add(string key, bool value) => Add(key, value ? "true" : "false");

        public string Render(IEnumerable<string> comments) => string.Concat(comments.Select(comment => "# " + comment + "\n")) + _lines;
    }
}
