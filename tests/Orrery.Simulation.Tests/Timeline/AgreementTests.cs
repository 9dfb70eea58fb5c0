using Orrery.Domain.Strategies;
using Orrery.Simulation.Timeline;
using Xunit;

namespace Orrery.Simulation.Tests.Timeline;

/// <summary>The closed form and the timeline on the same runs: where they must agree, to what, and which way they differ where they do not.</summary>
public sealed class AgreementTests
{
    /// <summary>Half a nanosecond an op, over a step of seconds.</summary>
    private const double Rounding = 1e-6;

    [Fact]
    public void Parts_of_every_kind_of_run_sum_to_both_steps()
    {
        foreach (var (name, study) in Studies.Various(new StudyOptions(Seed: 3, Iterations: 2)))
        {
            Assert.True(Math.Abs(study.Effects.Sum(effect => effect.Closed) - study.Estimate.Iteration.Value) < 1e-9 * study.Estimate.Iteration.Value, name);
            Assert.True(Math.Abs(study.Effects.Sum(effect => effect.Played) - study.MeanStep) < Rounding * study.MeanStep, name);
        }
    }

    /// <summary>
    /// Both do the same work, to a two-thousandth: the timeline has the embedding, which the closed form leaves out, and each
    /// stage waits for its own host launches. With offload to half a per cent: the head gives the link to the host time too, which
    /// the closed form does not count.
    /// </summary>
    [Fact]
    public void Work_of_every_kind_of_run_is_that_of_the_closed_form()
    {
        foreach (var (name, study) in Studies.Various())
        {
            var work = study.Effects.Single(effect => effect.Effect == TimelineEffect.Work);
            Assert.True(Math.Abs(work.Difference) < (name == "offload" ? 5e-3 : 5e-4) * work.Closed, $"{name}: {work}");
        }
    }

    [Fact]
    public void The_bubble_of_even_stages_is_that_of_the_closed_form()
    {
        foreach (var study in new[] { Studies.Gpt3(1), Studies.Gpt3(3), Studies.Gpt3(12), Studies.Gpt3(6, 16, 4) })
        {
            var bubble = study.Effects.Single(effect => effect.Effect == TimelineEffect.Bubble);
            Assert.Equal(bubble.Closed, bubble.Played, 2e-4 * bubble.Closed); // the embedding's share again
        }
    }

    [Fact]
    public void One_stage_without_traffic_takes_as_long_as_the_closed_form_says()
    {
        var study = Studies.Of("llama-3.1-8b", "dgx-h100", Studies.Layout(8, 1, 1), 32, 8192);
        Assert.Equal(study.Estimate.Iteration.Value, study.Step, 1e-3 * study.Step);
    }

    /// <summary>Zero-bubble's closed form takes F, B and W as equally long; what is played is (pp - 1)(F + B - W) of what they are.</summary>
    [Fact]
    public void The_bubble_of_zero_bubble_follows_its_own_passes()
    {
        var study = Studies.Various().Single(run => run.Name == "zero-bubble").Study;
        var even = study.Plan.Even().Work[0];
        var expected = (study.Plan.Stages - 1) * (even.Forward.Total + even.Backward.Total - even.WeightGradient.Total);
        Assert.Equal(expected, study.Effects.Single(effect => effect.Effect == TimelineEffect.Bubble).Played, 1e-3 * expected);
    }

    /// <summary>
    /// 1F1B holds up each micro-batch by a hand-over to the next stage and one back, overlapped or not: the next forward pass cannot be on
    /// its way before the backward pass it makes room for. So m + pp - 1 of both, where the closed form shows a fitted share of m.
    /// </summary>
    [Theory]
    [InlineData(4, 16)]
    [InlineData(8, 64)]
    public void Hand_overs_of_1F1B_are_waited_for_by_every_micro_batch(int stages, int microBatches)
    {
        var plan = Plans.Even(PipelineSchedule.OneForwardOneBackward, stages, 1, microBatches) with { TransferS = 0.01 };
        var added = plan.Play() - plan.WithoutTransfers().Play();
        Assert.InRange(added / (2 * 0.01), microBatches - stages, microBatches + stages);
    }

    /// <summary>Interleaving leaves room for hand-overs in the middle of a step: only those of filling and draining are waited for.</summary>
    [Fact]
    public void Hand_overs_of_interleaved_1F1B_hide_but_at_the_ends()
    {
        var plan = Plans.Even(PipelineSchedule.OneForwardOneBackward, 4, 4, 32) with { TransferS = 0.01 };
        var added = plan.Play() - plan.WithoutTransfers().Play();
        Assert.InRange(added / (2 * 0.01), 3, 3 * 4 * 2);
    }

    /// <summary>A stage that is longer than the others is waited for by every micro-batch: the closed form's m (slowest - mean), where micro-batches are many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_longer_stage_holds_up_every_micro_batch(int virtualStages)
    {
        const int MicroBatches = 256;
        var even = Plans.Even(PipelineSchedule.OneForwardOneBackward, 4, virtualStages, MicroBatches);
        var longer = Plans.Work(1.2 / virtualStages, 1.2 / virtualStages, 1.2 / virtualStages);
        var uneven = even with { Work = [.. even.Work.Select((work, chunk) => chunk % 4 == 2 ? longer : work)] };
        Assert.Equal(MicroBatches * 0.6, uneven.Play() - even.Play(), 0.6 * 4);
    }

    /// <summary>With as many micro-batches as stages a shorter first stage gives back in filling what a longer one takes: less than m (slowest - mean).</summary>
    [Fact]
    public void With_few_micro_batches_part_of_a_longer_stage_fits_into_the_bubble()
    {
        var even = Plans.Even(PipelineSchedule.OneForwardOneBackward, 8, 1, 8);
        var uneven = even with { Work = [.. even.Work.Select((work, stage) => stage == 7 ? Plans.Work(1.7, 1.7, 1.7) : Plans.Work(0.9, 0.9, 0.9))] };
        Assert.Equal(even.MeanWork().Total, uneven.MeanWork().Total, 1e-9);
        Assert.InRange(uneven.Play() - even.Play(), 0, 0.9 * 8 * 3 * 0.7);
    }

    /// <summary>Under DualPipe the last stage is on two ranks, each with half of the micro-batches: a head costs half of what it costs at the end of 1F1B.</summary>
    [Fact]
    public void A_head_under_DualPipe_holds_up_half_of_the_micro_batches()
    {
        double Added(PipelineSchedule schedule)
        {
            var even = Plans.Even(schedule, 4, 1, 200);
            var headed = even with { Work = [.. even.Work.Select((work, stage) => stage == 3 ? Plans.Work(1.3, 1.3, 1.3) : work)] };
            return headed.Play() - even.Play();
        }

        Assert.InRange(Added(PipelineSchedule.DualPipe) / Added(PipelineSchedule.OneForwardOneBackward), 0.45, 0.6);
    }

    [Fact]
    public void More_of_anything_is_never_faster()
    {
        foreach (var schedule in Enum.GetValues<PipelineSchedule>())
        {
            var plan = Plans.Even(schedule, 4, 1, 16) with { ReducesBeside = true, GathersBeside = true };
            var last = plan.Play();
            foreach (var slower in new[]
            {
                plan with { TransferS = 0.1 }, plan with { TransferS = 0.1, OptimizerS = 1 },
                plan with { TransferS = 0.1, OptimizerS = 1, Work = [.. plan.Work.Select(work => work with { GatherS = 2, ReduceS = 2, Layers = 4 })] },
                plan with { TransferS = 0.1, OptimizerS = 1, Work = [.. plan.Work.Select(work => work with { GatherS = 2, ReduceS = 2 })], ReducesBeside = false, GathersBeside = false },
            })
            {
                var now = slower.Play();
                Assert.True(now >= last, $"{schedule}: {now} after {last}");
                last = now;
            }
        }
    }
}
