using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Space;

/// <summary>How the layers of a model can be dealt to pipeline stages and run through them.</summary>
internal sealed class PipelineSpace
{
    private readonly PlanLimits _limits;
    private readonly int _layers;
    private readonly int _batch;
    private readonly Lazy<PipelineChoice[]>[,] _choices;
    private readonly Lazy<StrategyCount>[,] _splits;
    private readonly double[,] _leastBubbles;

    /// <param name="layers">Layers, multi-token-prediction modules included.</param>
    /// <param name="batch">Sequences of a step.</param>
    public PipelineSpace(PlanLimits limits, int layers, int batch)
    {
        (_limits, _layers, _batch) = (limits, layers, batch);
        _choices = ByStages(stages => new Lazy<PipelineChoice[]>(() => [.. ChoicesOf(stages)]));
        _splits = ByStages(stages => new Lazy<StrategyCount>(() => SplitsOf(stages)));
        _leastBubbles = ByStages(LeastBubbleOf);
    }

    /// <summary>The least bubble of a layout's stages over the pipeline's pass; infinite where they cannot be.</summary>
    public double LeastBubble(Layout layout) => _leastBubbles[layout.Pipeline, (int)Schedules(layout)];

    /// <summary>The same for any number of micro-batches.</summary>
    public double LeastBubble(int pipeline) => _leastBubbles[pipeline, (int)AllowedSchedules.All];

    /// <summary>Splits and schedules of a layout's stages, those with the least on the fullest stage first.</summary>
    public PipelineChoice[] Choices(Layout layout) => _choices[layout.Pipeline, (int)Schedules(layout)].Value;

    /// <summary>Layers whose activations may wait in host memory: none to this many.</summary>
    public int MostOffloaded(PipelineChoice choice, int pipeline) => !_limits.OffloadActivations ? 0
        : choice.FirstLayers > 0 ? MostLayers(pipeline, choice.FirstLayers, choice.LastLayers)
        : (int)Math.Floor(PipelinePlan.Of(choice.On(Stages(pipeline)), _layers, 1).KeptLayers);

    /// <summary>Splits and schedules of a layout's stages, each as often as layers may wait in host memory.</summary>
    public StrategyCount Splits(Layout layout) => _splits[layout.Pipeline, (int)Schedules(layout)].Value;

    /// <summary>Schedules that a layout's micro-batches fill; the same rules as <see cref="StrategyRules"/>.</summary>
    private AllowedSchedules Schedules(Layout layout)
    {
        var microBatches = (long)_batch / ((long)layout.Data * layout.MicroBatch);
        var allowed = AllowedSchedules.Plain;
        allowed |= StrategyRules.CanInterleave(microBatches, layout.Pipeline) ? AllowedSchedules.Interleaved : 0;
        allowed |= StrategyRules.CanFill(PipelineSchedule.ZeroBubble, microBatches, layout.Pipeline) ? AllowedSchedules.ZeroBubble : 0;
        allowed |= StrategyRules.CanFill(PipelineSchedule.DualPipe, microBatches, layout.Pipeline) ? AllowedSchedules.DualPipe : 0;
        return allowed;
    }

    private T[,] ByStages<T>(Func<(int Pipeline, AllowedSchedules Schedules), T> of)
    {
        var table = new T[_layers + 1, (int)AllowedSchedules.All + 1];
        for (var pipeline = 0; pipeline <= _layers; pipeline++)
        {
            for (var schedules = 0; schedules <= (int)AllowedSchedules.All; schedules++)
            {
                table[pipeline, schedules] = of((pipeline, (AllowedSchedules)schedules));
            }
        }

        return table;
    }

    /// <summary>Any strategy of so many stages.</summary>
    public static Strategy Stages(int pipeline) => new() { TensorParallel = 1, PipelineParallel = pipeline, DataParallel = 1, MicroBatch = 1 };

    private IEnumerable<PipelineChoice> ChoicesOf((int Pipeline, AllowedSchedules Schedules) stages, bool sorted = true)
    {
        var (pipeline, allowed) = stages;
        if (pipeline == 1)
        {
            return _limits.VirtualStages.Allows(1) ? [new(PipelineSchedule.OneForwardOneBackward, 1, false, 0, 0)] : [];
        }

        var even = SchedulesIn(allowed).SelectMany(schedule => Even(pipeline, schedule, allowed));
        var uneven = SchedulesIn(allowed).Where(schedule => UnevenIsPossible(pipeline, schedule)).SelectMany(schedule => Uneven(pipeline, schedule));
        return sorted ? even.Concat(uneven).OrderBy(choice => Fullest(pipeline, choice)) : even.Concat(uneven);
    }

    /// <summary>Whole chunks, with or without embedding and loss counted; only 1F1B interleaves, and DualPipe pairs stages.</summary>
    private IEnumerable<PipelineChoice> Even(int pipeline, PipelineSchedule schedule, AllowedSchedules allowed)
    {
        if (schedule == PipelineSchedule.DualPipe && pipeline % 2 != 0)
        {
            yield break;
        }

        var most = schedule == PipelineSchedule.OneForwardOneBackward && allowed.HasFlag(AllowedSchedules.Interleaved) ? _layers / pipeline : 1;
        for (var stages = 1; stages <= most; stages++)
        {
            if (!_limits.VirtualStages.Allows(stages))
            {
                continue;
            }

            if (_layers % (pipeline * stages) == 0)
            {
                yield return new PipelineChoice(schedule, stages, false, 0, 0);
            }

            if ((_layers + 2) % (pipeline * stages) == 0)
            {
                yield return new PipelineChoice(schedule, stages, true, 0, 0);
            }
        }
    }

    /// <summary>All sizes of the edge stages that leave every other stage a layer or more, but those of the even split.</summary>
    private IEnumerable<PipelineChoice> Uneven(int pipeline, PipelineSchedule schedule)
    {
        var others = pipeline - 2;
        for (var first = 1; first < _layers - others; first++)
        {
            for (var last = others == 0 ? _layers - first : 1; last <= _layers - others - first; last++)
            {
                if (_layers % pipeline != 0 || first != _layers / pipeline || last != first)
                {
                    yield return new PipelineChoice(schedule, 1, false, first, last);
                }
            }
        }
    }

    private StrategyCount SplitsOf((int Pipeline, AllowedSchedules Schedules) stages)
    {
        StrategyCount count = 0;
        foreach (var choice in ChoicesOf(stages, sorted: false))
        {
            count += MostOffloaded(choice, stages.Pipeline) + 1;
        }

        return count;
    }

    private double LeastBubbleOf((int Pipeline, AllowedSchedules Schedules) stages)
    {
        var (pipeline, allowed) = stages;
        if (pipeline <= 1)
        {
            return _limits.VirtualStages.Allows(1) ? 0 : double.PositiveInfinity;
        }

        var choices = SchedulesIn(allowed).SelectMany(schedule => Even(pipeline, schedule, allowed).Concat(UnevenIsPossible(pipeline, schedule) ? Uneven(pipeline, schedule).Take(1) : []));
        return choices.Select(choice => Pipeline.BubbleFactor(choice.On(Stages(pipeline))) / pipeline).DefaultIfEmpty(double.PositiveInfinity).Min();
    }

    private IEnumerable<PipelineSchedule> SchedulesIn(AllowedSchedules allowed) => _limits.Schedules.Where(schedule => schedule switch
    {
        PipelineSchedule.ZeroBubble => allowed.HasFlag(AllowedSchedules.ZeroBubble),
        PipelineSchedule.DualPipe => allowed.HasFlag(AllowedSchedules.DualPipe),
        _ => true,
    });

    private bool UnevenIsPossible(int pipeline, PipelineSchedule schedule) =>
        pipeline > 1 && _limits.UnevenStages && _limits.VirtualStages.Allows(1) && schedule != PipelineSchedule.DualPipe;

    private double Fullest(int pipeline, PipelineChoice choice)
    {
        if (choice.FirstLayers > 0)
        {
            return (double)MostLayers(pipeline, choice.FirstLayers, choice.LastLayers) / _layers;
        }

        var plan = PipelinePlan.Of(choice.On(Stages(pipeline)), _layers, 1);
        return Math.Max(plan.Full, plan.Headed);
    }

    private int MostLayers(int pipeline, int first, int last)
    {
        var others = pipeline - 2;
        var middle = others == 0 ? 0 : (_layers - first - last + others - 1) / others;
        return Math.Max(middle, Math.Max(first, last));
    }
}

/// <summary>Schedules that enough micro-batches are there for.</summary>
[Flags]
internal enum AllowedSchedules
{
    Plain = 0,
    Interleaved = 1,
    ZeroBubble = 2,
    DualPipe = 4,
    All = Interleaved | ZeroBubble | DualPipe,
}
