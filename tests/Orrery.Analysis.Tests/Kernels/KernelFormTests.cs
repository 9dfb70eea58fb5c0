using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;
using Xunit;

namespace Orrery.Analysis.Tests.Kernels;

/// <summary>Each form against a sum done by hand.</summary>
public sealed class KernelFormTests
{
    private static readonly GemmKernel Plain = new(0.8, 0.8, 2e-6, 0.5e-9, 1, 0);
    private static readonly AttentionKernel Attention = new(0.5, 0.25, 0.6, 1, 0, 0, 0);
    private static readonly DecodeKernel Decode = new(0.5, 2, 1e6, 1e-6, 0, 0, 0.5);
    private static readonly MoeKernel Moe = new(0.5, 0.5, 3e-6, 0, 0, 1, 0, 0, 1);

    [Fact]
    public void A_product_blends_compute_and_memory_by_their_cubes()
    {
        // tc = 2e9 / 8e14 * 1.15 + 0.5 ns * 1000 = 3.375 us; tm = 6e6 / 8e11 = 7.5 us; cube root of 38.443 + 421.875 is 7.7212.
        var seconds = Gemm.Seconds(Plain, 1e15, 1e12, 1000, 1000, 1000, 2, 2, 2);
        Assert.Equal(9.721223e-6, seconds, 1e-11);
    }

    [Fact]
    public void Quantising_the_input_adds_its_bytes()
    {
        var with = Gemm.Seconds(Plain with { QuantizeBytes = 4 }, 1e15, 1e12, 1000, 1000, 1000, 1, 1, 2);
        var without = Gemm.Seconds(Plain, 1e15, 1e12, 1000, 1000, 1000, 1, 1, 2);
        Assert.Equal(4e6 / 8e11, with - without, 1e-15);
        var rows = Gemm.Seconds(Plain with { QuantizeBytes = 4, QuantizeSPerRow = 6e-9 }, 1e15, 1e12, 1000, 1000, 1000, 1, 1, 2);
        Assert.Equal(6e-6, rows - with, 1e-15);
        Assert.Equal(without, Gemm.Seconds(Plain with { QuantizeSPerRow = 6e-9 }, 1e15, 1e12, 1000, 1000, 1000, 1, 1, 2));
    }

    [Fact]
    public void A_long_product_runs_at_the_sustained_rate()
    {
        // 2e16 FLOP at 1e15 is 20 s: u is 10,000, so the rate is halved to within 1e-4.
        var seconds = Gemm.Seconds(Plain with { Sustained = 0.5, LaunchS = 0, LoopSPerK = 0 }, 1e15, 1e15, 1e5, 1e6, 1e5, 2, 2, 2);
        Assert.Equal(2 * 20 / 0.8 * (1 + (150 / 1e5)), seconds, 1e-2);
    }

    [Fact]
    public void Groups_of_products_cost_one_launch()
    {
        var one = Gemm.Seconds(Plain, 1e15, 1e12, 512, 512, 512, 2, 2, 2);
        var eight = Gemm.Seconds(Plain, 1e15, 1e12, 512, 512, 512, 2, 2, 2, 8);
        Assert.InRange(eight, one, 8 * one);
    }

    [Theory]
    [InlineData(4, 0, true, 10)]
    [InlineData(4, 2, true, 7)]
    [InlineData(4, 9, true, 10)]
    [InlineData(4, 0, false, 16)]
    public void Pairs_are_counted_as_the_mask_leaves_them(double sequence, double window, bool causal, double pairs) =>
        Assert.Equal(pairs, PrefillAttention.Pairs(sequence, window, causal));

    [Fact]
    public void Prefill_counts_four_flops_a_pair_head_and_dimension()
    {
        // F = 4 * 128 * 2 heads * 10 pairs = 10,240 at 5e11.
        var seconds = PrefillAttention.Seconds(Attention, 1e12, 1e30, 1, 2, 1, 128, 4, 0, causal: true);
        Assert.Equal(10240 / 5e11, seconds, 1e-15);
    }

    [Theory]
    [InlineData(64, 0.25)]
    [InlineData(128, 0.5)]
    [InlineData(256, 0.6)]
    [InlineData(512, 0.6)]
    public void The_reachable_fraction_follows_the_head_dimension(double head, double fraction) =>
        Assert.Equal(fraction, PrefillAttention.ComputeAt(Attention, head), 1e-12);

    [Fact]
    public void A_kernel_that_ignores_windows_pays_for_all_pairs()
    {
        var masked = Attention with { IgnoresWindow = true };
        var windowed = PrefillAttention.Seconds(masked, 1e12, 1e30, 1, 2, 1, 128, 1024, 128, causal: true);
        var full = PrefillAttention.Seconds(masked, 1e12, 1e30, 1, 2, 1, 128, 1024, 0, causal: true);
        Assert.Equal(full, windowed);
    }

    [Fact]
    public void Cold_decode_reads_the_cache_at_the_reachable_bandwidth()
    {
        // Q = 2 * 4 * 1000 * 2 * 128 * 2 + 4 * 4 * 16 * 128 = 4,128,768 bytes at 0.5 TB/s; compute vanishes.
        var seconds = DecodeAttention.Seconds(Decode, 1e30, 1e12, 4, 16, 2, 128, 1000);
        Assert.Equal(1e-6 + (4128768 / 0.5e12), seconds, 1e-13);
    }

    [Fact]
    public void A_warm_cache_is_faster_and_a_large_one_is_not_warm()
    {
        Assert.True(DecodeAttention.Seconds(Decode, 1e30, 1e12, 1, 8, 1, 128, 256, warm: true) < DecodeAttention.Seconds(Decode, 1e30, 1e12, 1, 8, 1, 128, 256));
        Assert.Equal(
            DecodeAttention.Seconds(Decode, 1e30, 1e12, 64, 8, 8, 128, 65536),
            DecodeAttention.Seconds(Decode, 1e30, 1e12, 64, 8, 8, 128, 65536, warm: true), 1e-9);
    }

    [Fact]
    public void A_window_bounds_what_decode_reads() => Assert.Equal(
        DecodeAttention.Seconds(Decode, 1e12, 1e12, 4, 16, 2, 128, 128),
        DecodeAttention.Seconds(Decode, 1e12, 1e12, 4, 16, 2, 128, 4096, window: 128));

    [Fact]
    public void Latent_decode_reads_one_latent_for_all_heads()
    {
        // Q = 1 * 1000 * 576 * 2 + 1 * 16 * 1088 * 2 = 1,186,816 bytes at 0.5 TB/s.
        var seconds = DecodeAttention.LatentSeconds(Decode, 1e30, 1e12, 1, 16, 512, 64, 1000);
        Assert.Equal(1e-6 + (1186816 / 0.5e12), seconds, 1e-13);
    }

    [Fact]
    public void Experts_read_their_weights_once_and_compute_their_rows()
    {
        // tc = 6 * 10 * 20 * 8 / 5e11 = 19.2 ns; Q = 2 * 600 * 2 + 8 * (20 + 120 + 20) = 3,680 bytes at 5e11: 7.36 ns.
        var seconds = MoeGemm.Seconds(Moe, 1e12, 1e12, 4, 8, 2, 10, 20, 2, 2);
        Assert.Equal(3e-6 + Math.Cbrt(Math.Pow(19.2e-9, 3) + Math.Pow(7.36e-9, 3)), seconds, 1e-14);
    }

    [Fact]
    public void Every_token_that_enters_is_routed_even_without_an_expert_here()
    {
        var routed = Moe with { TokenBytes = 5 };
        var few = MoeGemm.Seconds(routed, 1e12, 1e12, 100, 8, 2, 10, 20, 2, 2);
        var many = MoeGemm.Seconds(routed, 1e12, 1e12, 1100, 8, 2, 10, 20, 2, 2);
        Assert.Equal(2 * 10 * 5 * 1000 / 0.5e12, many - few, 1e-15);
    }

    [Fact]
    public void Routing_counts_rows_and_active_experts()
    {
        Assert.Equal(64, MoeGemm.RoutedRows(64, 8, 256, 8, 1));
        Assert.Equal(128, MoeGemm.RoutedRows(64, 8, 256, 8, 2));
        Assert.Equal(64, MoeGemm.RoutedRows(64, 8, 8, 8, 99));
        Assert.Equal(32, MoeGemm.ActiveExperts(1000, 8, 256, 8, balanced: true));
        Assert.Equal(8, MoeGemm.ActiveExperts(1, 8, 256, 1, balanced: false), 1e-9);
    }

    [Fact]
    public void Streaming_takes_its_bytes_over_its_bandwidth()
    {
        Assert.Equal(2e-6 + (1e9 / 0.8e12), Streaming.Seconds(new StreamingKernel(0.8, 2e-6), 1e12, 1e9), 1e-12);
        Assert.Equal(2e-6 + (3e6 / 0.8e12), Quantize.Seconds(new StreamingKernel(0.8, 2e-6), 1e12, 1000, 1000), 1e-12);
    }

    [Fact]
    public void An_exchange_sends_a_token_once_to_each_rank_that_needs_it()
    {
        // Two ranks, two experts a token: 2 * (1 - 1/4) = 1.5 ranks on average.
        Assert.Equal(1.5, ExpertExchange.DistinctTargets(2, 2), 1e-12);
        var kernel = new ExchangeKernel(1e-6, 0.5, 0, 2e-6, 0.5, 2);
        Assert.Equal(1e-6 + (100 * 10 * 1.5 / 0.5e9), ExpertExchange.Seconds(kernel, 1e9, 1e9, 100, 10, 2, 1, deduplicated: true), 1e-12);
        Assert.Equal(1e-6 + (100 * 10 * 2 / 0.5e9), ExpertExchange.Seconds(kernel, 1e9, 1e9, 100, 10, 2, 1, deduplicated: false), 1e-12);
    }
}
