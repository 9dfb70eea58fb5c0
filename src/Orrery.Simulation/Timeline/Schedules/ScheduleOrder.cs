using Orrery.Domain.Strategies;

namespace Orrery.Simulation.Timeline.Schedules;

/// <summary>In which order each pipeline rank does its ops; when it does them follows from what they wait for.</summary>
public static class ScheduleOrder
{
    /// <summary>The ops of every rank in order.</summary>
    public static StageOp[][] Of(PipelineSchedule schedule, int stages, PipelineLanes lanes) => schedule switch
    {
        PipelineSchedule.DualPipe => DualPipeOrder.Of(stages, lanes),
        PipelineSchedule.ZeroBubble => [.. Enumerable.Range(0, stages).Select(rank => SplitBackward(OneForwardOneBackward(rank, stages, lanes), delay: rank))],
        _ => [.. Enumerable.Range(0, stages).Select(rank => OneForwardOneBackward(rank, stages, lanes).ToArray())],
    };

    /// <summary>
    /// 1F1B: as many forward passes first as there are stages to come, then one backward pass for each further forward pass. Interleaved
    /// (Narayanan et al. 2021): passes go to a rank's virtual stages in rounds of as many micro-batches as there are ranks.
    /// </summary>
    private static IEnumerable<StageOp> OneForwardOneBackward(int rank, int stages, PipelineLanes lanes)
    {
        var chunks = lanes.Length / stages;
        var all = chunks * lanes.MicroBatches;
        var warmUp = chunks == 1 ? stages - rank - 1 : ((stages - rank - 1) * 2) + ((chunks - 1) * stages);
        warmUp = Math.Min(warmUp, all);
        int Task(int pass, bool backward)
        {
            var round = stages * chunks;
            var chunk = chunks == 1 ? 0 : pass % round / stages;
            var microBatch = chunks == 1 ? pass : (pass / round * stages) + (pass % stages);
            return lanes.Task(((backward ? chunks - 1 - chunk : chunk) * stages) + rank, microBatch);
        }

        for (var pass = 0; pass < warmUp; pass++)
        {
            yield return StageOp.ForwardOf(Task(pass, backward: false));
        }

        for (var pass = 0; pass < all; pass++)
        {
            if (warmUp + pass < all)
            {
                yield return StageOp.ForwardOf(Task(warmUp + pass, backward: false));
            }

            yield return StageOp.BackwardOf(Task(pass, backward: true));
        }
    }

    /// <summary>
    /// Zero-bubble with the memory of 1F1B (ZB-H1; Qi et al. 2023): weight gradients are an op of their own, as many backward passes later as
    /// there are ranks before this one, so that they fill what would be waiting at the end.
    /// </summary>
    private static StageOp[] SplitBackward(IEnumerable<StageOp> ops, int delay)
    {
        var order = new List<StageOp>();
        var owed = new Queue<int>();
        foreach (var op in ops)
        {
            if (op.Backward < 0)
            {
                order.Add(op);
                continue;
            }

            order.Add(StageOp.InputGradientOf(op.Backward));
            owed.Enqueue(op.Weights);
            if (owed.Count > delay)
            {
                order.Add(StageOp.WeightGradientOf(owed.Dequeue()));
            }
        }

        order.AddRange(owed.Select(StageOp.WeightGradientOf));
        return [.. order];
    }
}
