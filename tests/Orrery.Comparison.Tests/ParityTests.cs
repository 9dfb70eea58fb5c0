using Orrery.Comparison.Delivered;
using Orrery.Comparison.Parity;
using Orrery.Comparison.Scaling;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class ParityTests
{
    private const string Model = "llama-3.1-8b";
    private const int Sequence = 4096;
    private static readonly Contestant Node = Shipped.Contestant("dgx-h100", "megatron");

    private static TrainingRun Run(double tokens) =>
        TrainingRun.Of(Shipped.Catalog.Model(Model), tokens, Shipped.Catalog.DefaultCriticalBatchLaw());

    private static SystemParity Parity(
        Contestant first, Contestant second, int? batch, int most, TrainingRun? run = null, double? days = null,
        TrainingPrecision precision = TrainingPrecision.Bf16) => SystemParity.Of(
            Shipped.Catalog,
            new ParityQuestion(
                first, second, new ScalingWorkload(Shipped.Catalog.Model(Model), Sequence, new PrecisionChoice(precision), batch, run),
                days is { } time ? new Seconds(time * 86400) : null, most),
            TrackRecord.Empty, _ => { }, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    public void A_system_is_on_a_par_with_itself(int chips)
    {
        var parity = Parity(Node with { Cluster = Node.Cluster with { Chips = chips } }, Node, batch: 256, most: 1024);
        Assert.Equal(chips, parity.Second.Reached!.Chips);
        Assert.Equal(chips / 8, parity.Second.Systems);
        Assert.Equal(1, parity.ChipRatio!.Value, 1e-12);
        var (low, high) = parity.ChipRatioRange!.Value;
        Assert.InRange(1, low, high);
    }

    /// <summary>What does not scale with the chip (host time, jitter) makes it a little less than twice.</summary>
    [Fact]
    public void Of_a_chip_at_half_speed_twice_as_many_are_needed()
    {
        var parity = Parity(Node, Throttled.ByHalf(Node), batch: 512, most: 1024);
        Assert.InRange(parity.ChipRatio!.Value, 1.75, 2);
    }

    [Fact]
    public void The_fewest_chips_are_enough_and_one_less_is_not()
    {
        var parity = Parity(Node with { Cluster = Node.Cluster with { Chips = 64 } }, Shipped.CloudMatrix, batch: 256, most: 4096);
        var (reached, target) = (parity.Second.Reached!, parity.Target!.Value);
        Assert.True(reached.UsefulTokensPerSecond >= target);
        Assert.Equal(0, reached.IdleShare, 1e-12);
        var less = new ScaledSystem(Shipped.CloudMatrix, parity.Question.Workload, _ => { }).At(reached.Chips - 1, TestContext.Current.CancellationToken)!;
        Assert.True(less.UsefulTokensPerSecond < target);
    }

    [Fact]
    public void What_is_delivered_grows_with_the_numbers_tried()
    {
        var tried = Parity(Node with { Cluster = Node.Cluster with { Chips = 128 } }, Shipped.CloudMatrix, batch: 256, most: 4096).Second.Tried;
        Assert.True(tried.Count > 2);
        Assert.All(tried.Zip(tried.Skip(1)), pair =>
        {
            Assert.True(pair.First.Chips < pair.Second.Chips);
            Assert.True(pair.First.UsefulTokensPerSecond <= pair.Second.UsefulTokensPerSecond);
        });
    }

    [Fact]
    public void With_a_tiny_batch_no_number_of_slower_chips_is_enough_and_what_stops_it_is_said()
    {
        var fast = Node with { Cluster = Node.Cluster with { Chips = 65536 } };
        var parity = Parity(fast, Throttled.ByHalf(Node), batch: 2, most: 65536);
        Assert.False(parity.HasParity);
        Assert.Null(parity.ChipRatio);
        Assert.Null(parity.Second.Reached);
        Assert.InRange(parity.ShareReached!.Value, 0.3, 1);
        Assert.False(parity.Second.IsStillGaining);
        Assert.Equal(0, parity.Second.Fastest!.IdleShare, 1e-12);
        Assert.NotEmpty(parity.Second.Obstacles);
        Assert.NotNull(parity.Anchors);
    }

    [Fact]
    public void A_limit_that_is_merely_low_is_not_mistaken_for_saturation()
    {
        var parity = Parity(Node with { Cluster = Node.Cluster with { Chips = 64 } }, Node, batch: 256, most: 16);
        Assert.Null(parity.Second.Reached);
        Assert.True(parity.Second.IsStillGaining);
        Assert.Equal(0.25, parity.ShareReached!.Value, 0.02);
    }

    [Fact]
    public void A_deadline_is_met_by_both_with_the_batch_below_the_critical_one()
    {
        var run = Run(2e10);
        var parity = Parity(Node, Throttled.ByHalf(Node), null, 1024, run, days: 1);
        foreach (var side in new[] { parity.First, parity.Second })
        {
            Assert.True(side.Reached!.TimeToTrain!.Value.Value <= 86400 * (1 + 1e-9));
            Assert.True(side.Reached.Best.Workload.TokensPerStep <= run.CriticalTokens);
        }

        Assert.InRange(parity.ChipRatio!.Value, 1.5, 2.5);
    }

    [Fact]
    public void A_precision_the_chip_lacks_is_no_parity_by_name()
    {
        var parity = Parity(Node, Shipped.CloudMatrix, batch: 64, most: 64, precision: TrainingPrecision.Fp8);
        Assert.False(parity.HasParity);
        Assert.Contains("FP8", parity.Second.WhyNot, StringComparison.Ordinal);
    }
}
