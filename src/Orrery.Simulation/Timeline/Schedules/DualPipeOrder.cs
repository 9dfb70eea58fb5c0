namespace Orrery.Simulation.Timeline.Schedules;

/// <summary>
/// DualPipe: half of the micro-batches enter at each end, and in the long middle every op is a forward pass of one way beside a backward
/// pass of the other. Source: DeepSeek-V3 Technical Report, section 3.2.1 and figure 5, and the published schedule's eight steps.
/// </summary>
internal static class DualPipeOrder
{
    public static StageOp[][] Of(int stages, PipelineLanes lanes) => [.. Enumerable.Range(0, stages).Select(rank => new Rank(rank, stages, lanes).Ops())];

    /// <summary>One rank's order. Its near way is the one whose entrance is nearer.</summary>
    private sealed class Rank(int rank, int stages, PipelineLanes lanes)
    {
        private const int Near = 0;
        private const int Far = 1;

        private readonly List<StageOp> _ops = [];
        private readonly Queue<int> _owed = new();
        private readonly int[] _forwards = new int[2];
        private readonly int[] _backwards = new int[2];

        public StageOp[] Ops()
        {
            var half = stages / 2;
            var depth = Math.Min(rank, stages - 1 - rank);
            var isMiddle = depth == half - 1;
            var outside = half - depth - 1;

            Repeat(2 * outside, () => Forward(Near));
            Repeat(depth + 1, () =>
            {
                Forward(Near);
                Forward(Far);
            });
            Repeat(outside, () =>
            {
                Backward(Far, splits: true);
                WeightGradient();
                Forward(Far);
            });
            for (var i = 0; i < lanes.MicroBatches - stages + depth + 1; i++)
            {
                if (i == 0 && isMiddle)
                {
                    Forward(Near);
                    Backward(Far, splits: false);
                }
                else
                {
                    Pair(Near, Far);
                }

                Pair(Far, Near);
            }

            Repeat(outside, () =>
            {
                Backward(Far, splits: false);
                Pair(Far, Near);
            });
            var splits = false;
            for (var i = 0; i < depth + 1; i++)
            {
                var turns = i == (depth + 1) / 2;
                splits |= turns && depth % 2 == 1;
                Backward(Far, splits);
                splits |= turns && depth % 2 == 0;
                Backward(Near, splits);
            }

            Repeat(outside, () =>
            {
                WeightGradient();
                Backward(Near, splits: true);
            });
            Repeat(_owed.Count, WeightGradient);
            return [.. _ops];
        }

        private static void Repeat(int times, Action step)
        {
            for (var i = 0; i < times; i++)
            {
                step();
            }
        }

        private void Forward(int phase) => _ops.Add(StageOp.ForwardOf(Next(phase, _forwards)));

        private void Pair(int forward, int backward) => _ops.Add(StageOp.PairOf(Next(forward, _forwards), Next(backward, _backwards)));

        private void Backward(int phase, bool splits)
        {
            var task = Next(phase, _backwards);
            _ops.Add(splits ? StageOp.InputGradientOf(task) : StageOp.BackwardOf(task));
            if (splits)
            {
                _owed.Enqueue(task);
            }
        }

        private void WeightGradient() => _ops.Add(StageOp.WeightGradientOf(_owed.Dequeue()));

        private int Next(int phase, int[] done)
        {
            var isSecondWay = (phase == Far) != (rank >= stages / 2);
            var lane = isSecondWay ? stages + (stages - 1 - rank) : rank;
            return lanes.Task(lane, done[phase]++);
        }
    }
}
