using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;
using Xunit;

namespace Orrery.Interchange.Tests.LaunchFlags;

public sealed class MaxTextLaunchTests
{
    private static readonly LaunchTarget Slice = new(ChipsPerNode: 4, ChipsPerDomain: 64);

    private static readonly Strategy Sharded = new()
    {
        TensorParallel = 4, PipelineParallel = 1, DataParallel = 64, MicroBatch = 2, SequenceParallel = true,
        Sharding = Sharding.Zero3, Recompute = Recompute.Full,
    };

    [Fact]
    public void MaxText_splits_axes_into_slices_and_between_them()
    {
        var launch = Write(Sharded);

        Has(
            launch, "base_config: base.yml", "ici_tensor_sequence_parallelism: 4", "ici_fsdp_parallelism: 16", "dcn_fsdp_parallelism: 4",
            "dcn_tensor_sequence_parallelism: 1", "ici_data_parallelism: 1", "dcn_data_parallelism: 1", "remat_policy: full");
        Assert.DoesNotContain(launch.Gaps, gap => gap.Setting is not "model");
    }

    [Fact]
    public void MaxText_shards_inside_groups_and_replicates_between_them() =>
        Has(
            Write(Sharded with { Sharding = Sharding.Hsdp, ShardRanks = 16 }),
            "ici_fsdp_parallelism: 16", "dcn_fsdp_parallelism: 1", "ici_data_parallelism: 1", "dcn_data_parallelism: 4");

    [Fact]
    public void MaxText_shards_the_optimizer_over_data() =>
        Has(Write(Sharded with { Sharding = Sharding.Zero1 }), "shard_optimizer_over_data: true", "ici_data_parallelism: 16", "ici_fsdp_parallelism: 1");

    [Fact]
    public void MaxText_counts_a_batch_by_device()
    {
        // 2 sequences of 64 replicas on 256 chips, 8 times a step.
        Has(Write(Sharded), "per_device_batch_size: 0.5", "gradient_accumulation_steps: 8", "max_target_length: 4096");
        Has(
            Write(Sharded with { PipelineParallel = 2, DataParallel = 32, VirtualStages = 4 }),
            "per_device_batch_size: 4", "gradient_accumulation_steps: 1", "num_pipeline_microbatches: 16", "num_pipeline_repeats: 4", "num_layers_per_pipeline_stage: 10");
    }

    [Fact]
    public void MaxText_puts_innermost_ranks_of_the_order_into_a_slice() =>
        Has(
            Write(Sharded with { ContextParallel = 2, DataParallel = 32, Order = RankOrder.Parse("dp-tp-cp-ep-pp")!.Value }),
            "ici_fsdp_parallelism: 32", "ici_tensor_sequence_parallelism: 2", "dcn_tensor_sequence_parallelism: 2", "dcn_context_parallelism: 2");

    [Fact]
    public void MaxText_keeps_names_of_tensors_it_does_not_run_again() =>
        Has(Write(Sharded with { Recompute = Recompute.FeedForward }), "remat_policy: custom", "mlpwi_0: remat", "mlpwo: remat", "query_proj: device", "context: device");

    [Fact]
    public void MaxText_puts_state_in_host_memory() =>
        Has(Write(Sharded with { Offload = Offload.Weights | Offload.OptimizerState }), "parameter_memory_host_offload: true", "optimizer_memory_host_offload: true");

    [Fact]
    public void MaxText_names_latent_attention_and_experts() =>
        Has(
            LaunchFormats.Write(LaunchFormat.MaxText, LaunchCases.Workload("deepseek-v3"), Sharded with { ExpertParallel = 16, ExpertTensorParallel = 4 }, Slice),
            "decoder_block: deepseek", "attention_type: mla", "kv_lora_rank: 512", "num_experts: 256", "num_experts_per_tok: 8", "base_moe_mlp_dim: 2048",
            "shared_experts: 1", "first_num_dense_layers: 3", "ici_expert_parallelism: 16", "dcn_fsdp_parallelism: 4");

    [Theory]
    [InlineData(TrainingPrecision.Int8, "quantization: int8")]
    [InlineData(TrainingPrecision.Mxfp8, "quantization: te_mxfp8")]
    [InlineData(TrainingPrecision.Nvfp4, "quantization: te_nvfp4")]
    public void MaxText_names_a_quantization(TrainingPrecision precision, string line) =>
        Has(LaunchFormats.Write(LaunchFormat.MaxText, LaunchCases.Workload("llama-3.1-70b", precision), Sharded, Slice), line, "dtype: bfloat16");

    private static LaunchText Write(Strategy strategy) => LaunchFormats.Write(LaunchFormat.MaxText, LaunchCases.Workload("llama-3.1-70b"), strategy, Slice);

    private static void Has(LaunchText launch, params string[] expected)
    {
        var lines = launch.Text.Split('\n');
        Assert.All(expected, line => Assert.Contains(line, lines));
    }
}
