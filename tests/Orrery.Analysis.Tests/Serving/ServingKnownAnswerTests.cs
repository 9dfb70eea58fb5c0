using Orrery.Analysis.Serving;
using Orrery.Analysis.Tests.Training;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Analysis.Tests.Serving;

public sealed class ServingKnownAnswerTests
{
    private static readonly ServingLayout OneChip = new();

    [Fact]
    public void A_token_of_grouped_attention_takes_two_vectors_a_head_and_layer() =>
        Assert.Equal(80 * 2 * 8 * 128 * 2, Served.Memory(Served.Workload("llama-3.1-70b"), OneChip).CachePerToken); // 320 KiB

    [Fact]
    public void A_token_of_latent_attention_takes_the_latent_and_the_rotary_part() =>
        Assert.Equal(61 * 576 * 2, Served.Memory(Served.Workload("deepseek-v3"), OneChip).CachePerToken); // 70,272 B

    [Theory]
    [InlineData(CacheFormat.Fp8)]
    [InlineData(CacheFormat.Int8)]
    public void A_cache_in_eight_bits_takes_half(CacheFormat format) =>
        Assert.Equal(80 * 2 * 8 * 128, Served.Memory(Served.Workload("llama-3.1-70b", cache: format), OneChip).CachePerToken);

    [Fact]
    public void A_window_keeps_its_tokens_and_no_more()
    {
        var memory = Served.Memory(Served.Workload("gpt-oss-120b"), OneChip);
        const double PerLayer = 2 * 8 * 64 * 2;

        Assert.Equal(18 * PerLayer, memory.CachePerToken);
        Assert.Equal((1000 * 18 * PerLayer) + (128 * 18 * PerLayer), memory.SequenceBytes(1000), 1e-6);
    }

    [Fact]
    public void Weights_of_a_dense_model_are_its_parameters_in_their_format()
    {
        var memory = Served.Memory(Served.Workload("llama-3.1-70b"), OneChip);
        Assert.InRange(memory.Weights.Value, 2 * 70.5e9, 2 * 70.7e9);
        Assert.InRange(Served.Memory(Served.Workload("llama-3.1-70b"), new ServingLayout { TensorParallel = 8 }).Weights.Value * 8 / memory.Weights.Value, 0.999, 1.001);
    }

    [Fact]
    public void Weights_of_an_expert_model_are_its_parameters_in_their_format()
    {
        var memory = Served.Memory(Served.Workload("deepseek-v3", WeightFormat.Fp8), OneChip, "gb200-nvl72");
        Assert.InRange(memory.Weights.Value, 671e9, 676e9); // embeddings, head and router stay in 16 bits
    }

    [Fact]
    public void Reading_the_weights_of_a_dense_model_takes_their_bytes_over_the_bandwidth()
    {
        var chip = Runs.Catalog.System("dgx-h100").Chip;
        var seconds = WeightRead.Of(Served.Workload("llama-3.1-70b"), OneChip, chip).Value;

        // All parameters but the embedding table, of which a token takes one row.
        Assert.Equal(2 * (70.55e9 - (128256.0 * 8192)) / chip.MemoryBandwidth.Value.Value, seconds, seconds * 0.002);
    }

    [Theory]
    [InlineData("llama-3.1-70b", WeightFormat.Bf16, 1, 4)]
    [InlineData("llama-3.1-8b", WeightFormat.Fp8, 1, 1)]
    [InlineData("qwen3-235b-a22b", WeightFormat.Fp8Block, 1, 8)]
    [InlineData("deepseek-r1", WeightFormat.Fp8Block, 2, 8)]
    public void A_decode_step_takes_no_less_than_reading_the_weights(string model, WeightFormat weights, int data, int tensor)
    {
        var system = Runs.Catalog.System("dgx-h200");
        var layout = new ServingLayout { TensorParallel = tensor, AttentionDataParallel = data, ExpertParallel = model.StartsWith("llama", StringComparison.Ordinal) ? 1 : data * tensor };
        var workload = Served.Workload(model, weights);

        Assert.True(Served.Step(workload, layout, system).Seconds(StepLoad.Decode(1, 1)) >= WeightRead.Of(workload, layout, system.Chip).Value);
    }

    [Fact]
    public void Drafts_yield_the_sum_of_powers_of_their_acceptance() => Assert.Equal(1 + 0.7 + 0.49, new Speculation(2, 0.7).TokensPerStep, 1e-12);

    [Fact]
    public void Keys_and_values_of_a_prompt_cross_the_tier_that_joins_both_pools()
    {
        var system = Runs.Catalog.System("gb200-nvl72");
        Assert.Equal(system.Tiers.First(tier => tier.Ranks >= 72), CacheMoves.Tier(system, 72));
        Assert.Equal(system.Tiers[^1], CacheMoves.Tier(system, 73));
        var workload = Served.Workload("deepseek-v3", input: 1000);
        Assert.Equal(1000 * 70_272, CacheMoves.OfPrompt(workload, system.Chip, EngineParameters.For(Runs.Catalog.Engine("vllm"), system.Chip, workload.Precision)).Value, 1e-3);
    }

    [Fact]
    public void Keys_from_host_memory_take_their_bytes_over_the_link()
    {
        var system = Runs.Catalog.System("dgx-h100");
        var workload = Served.Workload("llama-3.1-70b", input: 1000) with { HostHitRate = 0.5 };
        var memory = Served.Memory(workload, new ServingLayout { TensorParallel = 8 });
        Assert.Equal(500 * 327_680 / 8 / system.HostBandwidth!.Value.Value, CacheMoves.HostLoadSeconds(workload, memory, system), 1e-9);
    }
}
