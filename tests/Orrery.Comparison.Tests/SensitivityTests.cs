using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class SensitivityTests
{
    private static TrainingEstimate Estimate(Contestant contestant, string model = "llama-3.1-70b")
    {
        var chips = contestant.Cluster.Chips;
        var strategy = new Strategy { TensorParallel = 8, PipelineParallel = 1, DataParallel = chips / 8, MicroBatch = 1, SequenceParallel = true };
        var workload = new TrainingWorkload(Shipped.Catalog.Model(model), chips * 4, 4096, TrainingPrecision.Bf16);
        return TrainingEstimator.Estimate(workload, strategy, contestant.Cluster, contestant.Stack);
    }

    private static RangeEnds Ends(Contestant contestant) => RangeEnds.Of(Shipped.Catalog, contestant.Cluster.System, contestant.Stack);

    [Fact]
    public void No_lever_makes_a_step_slower()
    {
        foreach (var contestant in new[] { Shipped.Nvl72, Shipped.CloudMatrix })
        {
            Assert.All(LeverEffect.On(Estimate(contestant), contestant.Stack), effect => Assert.True(effect.Gain >= -1e-9, effect.Lever.Id));
        }
    }

    [Fact]
    public void Ten_percent_of_every_rate_brings_no_more_than_ten_percent()
    {
        var effects = LeverEffect.On(Estimate(Shipped.Nvl72), Shipped.Nvl72.Stack);
        Assert.True(effects.Sum(effect => effect.Gain) <= LeverEffect.Step - 1 + 1e-3);
        Assert.True(effects[0].Gain >= effects[^1].Gain);
    }

    [Fact]
    public void The_range_holds_the_prediction_and_names_what_widens_it()
    {
        var estimate = Estimate(Shipped.CloudMatrix);
        var range = PredictionRange.Of(Ends(Shipped.CloudMatrix), estimate);
        Assert.InRange(estimate.Iteration.Value, range.Fastest, range.Slowest);
        Assert.NotNull(range.Widest);
        Assert.True(range.Slowest >= range.Widest.Slowest && range.Fastest <= range.Widest.Fastest);
    }

    [Fact]
    public void A_peak_that_is_not_known_moves_utilization_less_than_time_and_the_other_way()
    {
        var estimate = Estimate(Shipped.CloudMatrix);
        var ends = Ends(Shipped.CloudMatrix);
        var peak = Assert.Single(ends.Inputs, input => input.Input.Path.EndsWith(":matmul_peaks.bf16", StringComparison.Ordinal));
        var only = new RangeEnds([peak]);
        var (time, utilization) = (PredictionRange.Of(only, estimate), PredictionRange.Of(only, estimate, one => 1 / one.Mfu));
        Assert.True(utilization.Widest!.Spread < time.Widest!.Spread);
        var atLow = TrainingEstimator.Estimate(estimate.Workload, estimate.Strategy, estimate.Cluster with { System = peak.Low.System }, peak.Low.Stack);
        Assert.True(atLow.Iteration.Value > estimate.Iteration.Value && atLow.Mfu > estimate.Mfu);
    }

    [Fact]
    public void The_range_is_the_same_as_from_a_fresh_reading_of_the_catalog_for_each_end()
    {
        var (estimate, stack) = (Estimate(Shipped.CloudMatrix), Shipped.CloudMatrix.Stack);
        var range = PredictionRange.Of(Ends(Shipped.CloudMatrix), estimate);
        Assert.NotEmpty(range.Effects);
        Assert.All(range.Effects, effect =>
        {
            var steps = new[] { RangeEnd.Low, RangeEnd.High }.Select(end =>
            {
                var view = OrreryCatalog.Open(Shipped.Catalog.Folder).WithOverride(effect.Input.Path, end);
                var cluster = estimate.Cluster with { System = view.System(estimate.Cluster.System.Id) };
                return TrainingEstimator.Estimate(estimate.Workload, estimate.Strategy, cluster, view.Stack(stack.Id)).Iteration.Value;
            }).Append(estimate.Iteration.Value).ToList();
            Assert.Equal((steps.Min(), steps.Max()), (effect.Fastest, effect.Slowest));
        });
    }

    [Fact]
    public void Ranges_are_the_same_each_time_to_the_last_bit()
    {
        PredictionRange Range() => PredictionRange.Of(Ends(Shipped.Nvl72), Estimate(Shipped.Nvl72));
        var first = Range();
        for (var i = 0; i < 5; i++)
        {
            var again = Range();
            Assert.Equal((first.Fastest, first.Slowest), (again.Fastest, again.Slowest));
            Assert.Equal(first.Effects, again.Effects);
        }
    }

    [Fact]
    public void A_fact_that_every_end_misses_surfaces_as_itself()
    {
        var estimate = Estimate(Shipped.Nvl72);
        var strategy = estimate.Strategy with { OffloadedLayers = 1 };
        var ends = new RangeEnds([.. Ends(Shipped.Nvl72).Inputs.Select(input => input with { Low = WithoutHost(input.Low), High = WithoutHost(input.High) })]);
        Assert.Throws<MissingFactException>(() => PredictionRange.Of(ends, estimate with { Strategy = strategy }));

        static RangeSetting WithoutHost(RangeSetting setting) => setting with { System = setting.System with { HostBandwidth = null } };
    }

    [Fact]
    public void A_chip_nobody_measured_is_less_sure_than_a_measured_one()
    {
        double Width(Contestant contestant)
        {
            var range = PredictionRange.Of(Ends(contestant), Estimate(contestant));
            return range.Slowest / range.Fastest;
        }

        Assert.True(Width(Shipped.CloudMatrix) > Width(Shipped.Nvl72));
    }

    [Fact]
    public void The_shares_of_a_step_sum_to_one()
    {
        var shares = TimeShares.Of(Estimate(Shipped.CloudMatrix));
        var sum = shares.Useful + shares.KernelLoss + shares.Overhead + shares.Recompute + shares.Communication + shares.Bubble + shares.Host;
        Assert.Equal(1, sum, 1e-9);
    }
}
