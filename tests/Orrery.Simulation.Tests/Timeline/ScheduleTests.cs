using Orrery.Domain.Strategies;
using Orrery.Quantities;
using Orrery.Simulation.Engine;
using Orrery.Simulation.Timeline;
using Orrery.Simulation.Timeline.Schedules;
using Xunit;

namespace Orrery.Simulation.Tests.Timeline;

public sealed class ScheduleTests
{
    private const PipelineSchedule OneF = PipelineSchedule.OneForwardOneBackward;

    public static TheoryData<PipelineSchedule, int, int, int> Shapes => new()
    {
        { OneF, 1, 1, 3 }, { OneF, 2, 1, 1 }, { OneF, 4, 1, 8 }, { OneF, 4, 1, 2 }, { OneF, 4, 2, 8 }, { OneF, 4, 3, 4 }, { OneF, 8, 7, 64 },
        { PipelineSchedule.ZeroBubble, 4, 1, 8 }, { PipelineSchedule.ZeroBubble, 8, 1, 8 }, { PipelineSchedule.ZeroBubble, 4, 2, 8 },
        { PipelineSchedule.DualPipe, 2, 1, 4 }, { PipelineSchedule.DualPipe, 4, 1, 8 }, { PipelineSchedule.DualPipe, 8, 1, 20 }, { PipelineSchedule.DualPipe, 16, 1, 60 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_task_is_done_once_on_the_rank_that_holds_it_and_forward_first(PipelineSchedule schedule, int stages, int virtualStages, int microBatches)
    {
        var lanes = new PipelineLanes(schedule, stages, virtualStages, microBatches);
        var order = ScheduleOrder.Of(schedule, stages, lanes);
        var (forward, backward, weights) = (new int[lanes.Tasks], new int[lanes.Tasks], new int[lanes.Tasks]);
        for (var rank = 0; rank < stages; rank++)
        {
            foreach (var op in order[rank])
            {
                if (op.Forward >= 0)
                {
                    forward[op.Forward]++;
                    Assert.Equal(rank, lanes.Rank(lanes.LaneOf(op.Forward)));
                }

                if (op.Backward >= 0)
                {
                    backward[op.Backward]++;
                    Assert.Equal(rank, lanes.Rank(lanes.LaneOf(op.Backward)));
                    Assert.Equal(1, forward[op.Backward]);
                }

                if (op.Weights >= 0)
                {
                    weights[op.Weights]++;
                    Assert.Equal(rank, lanes.Rank(lanes.LaneOf(op.Weights)));
                    Assert.Equal(1, backward[op.Weights]);
                }
            }
        }

        Assert.All(forward.Concat(backward).Concat(weights), times => Assert.Equal(1, times));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Slices_of_a_stream_do_not_overlap_and_none_of_the_work_is_lost(PipelineSchedule schedule, int stages, int virtualStages, int microBatches)
    {
        var plan = Plans.Even(schedule, stages, virtualStages, microBatches) with { TransferS = 0.01, ReducesBeside = true, GathersBeside = true, OptimizerS = 0.1 };
        plan = plan with { Work = [.. plan.Work.Select(work => work with { ReduceS = 0.3, GatherS = 0.2 })] };
        var slices = new List<Slice>();
        var run = new TimelineRun(plan);
        var step = run.Play(slices: slices);
        foreach (var stream in slices.GroupBy(slice => (slice.Stage, slice.Stream)))
        {
            var last = Instant.Start;
            foreach (var slice in stream.OrderBy(slice => slice.Start).ThenBy(slice => slice.End))
            {
                Assert.True(slice.Start >= last, $"{slice} starts before {last}");
                Assert.True(slice.End <= Instant.Start + step);
                last = slice.End;
            }
        }

        var worked = slices.Where(slice => slice.Stream == TimelineStream.Compute && slice.Work != TimelineWork.Optimizer).Sum(slice => slice.Length.Ticks);
        Assert.Equal(plan.MeanWork().Total * stages, worked * 1e-9, 0.5e-9 * 3 * stages * virtualStages * microBatches);
    }

    /// <summary>(pp - 1) / (vp m), to the nanosecond that rounding to ticks may cost each op on the way.</summary>
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 1, 1)]
    [InlineData(4, 1, 8)]
    [InlineData(4, 2, 8)]
    [InlineData(8, 7, 64)]
    [InlineData(16, 4, 128)]
    public void The_bubble_of_even_stages_is_that_of_the_closed_form(int stages, int virtualStages, int microBatches)
    {
        var plan = Plans.Even(OneF, stages, virtualStages, microBatches, 0.1, 0.13, 0.09);
        var closed = (microBatches + ((stages - 1.0) / virtualStages)) * (0.1 + 0.13 + 0.09);
        Assert.Equal(closed, plan.Play(), 1e-9 * virtualStages * (microBatches + stages) * 2);
    }

    /// <summary>Qi et al. 2023: (pp - 1)(F + B - W), which is a third of 1F1B's where all three are as long.</summary>
    [Theory]
    [InlineData(4, 8, 1, 1, 1)]
    [InlineData(8, 8, 1, 1, 1)]
    [InlineData(8, 32, 1.0, 1.2, 0.8)]
    [InlineData(16, 64, 1.0, 1.5, 0.7)]
    public void The_bubble_of_zero_bubble_is_that_of_its_authors(int stages, int microBatches, double f, double b, double w)
    {
        var played = Plans.Even(PipelineSchedule.ZeroBubble, stages, 1, microBatches, f, b, w).Play();
        Assert.Equal((microBatches * (f + b + w)) + ((stages - 1) * (f + b - w)), played, 1e-6);
    }

    /// <summary>DeepSeek-V3, table 2: (pp/2 - 1)(F&amp;B + B - 3W), B with its weight gradients.</summary>
    [Theory]
    [InlineData(2, 4, 1, 1, 1)]
    [InlineData(4, 8, 1, 1, 1)]
    [InlineData(8, 20, 1, 1, 1)]
    [InlineData(16, 60, 1, 1, 1)]
    [InlineData(16, 120, 1, 1, 1)]
    public void The_bubble_of_DualPipe_is_that_of_its_authors(int stages, int microBatches, double f, double b, double w)
    {
        var played = Plans.Even(PipelineSchedule.DualPipe, stages, 1, microBatches, f, b, w).Play();
        Assert.Equal((microBatches * (f + b + w)) + (((stages / 2.0) - 1) * (f + b + w + b + w - (3 * w))), played, 1e-6);
    }

    [Fact]
    public void Micro_batches_in_flight_are_what_the_schedule_promises()
    {
        var lanes = new PipelineLanes(OneF, 8, 1, 32);
        Assert.Equal(Enumerable.Range(1, 8).Reverse(), ScheduleOrder.Of(OneF, 8, lanes).Select(MostInFlight));
        var zeroBubble = new PipelineLanes(PipelineSchedule.ZeroBubble, 8, 1, 32);
        Assert.All(ScheduleOrder.Of(PipelineSchedule.ZeroBubble, 8, zeroBubble).Select(MostInFlight), most => Assert.InRange(most, 1, 8));
        var dual = new PipelineLanes(PipelineSchedule.DualPipe, 8, 1, 32);
        Assert.Equal(9, ScheduleOrder.Of(PipelineSchedule.DualPipe, 8, dual).Max(MostInFlight)); // pp + 1
    }

    private static int MostInFlight(StageOp[] ops)
    {
        var (now, most) = (0, 0);
        foreach (var op in ops)
        {
            now += op.Forward >= 0 ? 1 : 0;
            most = Math.Max(most, now);
            now -= op.Weights >= 0 ? 1 : 0;
        }

        return most;
    }
}
