using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class PredictionIntervalTests
{
    private static readonly ResidualTable Table = ResidualTable.Load(
        Path.Combine(Path.GetDirectoryName(CatalogRoot.Find()!)!, "evidence", ResidualTable.FileName));

    [Fact]
    public void The_interval_holds_the_prediction_and_is_wider_on_a_chip_that_nobody_judged()
    {
        var (known, unknown) = (Interval(Shipped.Nvl72), Interval(Shipped.CloudMatrix));
        Assert.All([known, unknown], interval => Assert.True(interval.Low < 1 && interval.High > 1));
        Assert.True(unknown.High / unknown.Low > known.High / known.Low);
        Assert.Empty(known.Spread.Outside);
        Assert.Single(unknown.Spread.Outside);
    }

    /// <summary>Ranges of fitted values are in the residuals; those of the system come on top, as independent of them.</summary>
    [Fact]
    public void Ranges_of_the_system_count_and_those_of_the_stack_do_not()
    {
        var estimate = Estimate(Shipped.CloudMatrix);
        var ends = RangeEnds.Of(Shipped.Catalog, estimate.Cluster.System, Shipped.CloudMatrix.Stack);
        var all = PredictionInterval.Of(Table, estimate, Shipped.CloudMatrix.Stack, PredictionRange.Of(ends, estimate))!;
        var system = PredictionRange.Of(ends.OfSystem(Shipped.CloudMatrix.Stack), estimate);
        Assert.Equal(all, PredictionInterval.Of(Table, estimate, Shipped.CloudMatrix.Stack, system)! with { Spread = all.Spread });
        var step = estimate.Iteration.Value;
        var (h, s) = (all.Spread.HalfWidth, Math.Log(system.Slowest / step));
        Assert.True(s > 0);
        Assert.Equal(-Math.Sqrt((h * h) + (s * s)), Math.Log(all.Low), 1e-9);
    }

    private static PredictionInterval Interval(Contestant contestant)
    {
        var estimate = Estimate(contestant);
        return PredictionInterval.Of(
            Table, estimate, contestant.Stack,
            PredictionRange.Of(RangeEnds.Of(Shipped.Catalog, contestant.Cluster.System, contestant.Stack), estimate))!;
    }

    private static TrainingEstimate Estimate(Contestant contestant)
    {
        var chips = contestant.Cluster.Chips;
        var strategy = new Strategy { TensorParallel = 8, PipelineParallel = 1, DataParallel = chips / 8, MicroBatch = 1, SequenceParallel = true };
        var workload = new TrainingWorkload(Shipped.Catalog.Model("llama-3.1-70b"), chips * 4, 4096, TrainingPrecision.Bf16);
        return TrainingEstimator.Estimate(workload, strategy, contestant.Cluster, contestant.Stack);
    }
}
