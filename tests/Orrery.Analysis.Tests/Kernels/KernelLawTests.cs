using FsCheck;
using FsCheck.Fluent;
using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;
using Xunit;

namespace Orrery.Analysis.Tests.Kernels;

/// <summary>What must hold of every kernel time, whatever the shape.</summary>
public sealed class KernelLawTests
{
    private const double Peak = 1e15;
    private const double Bandwidth = 3e12;

    /// <summary>Room for rounding: a form may not get slower by more than this when it should get faster.</summary>
    private const double Rounding = 1 + 1e-12;

    private static readonly GemmKernel Product = new(0.7, 0.7, 5e-6, 0.7e-9, 0.8, 8);
    private static readonly AttentionKernel Prefill = new(0.6, 0.4, 0.65, 0.4, 12e-6, 6e-9, 300, 2);
    private static readonly DecodeKernel Decode = new(0.9, 1.5, 35e6, 13e-6, 4e-6, 132, 0.4);
    private static readonly MoeKernel Moe = new(0.5, 0.9, 20e-6, 60, 2, 2.3, 2e-9, 10, 0.7);

    /// <summary>Every form as a function of a shape, a peak and a bandwidth.</summary>
    public static TheoryData<string> Forms => [.. Times.Keys];

    private static Dictionary<string, Func<int[], double, double, double>> Times { get; } = new()
    {
        ["gemm"] = (s, peak, bandwidth) => Gemm.Seconds(Product, peak, bandwidth, s[0], s[1], s[2], 1, 1, 2),
        ["prefill"] = (s, peak, bandwidth) => PrefillAttention.Seconds(Prefill, peak, bandwidth, 2, 8, 2, 128, s[0], 0, causal: true),
        ["decode"] = (s, peak, bandwidth) => DecodeAttention.Seconds(Decode, peak, bandwidth, s[0], 32, 8, 128, s[1]),
        ["decode warm"] = (s, peak, bandwidth) => DecodeAttention.Seconds(Decode, peak, bandwidth, s[0], 32, 8, 128, s[1], warm: true),
        ["mla decode"] = (s, peak, bandwidth) => DecodeAttention.LatentSeconds(Decode, peak, bandwidth, s[0], 16, 512, 64, s[1]),
        ["moe"] = (s, peak, bandwidth) => MoeGemm.Seconds(Moe, peak, bandwidth, s[0], s[0], Math.Min(s[0], 32), s[1], s[2], 1, 1),
        ["streaming"] = (s, _, bandwidth) => Streaming.Seconds(new StreamingKernel(0.8, 2e-6), bandwidth, (double)s[0] * s[1]),
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_time_is_positive_and_finite(string form) =>
        ForAllShapes(shape => Times[form](shape, Peak, Bandwidth) is > 0 and < double.PositiveInfinity);

    [Theory]
    [MemberData(nameof(Forms))]
    public void More_bandwidth_is_never_slower(string form) =>
        ForAllShapes(shape => Times[form](shape, Peak, 1.3 * Bandwidth) <= Times[form](shape, Peak, Bandwidth) * Rounding);

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_higher_peak_is_never_slower(string form) =>
        ForAllShapes(shape => Times[form](shape, 1.3 * Peak, Bandwidth) <= Times[form](shape, Peak, Bandwidth) * Rounding);

    [Theory]
    [InlineData("gemm")]
    [InlineData("prefill")]
    [InlineData("decode")]
    [InlineData("mla decode")]
    [InlineData("moe")]
    [InlineData("streaming")]
    public void More_rows_are_never_faster(string form) =>
        ForAllShapes(shape => Times[form]([shape[0] * 2, shape[1], shape[2]], Peak, Bandwidth) * Rounding >= Times[form](shape, Peak, Bandwidth));

    [Fact]
    public void Doubling_every_rate_halves_what_is_not_fixed() => ForAllShapes(shape =>
    {
        var kernel = Product with { LaunchS = 0, LoopSPerK = 0, Sustained = 1 };
        var once = Gemm.Seconds(kernel, Peak, Bandwidth, shape[0], shape[1], shape[2], 1, 1, 2);
        var twice = Gemm.Seconds(kernel, 2 * Peak, 2 * Bandwidth, shape[0], shape[1], shape[2], 1, 1, 2);
        return Math.Abs((once / twice) - 2) < 1e-9;
    });

    private static void ForAllShapes(Func<int[], bool> holds)
    {
        var side = Gen.Choose(0, 16).SelectMany(power => Gen.Choose(1 << power, 1 << (power + 1)));
        Prop.ForAll(side.ArrayOf(3).ToArbitrary(), holds).QuickCheckThrowOnFailure();
    }
}
