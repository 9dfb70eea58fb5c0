using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Flags of <c>vllm serve</c> as of vLLM 0.11 (engine arguments of its documentation).</summary>
internal static class VllmLaunch
{
    public static string Write(GapList gaps, ServingLaunchRequest request, ServingLayout s, ServingRole role)
    {
        var workload = request.Workload;
        var flags = new List<string> { ServingLaunch.Flag("--tensor-parallel-size", s.TensorParallel) };
        Add(flags, s.PipelineParallel > 1, "--pipeline-parallel-size", s.PipelineParallel);
        Add(flags, s.AttentionDataParallel > 1, "--data-parallel-size", s.AttentionDataParallel);
        Add(flags, s.CacheShards > 1, "--decode-context-parallel-size", s.CacheShards);
        if (s.ExpertParallel > 1)
        {
            flags.Add("--enable-expert-parallel");
            gaps.AddWhen(s.ExpertParallel != s.StageRanks, "ep", $"vLLM deals experts over all {s.StageRanks} ranks of tensor and data parallelism, not over {s.ExpertParallel}.");
        }

        // Of one data-parallel rank; what a pool of prompts takes at once is bounded by its tokens.
        Add(flags, role != ServingRole.Prefill, "--max-num-seqs", Math.Ceiling(request.Batch / s.AttentionDataParallel));
        flags.Add(ServingLaunch.Flag("--max-num-batched-tokens", request.StepTokens));
        flags.Add(ServingLaunch.Flag("--max-model-len", request.LongestSequence));
        flags.Add(ServingLaunch.Flag("--gpu-memory-utilization", request.MemoryShare));
        if (workload.Precision.Cache == CacheFormat.Fp8)
        {
            flags.Add("--kv-cache-dtype fp8");
        }

        gaps.AddWhen(workload.Precision.Cache == CacheFormat.Int8, "kv", $"vLLM keeps no cache in INT8.");
        if (workload.Speculation is { } speculation)
        {
            flags.Add(FormattableString.Invariant($"--speculative-config '{{\"method\": \"mtp\", \"num_speculative_tokens\": {speculation.DraftTokens}}}'"));
        }

        if (role != ServingRole.Whole)
        {
            flags.Add($"--kv-transfer-config '{{\"kv_connector\": \"NixlConnector\", \"kv_role\": \"{(role == ServingRole.Prefill ? "kv_producer" : "kv_consumer")}\"}}'");
            gaps.Add("disaggregation", $"a proxy that sends prompts to one pool and then to the other is started on its own.");
        }

        gaps.AddWhen(s.Chips > request.ChipsPerNode, "nodes", $"a replica spans nodes of {request.ChipsPerNode} chips: start it under Ray, or with --data-parallel-size-local and --data-parallel-address on each.");
        return ServingLaunch.Command("vllm serve CHECKPOINT", flags);
    }

    private static void Add(List<string> flags, bool applies, string name, double value)
    {
        if (applies)
        {
            flags.Add(ServingLaunch.Flag(name, value));
        }
    }
}
