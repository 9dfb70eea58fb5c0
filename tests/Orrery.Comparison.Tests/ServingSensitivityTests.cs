using Orrery.Analysis.Serving;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class ServingSensitivityTests
{
    [Fact]
    public void The_best_lever_of_a_small_batch_is_memory_bandwidth()
    {
        var levers = ServingLeverEffect.On(Estimate(ServingLoad.Concurrency(1)));

        Assert.Equal("memory_bandwidth", levers[0].Lever.Id);
        Assert.InRange(levers[0].Tpot, 0.03, LeverEffect.Step - 1);
        Assert.All(levers, effect => Assert.True(effect.Tpot >= -1e-9 && effect.Ttft >= -1e-9, effect.Lever.Id));
    }

    [Fact]
    public void A_prompt_alone_gains_most_from_compute() =>
        Assert.Equal("compute", ServingLeverEffect.On(Estimate(ServingLoad.Concurrency(1))).MaxBy(effect => effect.Ttft)!.Lever.Id);

    [Fact]
    public void Memory_capacity_brings_something_only_where_the_cache_is_full()
    {
        double Gain(ServingLoad load) => ServingLeverEffect.On(Estimate(load)).Single(effect => effect.Lever.Id == "memory_capacity").Throughput;

        Assert.Equal(0, Gain(ServingLoad.Concurrency(4)), 1e-9);
        Assert.True(Gain(ServingLoad.Full) > 0);
    }

    [Fact]
    public void Ranges_hold_the_value_and_name_engine_inputs()
    {
        var estimate = Estimate(ServingLoad.Concurrency(32));
        var range = ServingRange.Of(Shipped.Catalog, estimate);

        foreach (var (spread, value) in new[] { (range.TokensPerSecond, estimate.OutputTokensPerSecond), (range.Ttft, estimate.Ttft.Total), (range.Tpot, estimate.Tpot.Total) })
        {
            Assert.True(spread.Low < value && value < spread.High);
        }

        Assert.Contains(range.Effects, effect => effect.Input.Path.StartsWith("engines/", StringComparison.Ordinal));
        Assert.All(range.Effects, effect => Assert.True(effect.Tpot.Low <= effect.Tpot.High && effect.Width <= range.Widest!.Width));
    }

    [Fact]
    public void What_was_set_by_hand_stays_set_at_both_ends_of_a_range()
    {
        var question = Estimate(ServingLoad.Concurrency(32)).Question;
        var set = ServingEstimator.Estimate(question with { Engine = question.Engine.With("sequences", 8) });

        Assert.Equal(8, set.Running);
        Assert.DoesNotContain(ServingRange.Of(Shipped.Catalog, set).Effects, effect => effect.Input.Path.EndsWith("parameters.sequences", StringComparison.Ordinal));
    }

    private static ServingEstimate Estimate(ServingLoad load) => ServingEstimator.Estimate(new ServingQuestion(
        new ServingWorkload
        {
            Model = Shipped.Catalog.Model("llama-3.1-70b"),
            Precision = ServingPrecision.All(WeightFormat.Bf16, CacheFormat.Bf16),
            Input = TokenRange.Exactly(2048),
            Output = TokenRange.Exactly(512),
        },
        new ServingDeployment(new ServingPool(new ServingLayout { TensorParallel = 4 }, 1)), load, Shipped.Catalog.System("dgx-h100"), Shipped.Catalog.Engine("vllm")));
}
