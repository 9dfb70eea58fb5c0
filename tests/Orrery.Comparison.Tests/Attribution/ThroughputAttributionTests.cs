using Orrery.Comparison.Attribution;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Comparison.Tests.Attribution;

/// <summary>The parts of a ratio multiply to it, whichever way it is taken.</summary>
public sealed class ThroughputAttributionTests
{
    private static readonly Contestant H100 = Shipped.Contestant("dgx-h100", "megatron", 8);
    private static readonly Contestant A100 = Shipped.Contestant("dgx-a100", "megatron", 16);
    private static readonly Lazy<ThroughputAttribution> Lazily = new(() => Of(H100, A100));

    private static ThroughputAttribution Found => Lazily.Value;

    [Fact]
    public void Parts_multiply_to_the_ratio_and_sum_to_the_difference()
    {
        Assert.NotEmpty(Found.Parts);
        Assert.Equal(Found.Ratio, Found.Parts.Aggregate(1.0, (product, part) => product * part.Times), 1e-9);
        Assert.Equal(Found.To - Found.From, Found.Parts.Sum(part => part.TokensPerSecond), 1e-6 * Found.From);
        Assert.All(Found.Parts, part => Assert.InRange(part.Times, part.Low - 1e-12, part.High + 1e-12));
    }

    [Fact]
    public void Both_ends_are_what_comparing_them_gives()
    {
        var comparison = SystemComparison.Of(
            Shipped.Catalog, new ComparisonQuestion([H100, A100], [Shipped.Catalog.Model("llama-3.1-8b")], [new PrecisionChoice(TrainingPrecision.Bf16)], 4096, 64), TrackRecord.Empty, _ => { });
        Assert.Equal(comparison.Bouts[0].Results[0].TokensPerSecond!.Value, Found.From, 1e-6 * Found.From);
        Assert.Equal(comparison.Bouts[0].Results[1].TokensPerSecond!.Value, Found.To, 1e-6 * Found.To);
    }

    [Fact]
    public void The_other_way_round_every_part_is_inverted()
    {
        var back = Of(A100, H100);
        Assert.Equal(Found.Parts.Select(part => part.Factor), back.Parts.Select(part => part.Factor));
        Assert.All(Found.Parts.Zip(back.Parts), pair =>
        {
            Assert.Equal(1, pair.First.Times * pair.Second.Times, 1e-6);
            Assert.Equal(1, pair.First.Low * pair.Second.High, 1e-6);
        });
    }

    [Fact]
    public void A_system_against_itself_has_no_parts()
    {
        var none = Of(H100, H100);
        Assert.Empty(none.Parts);
        Assert.Equal(1, none.Ratio, 1e-12);
    }

    /// <summary>Where one value differs, one factor is all.</summary>
    [Fact]
    public void One_change_is_one_factor()
    {
        var system = Shipped.Catalog.System("dgx-h100 with memory-bandwidth=5TB/s");
        var part = Assert.Single(Of(H100, H100 with { Cluster = H100.Cluster with { System = system } }).Parts);
        Assert.Equal(Factor.MemoryBandwidth, part.Factor);
        Assert.True(part.Times > 1 && part.Low == part.High);
    }

    private static ThroughputAttribution Of(Contestant one, Contestant other) => ThroughputAttribution.Of(
        one, other, Shipped.Catalog.Model("llama-3.1-8b"), new PrecisionChoice(TrainingPrecision.Bf16), 4096, 64, TestContext.Current.CancellationToken, _ => { });
}
