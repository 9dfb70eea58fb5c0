using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Flags and options file of <c>trtllm-serve</c> as of TensorRT-LLM 1.0 (PyTorch backend).</summary>
internal static class TrtLlmLaunch
{
    public static string Write(GapList gaps, ServingLaunchRequest request, ServingLayout s, ServingRole role)
    {
        var workload = request.Workload;
        var file = role switch { ServingRole.Prefill => "prefill.yaml", ServingRole.Decode => "decode.yaml", _ => "options.yaml" };
        var options = new List<string> { $"enable_attention_dp: {(s.AttentionDataParallel > 1 ? "true" : "false")}", "kv_cache_config:" };
        options.Add("  dtype: " + (workload.Precision.Cache == CacheFormat.Fp8 ? "fp8" : "auto"));
        gaps.AddWhen(workload.Precision.Cache == CacheFormat.Int8, "kv", $"the PyTorch backend keeps no cache in INT8.");
        gaps.AddWhen(
            s.AttentionDataParallel > 1 && s.TensorParallel > 1, "dp",
            $"attention data parallelism of TensorRT-LLM makes a group of every rank; it has none of {s.TensorParallel} ranks each.");
        gaps.AddWhen(s.CacheShards > 1, "kv-shards", $"trtllm-serve does not share a sequence's cache out over tensor-parallel ranks by position.");
        if (workload.Speculation is { } speculation)
        {
            options.Add("speculative_config:");
            options.Add("  decoding_type: MTP");
            options.Add(FormattableString.Invariant($"  num_nextn_predict_layers: {speculation.DraftTokens}"));
        }

        if (role != ServingRole.Whole)
        {
            options.Add("cache_transceiver_config:");
            options.Add("  backend: DEFAULT");
            gaps.Add("disaggregation", $"trtllm-serve disaggregated, with the addresses of both pools in a file, is started on its own.");
        }

        var flags = new List<string> { ServingLaunch.Flag("--tp_size", s.StageRanks), ServingLaunch.Flag("--pp_size", s.PipelineParallel) };
        if (workload.Model.IsMixtureOfExperts)
        {
            flags.Add(ServingLaunch.Flag("--ep_size", s.ExpertParallel));
        }

        // Of one rank where attention is data-parallel; what a pool of prompts takes at once is bounded by its tokens.
        if (role != ServingRole.Prefill)
        {
            flags.Add(ServingLaunch.Flag("--max_batch_size", Math.Ceiling(request.Batch / s.AttentionDataParallel)));
        }

        flags.Add(ServingLaunch.Flag("--max_num_tokens", request.StepTokens));
        flags.Add(ServingLaunch.Flag("--max_seq_len", request.LongestSequence));
        flags.Add(ServingLaunch.Flag("--kv_cache_free_gpu_memory_fraction", request.MemoryShare));
        flags.Add("--extra_llm_api_options " + file);
        gaps.Add("memory", $"--kv_cache_free_gpu_memory_fraction is a share of what weights and activations leave free, not of the chip's memory.");
        gaps.AddWhen(s.Chips > request.ChipsPerNode, "nodes", $"a replica spans nodes of {request.ChipsPerNode} chips: start it under mpirun or srun with trtllm-llmapi-launch.");
        return $"cat > {file} <<'OPTIONS'\n{string.Join('\n', options)}\nOPTIONS\n" + ServingLaunch.Command("trtllm-serve CHECKPOINT", flags);
    }
}
