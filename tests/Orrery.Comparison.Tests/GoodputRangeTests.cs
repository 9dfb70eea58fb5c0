using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Comparison.Tests;

/// <summary>Goodput where systems are ranked: its range, and what failures do to what is delivered.</summary>
public sealed class GoodputRangeTests
{
    private static readonly TrainingEstimate Large = TrainingEstimator.Estimate(
        new TrainingWorkload(Shipped.Catalog.Model("llama-3.1-405b"), 2048, 8192, TrainingPrecision.Bf16),
        new Strategy { TensorParallel = 8, PipelineParallel = 16, DataParallel = 128, SequenceParallel = true, MicroBatch = 1 },
        Shipped.Contestant("dgx-h100", "megatron", 16384).Cluster, Shipped.Catalog.Stack("megatron"));

    [Fact]
    public void TheRange_HoldsTheRatio_AndEveryEffectInIt()
    {
        var ettr = TrainingGoodput.Of(Large).Goodput!.Ettr;
        var range = GoodputRange.Of(GoodputEnds.Of(Shipped.Catalog, Large.Cluster.System), Large)!;
        Assert.InRange(ettr, range.Lowest, range.Highest);
        Assert.InRange(range.Lowest, 0.5, 0.9);
        Assert.NotEmpty(range.Effects);
        Assert.All(range.Effects, effect =>
        {
            Assert.InRange(effect.Lowest, range.Lowest - 1e-12, ettr + 1e-12);
            Assert.InRange(effect.Highest, ettr - 1e-12, range.Highest + 1e-12);
        });
        Assert.Contains(range.Effects, effect => effect.Input.Path == "reliability/meta-h100:site_factor");
    }

    /// <summary>A failure rate twice as high is a worse system; nothing about its steps changes.</summary>
    [Fact]
    public void FailuresTwiceAsFrequent_DeliverLess_WithTheSameSteps()
    {
        var catalog = Shipped.Catalog.WithOverride("reliability/meta-h100:site_factor", "2");
        var often = Large with { Cluster = Large.Cluster with { System = catalog.System("dgx-h100") } };
        Assert.True(TrainingGoodput.Of(often).TokensPerSecond < 0.97 * TrainingGoodput.Of(Large).TokensPerSecond);
        Assert.Equal(Large.TokensPerSecond, often.TokensPerSecond);
        Assert.Equal(TrainingGoodput.Of(Large).Goodput!.Mttf.Value / 2, TrainingGoodput.Of(often).Goodput!.Mttf.Value, 1e-6);
    }

    /// <summary>A checkpoint holds 14 bytes a parameter: 5.7 TB, some 350 MB a chip, which the source gives as between 1 MB and 4 GB.</summary>
    [Fact]
    public void TheCheckpoint_IsWeightsAndOptimizerState() => Assert.Equal(405.85e9 * 14, Large.Checkpoint.Value, 0.001 * 405.85e9 * 14);

    /// <summary>Without a profile the steps count as they are, and the result says that failures are unknown.</summary>
    [Fact]
    public void WithoutAProfile_FailuresAreUnknown_AndSaidToBe()
    {
        var bare = Large with { Cluster = Large.Cluster with { System = Large.Cluster.System with { Failures = null } } };
        var goodput = TrainingGoodput.Of(bare);
        Assert.Null(goodput.TokensPerSecond);
        Assert.Contains("no failure profile for dgx-h100", goodput.Unknown, StringComparison.Ordinal);
        Assert.Equal(bare.TokensPerSecond, goodput.Counted);
    }

    /// <summary>Where failures are frequent, further chips stay idle sooner, and a curve still never falls.</summary>
    [Fact]
    public void ACurveOfFailingChips_NeverFalls_AndEndsSooner()
    {
        var node = Shipped.Contestant("dgx-h100", "megatron");
        var failing = node with
        {
            Cluster = node.Cluster with { System = Shipped.Catalog.WithOverride("reliability/meta-h100:site_factor", "300").System("dgx-h100") },
        };
        var workload = new ScalingWorkload(
            Shipped.Catalog.Model("llama-3.1-8b"), 4096, new PrecisionChoice(TrainingPrecision.Bf16), 16, null);
        int[] counts = [8, 64, 512, 4096];
        var (well, ill) = (ScalingCurve.Of(node, workload, counts, _ => { }, TestContext.Current.CancellationToken), ScalingCurve.Of(failing, workload, counts, _ => { }, TestContext.Current.CancellationToken));
        Assert.All(ill.Points.Zip(ill.Points.Skip(1)), pair => Assert.True(pair.First.TokensPerSecond <= pair.Second.TokensPerSecond));
        Assert.All(ill.Points.Zip(well.Points), pair => Assert.True(pair.First.TokensPerSecond < pair.Second.TokensPerSecond));
        Assert.True(ill.Points[^1].UsedChips < well.Points[^1].UsedChips);
        Assert.True(ScaleLoss.Of(ill.Points[^1]).Single(loss => loss.Limit == ScaleLimit.Failures).Share > 0);
    }
}
