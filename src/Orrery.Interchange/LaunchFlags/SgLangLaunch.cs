using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Flags of <c>sglang.launch_server</c> as of SGLang 0.5 (server arguments of its documentation).</summary>
internal static class SgLangLaunch
{
    public static string Write(GapList gaps, ServingLaunchRequest request, ServingLayout s, ServingRole role)
    {
        var workload = request.Workload;

        // Tensor-parallel ranks are all of a stage; DP attention divides them into groups.
        var flags = new List<string> { "--model-path CHECKPOINT", ServingLaunch.Flag("--tp-size", s.StageRanks) };
        if (s.PipelineParallel > 1)
        {
            flags.Add(ServingLaunch.Flag("--pp-size", s.PipelineParallel));
        }

        if (s.AttentionDataParallel > 1)
        {
            flags.Add(ServingLaunch.Flag("--dp-size", s.AttentionDataParallel));
            flags.Add("--enable-dp-attention");
        }

        if (s.ExpertParallel > 1)
        {
            flags.Add(ServingLaunch.Flag("--ep-size", s.ExpertParallel));
        }

        gaps.AddWhen(s.CacheShards > 1, "kv-shards", $"SGLang does not share a sequence's cache out over ranks by position.");
        if (role != ServingRole.Prefill)
        {
            flags.Add(ServingLaunch.Flag("--max-running-requests", request.Batch));
        }

        flags.Add(ServingLaunch.Flag("--chunked-prefill-size", request.StepTokens));
        flags.Add(ServingLaunch.Flag("--context-length", request.LongestSequence));
        flags.Add(ServingLaunch.Flag("--mem-fraction-static", request.MemoryShare));
        if (workload.Precision.Cache == CacheFormat.Fp8)
        {
            flags.Add("--kv-cache-dtype fp8_e4m3");
        }

        gaps.AddWhen(workload.Precision.Cache == CacheFormat.Int8, "kv", $"SGLang keeps no cache in INT8.");
        gaps.Add("memory", $"--mem-fraction-static counts weights and cache only; lower it where activations do not fit beside them.");
        if (workload.Speculation is { } speculation)
        {
            flags.Add("--speculative-algorithm EAGLE");
            flags.Add(ServingLaunch.Flag("--speculative-num-steps", speculation.DraftTokens));
            flags.Add("--speculative-eagle-topk 1");
            flags.Add(ServingLaunch.Flag("--speculative-num-draft-tokens", speculation.DraftTokens + 1));
        }

        if (role != ServingRole.Whole)
        {
            flags.Add("--disaggregation-mode " + (role == ServingRole.Prefill ? "prefill" : "decode"));
            gaps.Add("disaggregation", $"the router that sends prompts to one pool and then to the other is started on its own.");
        }

        if (s.Chips > request.ChipsPerNode)
        {
            flags.Add(ServingLaunch.Flag("--nnodes", Math.Ceiling((double)s.Chips / request.ChipsPerNode)));
            gaps.Add("nodes", $"--node-rank and --dist-init-addr differ by node and are set there.");
        }

        return ServingLaunch.Command("python3 -m sglang.launch_server", flags);
    }
}
