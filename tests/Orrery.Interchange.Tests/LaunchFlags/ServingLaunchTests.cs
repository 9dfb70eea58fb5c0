using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;
using Xunit;

namespace Orrery.Interchange.Tests.LaunchFlags;

public sealed class ServingLaunchTests
{
    private static readonly ServingLayout Experts = new() { AttentionDataParallel = 8, ExpertParallel = 8 };

    [Fact]
    public void Vllm_takes_degrees_limits_and_formats_as_flags() => Has(
        Write(ServingLaunchFormat.Vllm, new ServingLayout { TensorParallel = 4, PipelineParallel = 2, CacheShards = 2 }, cache: CacheFormat.Fp8),
        "--tensor-parallel-size 4", "--pipeline-parallel-size 2", "--decode-context-parallel-size 2", "--max-num-seqs 64", "--max-num-batched-tokens 8192",
        "--max-model-len 5120", "--gpu-memory-utilization 0.9", "--kv-cache-dtype fp8");

    [Fact]
    public void Vllm_counts_sequences_of_one_attention_group_and_deals_experts_over_all_ranks()
    {
        Has(Write(ServingLaunchFormat.Vllm, Experts), "--data-parallel-size 8", "--enable-expert-parallel", "--max-num-seqs 8");
        Assert.Contains(Write(ServingLaunchFormat.Vllm, Experts with { ExpertParallel = 4 }).Gaps, gap => gap.Setting == "ep");
        Assert.DoesNotContain(Write(ServingLaunchFormat.Vllm, Experts).Gaps, gap => gap.Setting == "ep");
    }

    [Fact]
    public void SgLang_counts_all_ranks_as_tensor_parallel() =>
        Has(Write(ServingLaunchFormat.SgLang, Experts), "--tp-size 8", "--dp-size 8", "--enable-dp-attention", "--ep-size 8", "--max-running-requests 64", "--chunked-prefill-size 8192");

    [Fact]
    public void TensorRtLlm_takes_attention_groups_in_its_file_of_options()
    {
        Has(Write(ServingLaunchFormat.TrtLlm, Experts), "enable_attention_dp: true", "--tp_size 8", "--ep_size 8", "--max_batch_size 8", "--max_seq_len 5120", "--extra_llm_api_options options.yaml");
        Assert.Contains(Write(ServingLaunchFormat.TrtLlm, Experts with { TensorParallel = 2 }).Gaps, gap => gap.Setting == "dp");
    }

    [Theory]
    [InlineData(ServingLaunchFormat.Vllm, "kv_producer", "kv_consumer", "\"num_speculative_tokens\": 2")]
    [InlineData(ServingLaunchFormat.SgLang, "--disaggregation-mode prefill", "--disaggregation-mode decode", "--speculative-num-draft-tokens 3")]
    [InlineData(ServingLaunchFormat.TrtLlm, "prefill.yaml", "decode.yaml", "num_nextn_predict_layers: 2")]
    public void Two_pools_are_two_launches_and_drafts_are_carried(ServingLaunchFormat format, string prefill, string decode, string drafts)
    {
        var launch = Write(format, Experts, prefill: new ServingPool(new ServingLayout { PipelineParallel = 4 }, 2), speculation: new Speculation(2, 0.7));

        Has(launch, prefill, decode, drafts);
        Assert.Contains(launch.Gaps, gap => gap.Setting == "disaggregation");
    }

    [Theory]
    [InlineData(ServingLaunchFormat.SgLang)]
    [InlineData(ServingLaunchFormat.TrtLlm)]
    public void Caches_shared_out_by_position_are_a_gap_where_the_engine_has_none(ServingLaunchFormat format) =>
        Assert.Contains(Write(format, new ServingLayout { TensorParallel = 8, CacheShards = 2 }).Gaps, gap => gap.Setting == "kv-shards");

    [Fact]
    public void A_checkpoint_in_other_formats_is_a_gap()
    {
        Assert.Contains(Write(ServingLaunchFormat.Vllm, Experts, weights: WeightFormat.Nvfp4).Gaps, gap => gap.Setting == "weights");
        Assert.DoesNotContain(Write(ServingLaunchFormat.Vllm, Experts).Gaps, gap => gap.Setting == "weights");
    }

    private static LaunchText Write(
        ServingLaunchFormat format, ServingLayout layout, CacheFormat cache = CacheFormat.Bf16, WeightFormat weights = WeightFormat.Fp8Block,
        ServingPool? prefill = null, Speculation? speculation = null) => ServingLaunch.Write(format, new ServingLaunchRequest(
        new ServingWorkload
        {
            Model = LaunchCases.Workload("deepseek-v3").Model,
            Precision = ServingPrecision.All(weights, cache),
            Input = TokenRange.Exactly(4096),
            Output = TokenRange.Exactly(1024),
            Speculation = speculation,
        },
        new ServingDeployment(new ServingPool(layout, 1), prefill), Batch: 64, StepTokens: 8192, MemoryShare: 0.9, ChipsPerNode: 8));

    private static void Has(LaunchText launch, params string[] flags) =>
        Assert.All(flags, flag => Assert.Contains(flag, launch.Text, StringComparison.Ordinal));
}
