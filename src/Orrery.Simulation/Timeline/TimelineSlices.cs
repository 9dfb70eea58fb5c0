using Orrery.Analysis.Training;
using Orrery.Simulation.Engine;
using Orrery.Simulation.Timeline.Schedules;

namespace Orrery.Simulation.Timeline;

/// <summary>Cuts an op into what its streams do: compute, then the exchanges it waits for. Inside a pass they take turns layer by layer; their shares are what is meant.</summary>
internal static class TimelineSlices
{
    private static readonly (StepPart Part, TimelineWork Work)[] Exchanges =
    [
        (StepPart.TensorParallelCommunication, TimelineWork.TensorExchange),
        (StepPart.ContextParallelCommunication, TimelineWork.ContextExchange),
        (StepPart.ExpertParallelCommunication, TimelineWork.ExpertExchange),
    ];

    public static void Add(List<Slice> slices, TimelinePlan plan, PipelineLanes lanes, int rank, in StageOp op, Instant start, Instant end)
    {
        var task = op.Forward >= 0 ? op.Forward : op.Backward >= 0 ? op.Backward : op.Weights;
        var (virtualStage, microBatch) = (lanes.VirtualStage(lanes.LaneOf(task)), lanes.MicroBatchOf(task));
        var times = default(StepTimes);
        if (op.Forward >= 0)
        {
            times += plan.Work[virtualStage].Forward;
        }

        if (op.Backward >= 0)
        {
            times += plan.Work[lanes.VirtualStage(lanes.LaneOf(op.Backward))].Backward;
        }

        if (op.Weights >= 0)
        {
            times += plan.Work[lanes.VirtualStage(lanes.LaneOf(op.Weights))].WeightGradient;
        }

        var (whole, length) = (times.Total, end - start);
        Span<long> ticks = stackalloc long[3];
        var compute = length.Ticks;
        for (var i = 0; i < Exchanges.Length; i++)
        {
            ticks[i] = whole == 0 ? 0 : (long)(length.Ticks * (times[Exchanges[i].Part] / whole));
            compute -= ticks[i];
        }

        var what = op.Forward >= 0 ? (op.Backward >= 0 ? TimelineWork.Pair : TimelineWork.Forward)
            : op.Backward >= 0 ? TimelineWork.Backward
            : TimelineWork.WeightGradient;
        var at = start + new Duration(compute);
        slices.Add(new Slice(what, rank, TimelineStream.Compute, virtualStage, microBatch, start, at));
        for (var i = 0; i < Exchanges.Length; i++)
        {
            if (ticks[i] > 0)
            {
                slices.Add(new Slice(Exchanges[i].Work, rank, TimelineStream.Exchange, virtualStage, microBatch, at, at + new Duration(ticks[i])));
                at += new Duration(ticks[i]);
            }
        }
    }
}
