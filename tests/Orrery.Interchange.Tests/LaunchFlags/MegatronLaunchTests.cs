using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;
using Xunit;

namespace Orrery.Interchange.Tests.LaunchFlags;

public sealed class MegatronLaunchTests
{
    private static readonly Strategy Experts = LaunchCases.Plain with
    {
        VirtualStages = 2, SequenceParallel = true, Sharding = Sharding.Zero1, Dispatch = ExpertDispatch.Deduplicated,
    };

    [Fact]
    public void Megatron_names_every_degree()
    {
        var lines = Lines(Experts);

        Assert.Equal("torchrun --nnodes 32 --nproc-per-node 8 pretrain_gpt.py", lines[0]);
        Assert.Contains("--tensor-model-parallel-size 4", lines);
        Assert.Contains("--pipeline-model-parallel-size 4", lines);
        Assert.Contains("--context-parallel-size 2", lines);
        Assert.Contains("--expert-model-parallel-size 4", lines);
        Assert.Contains("--expert-tensor-parallel-size 1", lines);
        Assert.Contains("--num-virtual-stages-per-pipeline-rank 2", lines);
        Assert.Contains("--sequence-parallel", lines);
        Assert.Contains("--use-distributed-optimizer", lines);
        Assert.Contains("--micro-batch-size 1", lines);
        Assert.Contains("--global-batch-size 1024", lines);
        Assert.Contains("--moe-token-dispatcher-type flex", lines);
        Assert.Contains("--moe-flex-dispatcher-backend deepep", lines);
    }

    [Fact]
    public void Megatron_carries_a_usual_strategy_whole() =>
        Assert.Empty(LaunchCases.Write(LaunchFormat.Megatron, Experts with { PipelineParallel = 8, FirstStageLayers = 7, LastStageLayers = 6 }).Gaps);

    [Fact]
    public void Megatron_deals_only_what_divides() =>
        Assert.Contains(LaunchCases.Write(LaunchFormat.Megatron, Experts).Gaps, gap => gap.Setting == "pp" && gap.Reason.Contains("8 does not divide 61", StringComparison.Ordinal));

    [Fact]
    public void Megatron_names_latent_attention_and_experts()
    {
        var lines = Lines(Experts);

        Assert.Contains("--num-layers 61", lines);
        Assert.Contains("--hidden-size 7168", lines);
        Assert.Contains("--ffn-hidden-size 18432", lines);
        Assert.Contains("--multi-latent-attention", lines);
        Assert.Contains("--q-lora-rank 1536", lines);
        Assert.Contains("--kv-lora-rank 512", lines);
        Assert.Contains("--qk-head-dim 128", lines);
        Assert.Contains("--qk-pos-emb-head-dim 64", lines);
        Assert.Contains("--v-head-dim 128", lines);
        Assert.Contains("--num-experts 256", lines);
        Assert.Contains("--moe-router-topk 8", lines);
        Assert.Contains("--moe-ffn-hidden-size 2048", lines);
        Assert.Contains("--moe-shared-expert-intermediate-size 2048", lines);
        Assert.Contains("--moe-layer-freq '([0]*3+[1]*58)'", lines);
        Assert.Contains("--mtp-num-layers 1", lines);
    }

    [Fact]
    public void Megatron_names_grouped_heads()
    {
        var lines = Lines(Experts with { ExpertParallel = 1 }, "llama-3.1-70b");

        Assert.Contains("--num-attention-heads 64", lines);
        Assert.Contains("--group-query-attention", lines);
        Assert.Contains("--num-query-groups 8", lines);
        Assert.Contains("--kv-channels 128", lines);
        Assert.Contains("--swiglu", lines);
        Assert.Contains("--disable-bias-linear", lines);
        Assert.Contains("--untie-embeddings-and-output-weights", lines);
        Assert.Contains("--position-embedding-type rope", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("--moe", StringComparison.Ordinal) || line.StartsWith("--expert", StringComparison.Ordinal));
    }

    [Fact]
    public void Megatron_counts_a_window_without_the_token_itself()
    {
        var lines = Lines(Experts with { ExpertParallel = 1, TensorParallel = 1 }, "gemma-3-12b");

        Assert.Contains("--window-size 1023,0", lines);
        Assert.Contains("--window-attn-skip-freq '([1]*5+[0]*1)*8'", lines);
    }

    [Theory]
    [InlineData(TrainingPrecision.Bf16, "--bf16")]
    [InlineData(TrainingPrecision.Fp16, "--fp16")]
    [InlineData(TrainingPrecision.Fp8, "--bf16", "--fp8-format hybrid", "--fp8-recipe tensorwise")]
    [InlineData(TrainingPrecision.Fp8Block, "--bf16", "--fp8-format e4m3", "--fp8-recipe blockwise")]
    [InlineData(TrainingPrecision.Mxfp8, "--bf16", "--fp8-format e4m3", "--fp8-recipe mxfp8")]
    [InlineData(TrainingPrecision.Nvfp4, "--bf16", "--fp4-format e2m1", "--fp4-recipe nvfp4")]
    public void Megatron_names_the_recipe_of_a_precision(TrainingPrecision precision, params string[] flags)
    {
        var launch = LaunchFormats.Write(LaunchFormat.Megatron, LaunchCases.Workload("deepseek-v3", precision), Experts, LaunchCases.Node);

        Assert.Equal(flags, Lines(launch).Where(line => line is "--bf16" or "--fp16" || line.StartsWith("--fp8-", StringComparison.Ordinal) || line.StartsWith("--fp4-", StringComparison.Ordinal)));
        Assert.DoesNotContain(launch.Gaps, gap => gap.Setting == "precision");
    }

    [Fact]
    public void Megatron_recomputes_by_module()
    {
        var lines = Lines(Experts with { Recompute = Recompute.LatentUpProjection | Recompute.Normalization | Recompute.FeedForward });

        Assert.Contains("--recompute-granularity selective", lines);
        Assert.Contains("--recompute-modules mla_up_proj layernorm mlp", lines);
    }

    [Fact]
    public void Megatron_shards_in_groups_by_instances_of_the_optimizer()
    {
        var lines = Lines(Experts with { Sharding = Sharding.Hsdp, ShardRanks = 4 });

        Assert.Contains("--use-megatron-fsdp", lines);
        Assert.Contains("--data-parallel-sharding-strategy optim_grads_params", lines);
        Assert.Contains("--num-distributed-optimizer-instances 2", lines);
    }

    [Fact]
    public void Megatron_has_one_other_rank_order()
    {
        var inside = LaunchCases.Write(LaunchFormat.Megatron, Experts with { Order = RankOrder.Parse("tp-cp-ep-pp-dp")!.Value });
        var other = LaunchCases.Write(LaunchFormat.Megatron, Experts with { Order = RankOrder.Parse("cp-tp-ep-dp-pp")!.Value });

        Assert.Contains("--use-tp-pp-dp-mapping", Lines(inside));
        Assert.DoesNotContain(inside.Gaps, gap => gap.Setting == "order");
        Assert.Contains("cp-tp-ep-dp-pp", Assert.Single(other.Gaps, gap => gap.Setting == "order").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Megatron_has_no_dual_pipe() =>
        Assert.Contains(LaunchCases.Write(LaunchFormat.Megatron, Experts with { Schedule = PipelineSchedule.DualPipe }).Gaps, gap => gap.Setting == "schedule");

    [Fact]
    public void Few_chips_start_on_one_node() =>
        Assert.Equal(
            "torchrun --nnodes 1 --nproc-per-node 4 pretrain_gpt.py",
            Lines(new Strategy { TensorParallel = 4, PipelineParallel = 1, DataParallel = 1, MicroBatch = 1 })[0]);

    [Fact]
    public void Chips_that_do_not_fill_their_nodes_are_a_gap() =>
        Assert.Contains(
            LaunchCases.Write(LaunchFormat.Megatron, new Strategy { TensorParallel = 4, PipelineParallel = 3, DataParallel = 1, MicroBatch = 1 }).Gaps,
            gap => gap.Setting == "nodes");

    private static string[] Lines(Strategy strategy, string model = "deepseek-v3") => Lines(LaunchCases.Write(LaunchFormat.Megatron, strategy, model));

    private static string[] Lines(LaunchText launch) =>
        [.. launch.Text.Split('\n').Select(line => line.TrimEnd('\\').Trim()).Where(line => line.Length > 0 && line[0] != '#')];
}
