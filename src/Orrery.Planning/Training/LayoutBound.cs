using Orrery.Analysis.Training;

namespace Orrery.Planning.Training;

/// <summary>
/// Seconds that no strategy of a layout can beat: kernels at their shapes, stages of whole layers, the least bubble, and exchanges
/// that lie best. Everything else a step takes counts as nothing.
/// </summary>
internal sealed class LayoutBound(PlanQuestion question, StrategySpace space, ShardCosts costs)
{
    private readonly int _batch = question.Workload.GlobalBatch;
    private readonly double _fixed = costs.Parameters.FixedStepS;

    /// <summary>
    /// For all micro-batches and expert degrees of a grid's layout: time per sequence falls as micro-batches grow (every kernel's time is
    /// a constant and a part that grows no faster than its rows), a micro-batch's own time does not, so the largest bounds the one and the
    /// smallest the other.
    /// </summary>
    public double OfGrid(Layout grid)
    {
        var micro = space.MicroBatches(grid.Data);
        if (micro.Length == 0 || double.IsInfinity(space.LeastBubble(grid.Pipeline)))
        {
            return double.PositiveInfinity;
        }

        var (largest, smallest) = (Pass(grid with { MicroBatch = micro[^1] }, routed: null), Pass(grid with { MicroBatch = micro[0] }, routed: null));
        return Step(grid with { MicroBatch = micro[^1] }, largest, smallest);
    }

    /// <summary>For all expert degrees.</summary>
    public double OfMicroBatch(Layout layout)
    {
        var pass = Pass(layout, routed: null);
        return Step(layout, pass, pass);
    }

    /// <summary>For one layout.</summary>
    public double Of(Layout layout)
    {
        var pass = Pass(layout, costs.Routed(layout)?.ComputeSeconds ?? 0);
        return Step(layout, pass, pass);
    }

    /// <summary>For one layout, with exchanges at their nearest; dearer to compute and tighter.</summary>
    public double WithExchanges(Layout layout)
    {
        var routed = costs.Routed(layout);
        var pass = Pass(layout, (routed?.ComputeSeconds ?? 0) + (routed?.LeastExchange ?? 0), exchanges: true);
        return Step(layout, pass, pass);
    }

    /// <summary>The least seconds of a pass and of the head.</summary>
    /// <param name="routed">Seconds of routed experts; null for the least of any expert degrees.</param>
    private (double Pass, double Head) Pass(Layout layout, double? routed, bool exchanges = false)
    {
        double pass = double.PositiveInfinity, head = double.PositiveInfinity;
        var experts = routed ?? costs.LeastRouted(layout);
        foreach (var sequence in space.Sequences(layout.Tensor))
        {
            var dense = costs.Dense(layout, sequence);
            var compute = dense.ComputeSeconds + experts + (exchanges ? dense.LeastExchange : 0);
            pass = Math.Min(pass, compute * StepPlans.HostFloor(dense.HostSeconds / compute));
            head = Math.Min(head, dense.HeadSeconds);
            if (!exchanges)
            {
                break; // the first computes least: sequence parallelism only takes rows from ops, and no op is faster with more
            }
        }

        return (pass * costs.Age, head * costs.Age);
    }

    private double Step(Layout layout, (double Pass, double Head) stage, (double Pass, double Head) bubble)
    {
        var stages = layout.Pipeline;
        var microBatches = (double)_batch / ((double)layout.Data * layout.MicroBatch);
        var whole = Math.Ceiling((double)space.Layers / stages) / space.Layers;
        var slowest = Math.Max(whole * stage.Pass, (stage.Pass + stage.Head) / stages);
        return StepPlans.Jitter(costs.Parameters, (int)layout.Chips)
            * ((microBatches * slowest) + (space.LeastBubble(stages) * (bubble.Pass + bubble.Head)) + _fixed);
    }
}
