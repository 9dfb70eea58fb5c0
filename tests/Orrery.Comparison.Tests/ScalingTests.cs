using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class ScalingTests
{
    private const string Model = "llama-3.1-8b";
    private const int Sequence = 4096;
    private static readonly Contestant Node = Shipped.Contestant("dgx-h100", "megatron");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TrainingRun Run(double tokens = 1e11) =>
        TrainingRun.Of(Shipped.Catalog.Model(Model), tokens, Shipped.Catalog.DefaultCriticalBatchLaw());

    private static ScalingWorkload Workload(int? batch, double tokens = 1e11) =>
        new(Shipped.Catalog.Model(Model), Sequence, new PrecisionChoice(TrainingPrecision.Bf16), batch, Run(tokens));

    private static ScalingCurve Curve(int? batch, double tokens = 1e11, params int[] counts) =>
        ScalingCurve.Of(Node, Workload(batch, tokens), counts, _ => { }, Stop);

    [Theory]
    [InlineData(64)]
    [InlineData(null)]
    public void More_chips_never_train_later(int? batch)
    {
        var curve = Curve(batch, counts: [8, 16, 24, 32, 40, 64]);
        for (var at = 1; at < curve.Points.Count; at++)
        {
            Assert.True(curve.Points[at].TimeToTrain!.Value.Value <= curve.Points[at - 1].TimeToTrain!.Value.Value);
            Assert.True(curve.Points[at].UsedChips <= curve.Points[at].Chips);
        }
    }

    [Fact]
    public void A_point_is_the_best_of_a_search_of_its_own_whatever_was_asked_before()
    {
        var asked = new ScaledSystem(Node, Workload(64), _ => { });
        foreach (var chips in new[] { 64, 8, 24, 40, 12, 64 })
        {
            var alone = TrainingPlanner.Best(
                Node.Ask(new TrainingWorkload(Shipped.Catalog.Model(Model), 64, Sequence, TrainingPrecision.Bf16), chips), Stop);
            Assert.Equal(alone.Best!.Iteration.Value, asked.At(chips, Stop)!.Best.Iteration.Value, alone.Best.Iteration.Value * 1e-9);
        }
    }

    [Fact]
    public void A_batch_that_grows_stays_below_the_critical_one_and_ends_no_run_later_than_a_fixed_one()
    {
        var run = Run(1e9);
        var free = Curve(null, 1e9, 8, 64, 256);
        Assert.All(free.Points, point => Assert.True(point.Best.Workload.TokensPerStep <= run.CriticalTokens));
        Assert.All(free.Points, point => Assert.InRange(point.StatisticalEfficiency, 0.5, 1));
        Assert.True(free.Points[^1].Best.Workload.GlobalBatch >= free.Points[0].Best.Workload.GlobalBatch);

        var same = Curve(free.Points[0].Best.Workload.GlobalBatch, 1e9, 8, 64, 256);
        Assert.All(free.Points.Zip(same.Points), pair =>
            Assert.True(pair.First.TimeToTrain!.Value.Value <= pair.Second.TimeToTrain!.Value.Value * (1 + 1e-9)));
    }

    [Fact]
    public void At_the_critical_batch_half_of_the_tokens_count()
    {
        var run = Run();
        Assert.Equal(0.5, run.StatisticalEfficiency(run.CriticalTokens), 1e-12);
        Assert.InRange(run.CriticalTokens, run.CriticalLow, run.CriticalHigh);
    }

    [Fact]
    public void What_is_lost_and_what_counts_sum_to_all_chips_time()
    {
        foreach (var point in Curve(4, counts: [8, 64, 4096]).Points)
        {
            var useful = point.Mfu * point.StatisticalEfficiency * point.Goodput.Goodput!.Ettr;
            Assert.Equal(1, useful + ScaleLoss.Of(point).Sum(loss => loss.Share), 1e-9);
        }
    }

    [Fact]
    public void With_a_tiny_batch_a_doubling_soon_gains_under_ten_percent()
    {
        var curve = Curve(2, counts: [8, 64, 512, 4096, 8192]);
        var last = Assert.NotNull(curve.LastWorthwhile);
        Assert.True(curve.Gain(last) >= ScalingCurve.LeastGain);
        Assert.All(Enumerable.Range(last + 1, curve.Points.Count - last - 1), at => Assert.True(curve.Gain(at) < ScalingCurve.LeastGain));
    }

    /// <summary>Below the knee a doubling is worth nearly a second cluster; past it none is.</summary>
    [Fact]
    public void Up_to_the_knee_every_doubling_is_nearly_worth_its_chips()
    {
        var curve = Curve(512, counts: [8, 16, 32, 64, 512, 4096]);
        Assert.InRange(curve.NearLinear, 2, curve.Points.Count - 2);
        Assert.All(Enumerable.Range(1, curve.NearLinear), at => Assert.True(curve.Gain(at) >= ScalingCurve.LinearGain));
        Assert.True(curve.Gain(curve.NearLinear + 1) < ScalingCurve.LinearGain);
        Assert.True(curve.LastWorthwhile is null || curve.LastWorthwhile >= curve.NearLinear);
        var (first, knee) = (curve.Points[0], curve.Points[curve.NearLinear]);
        Assert.True(knee.UsefulTokensPerSecond / first.UsefulTokensPerSecond >= Math.Pow(1 + ScalingCurve.LinearGain, Math.Log2((double)knee.Chips / first.Chips)));
    }

    [Fact]
    public void The_fewest_chips_in_time_are_the_first_on_the_curve_that_are()
    {
        var curve = Curve(64, counts: [8, 16, 32, 64]);
        var asked = curve.Points[2].TimeToTrain!.Value;
        Assert.Equal(curve.Points[2], curve.InTime(asked));
        Assert.Null(curve.InTime(new Seconds(curve.Soonest.TimeToTrain!.Value.Value * 0.99)));
    }

    [Fact]
    public void Time_to_train_is_the_useful_rate_over_the_tokens()
    {
        var point = Curve(64, counts: [16]).Points[0];
        Assert.Equal(point.Run!.MinimumTokens / point.UsefulTokensPerSecond, point.TimeToTrain!.Value.Value, point.TimeToTrain.Value.Value * 1e-9);
    }

    [Theory]
    [InlineData("dgx-h100", 64, 512, "64,128,256,512")]
    [InlineData("dgx-h100", 20, 100, "24,48,96")]
    [InlineData("gb200-nvl72", 64, 300, "72,144,288")]
    [InlineData("cloudmatrix-384", 64, 1000, "96,192,384,768")]
    [InlineData("cloudmatrix-384", 100, 100, "")]
    public void Numbers_of_chips_are_doublings_of_whole_systems(string system, int from, int to, string counts) =>
        Assert.Equal(counts, string.Join(',', ChipCounts.Of(Shipped.Catalog.System(system), from, to)));

    [Fact]
    public void The_default_batch_divides_over_whole_systems_and_is_near_sixteen_mebitokens()
    {
        var (nvl72, cloudMatrix) = (Shipped.Nvl72.Cluster.System, Shipped.CloudMatrix.Cluster.System);
        Assert.Equal(2304, BatchLadder.Default(8192, nvl72, cloudMatrix));
        Assert.Equal(2048, BatchLadder.Default(8192, Node.Cluster.System));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12], BatchLadder.UpTo(13, nvl72.Chips));
    }

    [Fact]
    public void What_does_not_fit_is_said_with_why()
    {
        var workload = Workload(64) with { Model = Shipped.Catalog.Model("llama-3.1-405b") };
        var curve = ScalingCurve.Of(Node, workload, [8, 128], _ => { }, Stop);
        Assert.Equal([8], curve.TooFew);
        Assert.Equal(128, Assert.Single(curve.Points).Chips);

        var none = ScalingCurve.Of(Node, workload, [8], _ => { }, Stop);
        Assert.Empty(none.Points);
        Assert.Contains("memory", none.WhyNot, StringComparison.Ordinal);
    }
}
