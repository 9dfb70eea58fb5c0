using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Sensitivity;
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
        var range = PredictionRange.Of(Shipped.Catalog, estimate, Shipped.CloudMatrix.Stack);
        Assert.InRange(estimate.Iteration.Value, range.Fastest, range.Slowest);
        Assert.NotNull(range.Widest);
        Assert.True(range.Slowest >= range.Widest.Slowest && range.Fastest <= range.Widest.Fastest);
    }

    [Fact]
    public void A_chip_nobody_measured_is_less_sure_than_a_measured_one()
    {
        double Width(Contestant contestant)
        {
            var range = PredictionRange.Of(Shipped.Catalog, Estimate(contestant), contestant.Stack);
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
