using Orrery.Quantities;
using Orrery.Simulation.Engine;
using Orrery.Simulation.Timeline.Schedules;

namespace Orrery.Simulation.Timeline;

/// <summary>
/// Plays a plan event by event. Every rank does its ops in the schedule's order, each as soon as what it needs has arrived; hand-overs
/// leave a rank one after the other; data-parallel traffic has a stream of its own.
/// </summary>
/// <remarks>
/// Holds everything a run needs, so that further runs under other <see cref="Conditions"/> allocate nothing but the slices asked for. Not
/// for use by two threads at once.
/// </remarks>
public sealed class TimelineRun
{
    private readonly TimelinePlan _plan;
    private readonly PipelineLanes _lanes;
    private readonly StageOp[][] _order;
    private readonly EventQueue<Happening> _queue;
    private readonly bool[] _forwardArrived;
    private readonly bool[] _backwardArrived;
    private readonly int[] _next;
    private readonly bool[] _isBusy;
    private readonly Instant[] _sendFree;
    private readonly Instant[] _dataFree;
    private readonly Instant[] _passesEnd;
    private readonly Duration[] _busy;
    private readonly int[] _weightsLeft;
    private readonly Instant[] _gatherStart;
    private readonly Instant[] _opStart;
    private readonly Duration _transfer;
    private Conditions _conditions;
    private List<Slice>? _slices;

    public TimelineRun(TimelinePlan plan)
    {
        _plan = plan;
        _lanes = new PipelineLanes(plan.Schedule, plan.Stages, plan.VirtualStages, plan.MicroBatches);
        if (_lanes.Length != plan.Work.Count)
        {
            throw new ArgumentException($"work for {plan.Work.Count} virtual stages, expected {_lanes.Length}", nameof(plan));
        }

        _order = ScheduleOrder.Of(plan.Schedule, plan.Stages, _lanes);
        _queue = new EventQueue<Happening>(8 * plan.Stages);
        (_forwardArrived, _backwardArrived) = (new bool[_lanes.Tasks], new bool[_lanes.Tasks]);
        (_next, _isBusy) = (new int[plan.Stages], new bool[plan.Stages]);
        (_sendFree, _dataFree, _passesEnd, _opStart) = (new Instant[plan.Stages], new Instant[plan.Stages], new Instant[plan.Stages], new Instant[plan.Stages]);
        _busy = new Duration[plan.Stages];
        (_weightsLeft, _gatherStart) = (new int[_lanes.Lanes], new Instant[_lanes.Lanes]);
        _transfer = Duration.Of(new Seconds(plan.TransferS));
    }

    public TimelinePlan Plan => _plan;

    public PipelineLanes Lanes => _lanes;

    /// <summary>Time that a rank's compute stream and the exchanges it waits for were at work in the last run.</summary>
    public IReadOnlyList<Duration> Busy => _busy;

    /// <summary>Events the last run took.</summary>
    public long Events { get; private set; }

    /// <summary>How long the step takes.</summary>
    /// <param name="slices">Where to write what happened, in order of its end; null for nowhere.</param>
    public Duration Play(in Conditions conditions = default, List<Slice>? slices = null)
    {
        Reset(conditions, slices);
        GatherAhead();
        for (var rank = 0; rank < _plan.Stages; rank++)
        {
            TryStart(rank);
        }

        while (_queue.TryNext(out var happening))
        {
            Events++;
            if (happening.Task < 0)
            {
                Finish(happening.Rank);
            }
            else
            {
                (happening.IsForward ? _forwardArrived : _backwardArrived)[happening.Task] = true;
                TryStart(happening.Rank);
            }
        }

        return End();
    }

    private void Reset(in Conditions conditions, List<Slice>? slices)
    {
        (_conditions, _slices, Events) = (conditions, slices, 0);
        _queue.Clear();
        Array.Clear(_backwardArrived);
        Array.Clear(_next);
        Array.Clear(_isBusy);
        Array.Clear(_sendFree);
        Array.Clear(_dataFree);
        Array.Clear(_passesEnd);
        Array.Clear(_busy);
        Array.Fill(_weightsLeft, _lanes.MicroBatches);
        for (var lane = 0; lane < _lanes.Lanes; lane++)
        {
            Array.Fill(_forwardArrived, _lanes.IsFirst(lane), _lanes.Task(lane, 0), _lanes.MicroBatches);
        }
    }

    private void TryStart(int rank)
    {
        if (_isBusy[rank] || _next[rank] == _order[rank].Length)
        {
            return;
        }

        var op = _order[rank][_next[rank]];
        if ((op.Forward >= 0 && !_forwardArrived[op.Forward]) || (op.Backward >= 0 && !_backwardArrived[op.Backward]))
        {
            return;
        }

        var work = Length(rank, op);
        var end = AfterItsGather(op, _queue.Now + work, work);
        _isBusy[rank] = true;
        _busy[rank] += work;
        _opStart[rank] = new Instant(end.Ticks - work.Ticks);
        _queue.Schedule(end, new Happening(rank, StageOp.None, false));
    }

    private void Finish(int rank)
    {
        var op = _order[rank][_next[rank]++];
        var now = _queue.Now;
        _isBusy[rank] = false;
        _passesEnd[rank] = now;
        if (_slices is not null)
        {
            TimelineSlices.Add(_slices, _plan, _lanes, rank, op, _opStart[rank], now);
        }

        if (op.Forward >= 0)
        {
            PassOn(rank, op.Forward, isForward: true);
        }

        if (op.Backward >= 0)
        {
            PassOn(rank, op.Backward, isForward: false);
        }

        if (op.Weights >= 0 && --_weightsLeft[_lanes.LaneOf(op.Weights)] == 0 && _plan.ReducesBeside)
        {
            Reduce(rank, _lanes.LaneOf(op.Weights), _opStart[rank]);
        }

        TryStart(rank);
    }

    /// <summary>Hands a micro-batch to the next stage, or turns it round at the last one.</summary>
    private void PassOn(int rank, int task, bool isForward)
    {
        var lane = _lanes.LaneOf(task);
        if (isForward && _lanes.IsLast(lane))
        {
            _backwardArrived[task] = true;
            return;
        }

        if (!isForward && _lanes.IsFirst(lane))
        {
            return;
        }

        var next = task + (isForward ? _lanes.MicroBatches : -_lanes.MicroBatches);
        var sent = Instant.Later(_queue.Now, _sendFree[rank]);
        var arrived = sent + _transfer;
        _sendFree[rank] = arrived;
        _queue.Schedule(arrived, new Happening(_lanes.Rank(_lanes.LaneOf(next)), next, isForward));
        if (_transfer > Duration.Zero)
        {
            _slices?.Add(new Slice(
                isForward ? TimelineWork.SendForward : TimelineWork.SendBackward, rank, TimelineStream.PointToPoint, _lanes.VirtualStage(lane),
                _lanes.MicroBatchOf(task), sent, arrived));
        }
    }

    private Duration Length(int rank, in StageOp op)
    {
        var seconds = 0.0;
        if (op.Forward >= 0)
        {
            var work = WorkOf(op.Forward);
            seconds += work.Forward.Total + work.ShardedForwardS + (Excess(op.Forward) * work.ExpertForwardS);
        }

        if (op.Backward >= 0)
        {
            var work = WorkOf(op.Backward);
            seconds += work.Backward.Total + work.ShardedBackwardS + (Excess(op.Backward) * work.ExpertBackwardS);
        }

        if (op.Weights >= 0)
        {
            seconds += WorkOf(op.Weights).WeightGradient.Total;
        }

        return Duration.Of(new Seconds(seconds * (_conditions.SlowDown is { } slow ? slow[rank] : 1)));
    }

    private StageWork WorkOf(int task) => _plan.Work[_lanes.VirtualStage(_lanes.LaneOf(task))];

    private double Excess(int task) => _conditions.ExpertExcess is { } excess ? excess[task] : 0;

    /// <summary>Weights come in before the first forward passes, virtual stage by virtual stage in the order they are used.</summary>
    private void GatherAhead()
    {
        if (!_plan.GathersBeside)
        {
            return;
        }

        for (var lane = 0; lane < _lanes.Lanes; lane++)
        {
            var rank = _lanes.Rank(lane);
            var gather = Duration.Of(new Seconds(_plan.Work[_lanes.VirtualStage(lane)].GatherS));
            _gatherStart[lane] = _dataFree[rank];
            _dataFree[rank] += gather;
            if (gather > Duration.Zero)
            {
                _slices?.Add(new Slice(
                    TimelineWork.GatherWeights, rank, TimelineStream.DataParallel, _lanes.VirtualStage(lane), StageOp.None, _gatherStart[lane], _dataFree[rank]));
            }
        }
    }

    /// <summary>A first forward pass waits for its weights layer by layer: it cannot end before the first bucket and all its work, nor before the last bucket and a layer's work.</summary>
    private Instant AfterItsGather(in StageOp op, Instant end, Duration length)
    {
        if (!_plan.GathersBeside || op.Forward < 0 || op.Forward % _lanes.MicroBatches != 0)
        {
            return end;
        }

        var lane = _lanes.LaneOf(op.Forward);
        var work = _plan.Work[_lanes.VirtualStage(lane)];
        var gather = Duration.Of(new Seconds(work.GatherS));
        if (gather == Duration.Zero)
        {
            return end;
        }

        var first = _gatherStart[lane] + new Duration(gather.Ticks / work.Buckets) + length;
        var last = _gatherStart[lane] + gather + new Duration(length.Ticks / work.Buckets);
        return Instant.Later(end, Instant.Later(first, last));
    }

    /// <summary>Gradients leave layer by layer: not before the first layer's are there, and the last bucket not before the pass has ended.</summary>
    private void Reduce(int rank, int lane, Instant passStart)
    {
        var work = _plan.Work[_lanes.VirtualStage(lane)];
        var reduce = Duration.Of(new Seconds(work.ReduceS));
        if (reduce == Duration.Zero)
        {
            return;
        }

        var pass = _queue.Now - passStart;
        var start = Instant.Later(_dataFree[rank], passStart + new Duration(pass.Ticks / work.Buckets));
        _dataFree[rank] = Instant.Later(start + reduce, _queue.Now + new Duration(reduce.Ticks / work.Buckets));
        _slices?.Add(new Slice(TimelineWork.ReduceGradients, rank, TimelineStream.DataParallel, _lanes.VirtualStage(lane), StageOp.None, start, _dataFree[rank]));
    }

    /// <summary>Ranks wait for each other before the optimizer, which needs the norm of all gradients.</summary>
    private Duration End()
    {
        var met = Instant.Start;
        for (var rank = 0; rank < _plan.Stages; rank++)
        {
            if (_next[rank] != _order[rank].Length)
            {
                throw new InvalidOperationException($"rank {rank} waits for ever at op {_next[rank]} of {_order[rank].Length}: the schedule is wrong");
            }

            var end = Instant.Later(_passesEnd[rank], _dataFree[rank]);
            met = Instant.Later(met, _plan.ReducesBeside ? end : AtTheEnd(rank, end, TimelineWork.ReduceGradients));
        }

        var optimized = met + Duration.Of(new Seconds(_plan.OptimizerS));
        var last = optimized;
        for (var rank = 0; rank < _plan.Stages; rank++)
        {
            if (optimized > met)
            {
                _slices?.Add(new Slice(TimelineWork.Optimizer, rank, TimelineStream.Compute, StageOp.None, StageOp.None, met, optimized));
            }

            last = Instant.Later(last, _plan.GathersBeside ? optimized : AtTheEnd(rank, optimized, TimelineWork.GatherWeights));
        }

        return last - Instant.Start;
    }

    /// <summary>Traffic of all of a rank's virtual stages that nothing runs beside.</summary>
    private Instant AtTheEnd(int rank, Instant from, TimelineWork what)
    {
        var seconds = 0.0;
        for (var lane = 0; lane < _lanes.Lanes; lane++)
        {
            if (_lanes.Rank(lane) == rank)
            {
                var work = _plan.Work[_lanes.VirtualStage(lane)];
                seconds += what == TimelineWork.ReduceGradients ? work.ReduceS : work.GatherS;
            }
        }

        var end = from + Duration.Of(new Seconds(seconds));
        if (end > from)
        {
            _slices?.Add(new Slice(what, rank, TimelineStream.DataParallel, StageOp.None, StageOp.None, from, end));
        }

        return end;
    }

    /// <summary>An op ends on a rank (no task), or what a task needs arrives there.</summary>
    private readonly record struct Happening(int Rank, int Task, bool IsForward);
}

/// <summary>What differs from step to step and rank to rank; all of it absent means that nothing does.</summary>
/// <param name="SlowDown">By pipeline rank, how much longer its ops take: 1 for as long as planned.</param>
/// <param name="ExpertExcess">By task, load of the fullest expert rank over the mean, less one.</param>
public readonly record struct Conditions(double[]? SlowDown, double[]? ExpertExcess);
