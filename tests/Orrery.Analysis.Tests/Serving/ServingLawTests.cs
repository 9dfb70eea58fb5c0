using Orrery.Analysis.Serving;
using Orrery.Analysis.Tests.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Analysis.Tests.Serving;

public sealed class ServingLawTests
{
    private const double Rounding = 1e-9;

    [Fact]
    public void Parts_sum_to_the_whole()
    {
        foreach (var estimate in Served.Various())
        {
            var step = estimate.DecodeStep;
            Assert.Equal(step.Total, Enum.GetValues<ServingPart>().Sum(part => step[part]), step.Total * Rounding);
            Assert.All(Enum.GetValues<ServingPart>(), part => Assert.True(step[part] >= 0 && estimate.PrefillStep[part] >= 0));
            var (ttft, tpot) = (estimate.Ttft, estimate.Tpot);
            Assert.All([ttft.Request, ttft.Wait, ttft.Prefill, ttft.HostLoad, ttft.Transfer, tpot.Decode, tpot.Prompts], part => Assert.True(part >= 0, $"{estimate.Question}: {part}"));
            var memory = estimate.Memory;
            Assert.Equal(
                memory.Capacity.Value, memory.Weights.Value + memory.Activations.Value + memory.Reserve.Value + memory.CacheRoom.Value, memory.Capacity.Value * Rounding);
            Assert.True(estimate.CacheInUse.Value <= memory.CacheRoom.Value * (1 + Rounding));
        }
    }

    [Fact]
    public void Requests_in_flight_are_rate_times_latency()
    {
        // Little's law; the closed form counts the wait for a step once and not twice, so the two agree where it is short.
        foreach (var estimate in Served.Various().Where(one => one.Question.Load.Kind == ServingLoadKind.Concurrency))
        {
            var inFlight = estimate.RequestsPerSecond * estimate.RequestSeconds;
            Assert.InRange(inFlight / estimate.Question.Load.Amount, 0.9, 1.1);
        }
    }

    [Theory]
    [InlineData("bandwidth")]
    [InlineData("compute")]
    [InlineData("fabric")]
    [InlineData("all")]
    public void Faster_hardware_never_serves_slower(string what)
    {
        foreach (var estimate in Served.Various())
        {
            var faster = ServingEstimator.Estimate(estimate.Question with { System = Faster(estimate.Question.System, what, 1.3) });
            Assert.True(faster.OutputTokensPerSecond >= estimate.OutputTokensPerSecond * (1 - 1e-4), $"{what}: {estimate.Question.Deployment}");
            Assert.True(faster.DecodeStep.Total <= estimate.DecodeStep.Total * (1 + 0.02) || faster.Running > estimate.Running);
        }
    }

    [Fact]
    public void A_prompt_is_computed_by_one_group_and_its_experts_by_all()
    {
        var tried = 0;
        foreach (var question in Served.Various().Select(one => one.Question).Where(one => one.Deployment.Main.Layout.AttentionDataParallel > 1))
        {
            var layout = question.Deployment.Main.Layout;
            var groups = layout.AttentionDataParallel;
            var step = Served.Step(question.Workload, layout, question.System);
            var (one, each, twice) = (step.Parts(StepLoad.Prefill(1, 2048)), step.Parts(StepLoad.Prefill(groups, 2048)), step.Parts(StepLoad.Prefill(groups + 1, 2048)));
            Assert.Equal(each[ServingPart.Attention], one[ServingPart.Attention], Rounding * one.Total);
            Assert.True(twice[ServingPart.Attention] > 1.5 * each[ServingPart.Attention], "one group has two prompts");
            Assert.True(question.Workload.Model.IsMixtureOfExperts ? one[ServingPart.Experts] < each[ServingPart.Experts] : one.Total <= each.Total);
            tried++;
        }

        Assert.True(tried > 0);
    }

    [Fact]
    public void A_larger_batch_takes_no_shorter_a_step()
    {
        foreach (var estimate in Served.Various().Where(one => one.Question.Deployment.Main.Layout.AttentionDataParallel == 1))
        {
            var question = estimate.Question;
            var step = Served.Step(question.Workload, question.Deployment.Main.Layout, question.System);
            var last = 0.0;
            for (var batch = 1; batch <= 1024; batch += 3)
            {
                var seconds = step.Seconds(StepLoad.Decode(batch, 2000));
                Assert.True(seconds >= last * (1 - Rounding), $"{batch} sequences: {seconds} after {last}");
                last = seconds;
            }
        }
    }

    [Fact]
    public void More_requests_in_flight_never_serve_fewer_tokens()
    {
        var last = 0.0;
        for (var requests = 1; requests <= 512; requests *= 2)
        {
            var estimate = ServingEstimator.Estimate(Served.Question(Served.Workload("llama-3.1-70b"), "dgx-h100", new ServingLayout { TensorParallel = 8 }, ServingLoad.Concurrency(requests)));
            Assert.True(estimate.OutputTokensPerSecond > last);
            last = estimate.OutputTokensPerSecond;
        }
    }

    [Fact]
    public void A_rate_that_concurrency_yields_is_served_with_that_concurrency()
    {
        var layout = new ServingLayout { TensorParallel = 8 };
        var closed = ServingEstimator.Estimate(Served.Question(Served.Workload("llama-3.1-70b"), "dgx-h100", layout, ServingLoad.Concurrency(100)));
        var open = ServingEstimator.Estimate(closed.Question with { Load = ServingLoad.Rate(closed.RequestsPerSecond) });

        Assert.Equal(closed.Tpot.Total, open.Tpot.Total, closed.Tpot.Total * 1e-6);
        Assert.Equal(100, open.Running, 1e-6);
        Assert.False(ServingEstimator.Estimate(closed.Question with { Load = ServingLoad.Rate(open.MostRequestsPerSecond!.Value * 1.01) }).Answers);
    }

    [Fact]
    public void Waits_and_the_rates_they_allow_are_inverse()
    {
        var pool = new PrefillPool(default, StepSeconds: 0.4, PromptsPerStep: 2, Stages: 1);
        Assert.Equal(5, pool.MostPromptsPerSecond);
        Assert.Equal(0.2, pool.Wait(2.5), 1e-12); // half busy: half a service
        foreach (var rate in new[] { 0.5, 2.5, 4.9 })
        {
            Assert.Equal(rate, pool.PromptsPerSecondAt(pool.Wait(rate)), 1e-9);
        }

        Assert.Equal(4.5, pool.PromptsPerSecondAt(0.9, pool.WaitOf(0.9, 4.5)), 1e-6);
        Assert.Equal(0, pool.WaitOf(0.9, 0.4));
        Assert.Equal(double.PositiveInfinity, pool.Wait(5));
    }

    [Fact]
    public void Two_pools_pass_on_no_more_than_either_takes()
    {
        foreach (var estimate in Served.Various().Where(one => one.Balance is not null))
        {
            Assert.InRange(estimate.Balance!.PrefillShare, 0, 1 + Rounding);
            Assert.InRange(estimate.Balance.DecodeShare, 0, 1 + Rounding);
        }
    }

    [Fact]
    public void What_does_not_fit_is_no_answer()
    {
        Assert.False(ServingEstimator.Estimate(Served.Question(Served.Workload("llama-3.1-405b"), "dgx-h100", new ServingLayout { TensorParallel = 8 }, ServingLoad.Full)).Answers);
        Assert.False(ServingEstimator.Estimate(
            Served.Question(Served.Workload("llama-3.1-70b"), "dgx-h100", new ServingLayout { TensorParallel = 8 }, ServingLoad.StaticBatch(100_000))).Answers);
    }

    private static AiSystem Faster(AiSystem system, string what, double by)
    {
        var chip = system.Chip;
        if (what is "bandwidth" or "all")
        {
            chip = chip with { MemoryBandwidth = chip.MemoryBandwidth with { Value = new BytesPerSecond(chip.MemoryBandwidth.Value.Value * by) } };
        }

        if (what is "compute" or "all")
        {
            chip = chip with
            {
                Peaks = chip.Peaks.ToDictionary(peak => peak.Key, peak => peak.Value with { Value = new FlopsPerSecond(peak.Value.Value.Value * by) }),
                MatmulPeaks = chip.MatmulPeaks.ToDictionary(peak => peak.Key, peak => peak.Value with { Value = new FlopsPerSecond(peak.Value.Value.Value * by) }),
            };
        }

        var tiers = what is "fabric" or "all"
            ? system.Tiers.Select(tier => tier with { Bandwidth = tier.Bandwidth with { Value = new BytesPerSecond(tier.Bandwidth.Value.Value * by) } })
            : system.Tiers;
        return system with { Chip = chip, Tiers = [.. tiers] };
    }
}
