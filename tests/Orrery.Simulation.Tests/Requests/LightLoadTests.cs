using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Requests;
using Xunit;

namespace Orrery.Simulation.Tests.Requests;

/// <summary>Where requests hardly meet, the simulation says what the closed form says.</summary>
public sealed class LightLoadTests
{
    [Theory]
    [InlineData(100, 50)]
    [InlineData(2000, 300)]
    [InlineData(2000, 2)]
    [InlineData(20_000, 10)]
    public void One_request_alone_takes_the_sum_of_its_steps(int input, int output)
    {
        var scenario = Served.Scenario(Served.Workload(input, output), new Arrivals.AtOnce(), 1);
        var done = Assert.Single(Served.Finished(scenario, out _));
        var step = ServingStep.Create(scenario.Workload, new ServingLayout(), scenario.System, scenario.Engine);

        var prompt = 0.0;
        for (double before = 0; before < input; before += step.Engine.StepTokens)
        {
            var chunk = Math.Min(step.Engine.StepTokens, input - before);
            prompt += step.Seconds(StepLoad.Chunk(0, 0, 1, chunk, before, before + chunk >= input ? 1 : 0));
        }

        var decode = Enumerable.Range(0, output - 1).Sum(made => step.Seconds(StepLoad.Decode(1, input + made)));
        Assert.Equal(prompt + decode + step.Engine.RequestS, done.Latency, 1e-3 * done.Latency);
        var gathered = decode * Math.Min(output - 2, step.Engine.DeliverySteps) / (output - 1);
        Assert.Equal(prompt + gathered + step.Engine.RequestS, done.Ttft, 1e-3 * done.Ttft);
    }

    [Theory]
    [InlineData(1, 0.03)]
    [InlineData(4, 0.06)]
    [InlineData(16, 0.08)]
    public void Few_in_flight_are_as_fast_as_the_closed_form_says(int clients, double within)
    {
        var workload = Served.Workload() with { Input = new TokenRange(900, 1150), Output = new TokenRange(200, 312) };
        Served.Finished(Served.Scenario(workload, new Arrivals.InFlight(clients), 3000) with { WarmUp = 2L * clients }, out var outcome);
        Assert.InRange(outcome.Log.Tpot.Mean / outcome.Estimate!.Tpot.Total, 1 - within, 1 + within);
        Assert.InRange(outcome.Log.Latency.Mean / outcome.Estimate.RequestSeconds, 1 - within, 1 + within);
        Assert.InRange(outcome.Log.OutputTokens / outcome.Log.Seconds / outcome.Estimate.OutputTokensPerSecond, 1 - within, 1 + within);
    }

    [Fact]
    public void A_light_rate_is_as_fast_as_the_closed_form_says()
    {
        Served.Finished(Served.Scenario(Served.Workload(), new Arrivals.AtRate(0.5), 3000), out var outcome);
        Assert.InRange(outcome.Log.Ttft.Mean / outcome.Estimate!.Ttft.Total, 0.9, 1.1);
        Assert.InRange(outcome.Log.Tpot.Mean / outcome.Estimate.Tpot.Total, 0.97, 1.03);
    }

    [Fact]
    public void Two_pools_under_a_light_rate_are_as_fast_as_the_closed_form_says()
    {
        var scenario = Served.Scenario(Served.Workload(), new Arrivals.AtRate(1), 2000, replicas: 2);
        scenario = scenario with { Deployment = scenario.Deployment with { Prefill = new ServingPool(new ServingLayout(), 1) } };
        Served.Finished(scenario, out var outcome);
        Assert.Equal(2000, outcome.Log.Finished);
        Assert.InRange(outcome.Log.Ttft.Mean / outcome.Estimate!.Ttft.Total, 0.9, 1.1);
        Assert.InRange(outcome.Log.Tpot.Mean / outcome.Estimate.Tpot.Total, 0.95, 1.05);
    }

    /// <summary>Stages work on different prompts: a pool of four takes nearly four times the prompts, and the closed form says so too.</summary>
    [Fact]
    public void Stages_of_a_prefill_pool_work_at_the_same_time()
    {
        var layout = new ServingLayout { PipelineParallel = 4 };
        var scenario = Served.Scenario(Served.Workload(4096, 32), new Arrivals.AtOnce(), 2000, replicas: 4);
        scenario = scenario with { Deployment = scenario.Deployment with { Prefill = new ServingPool(layout, 1) } };
        Served.Finished(scenario, out var outcome);

        var step = ServingStep.Create(scenario.Workload, layout, scenario.System, scenario.Engine);
        var most = PrefillPool.Of(step, scenario.Workload, layout).MostPromptsPerSecond;
        Assert.InRange(outcome.Log.Finished / outcome.Log.Seconds / most, 0.85, 1.05);
    }
}
