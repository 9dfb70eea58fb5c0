using Orrery.Analysis.Training;

namespace Orrery.Planning.Training.Search;

/// <summary>
/// Seconds that no strategy of a layout can beat: kernels at their shapes, stages of whole layers, the least bubble, and exchanges
/// that lie best. Everything else a step takes counts as nothing.
/// </summary>
internal sealed class LayoutBound(PlanQuestion question, StrategySpace space, ShardCosts costs)
{
    // What a step takes longer, about, when its activations do not all fit: only for the order in which layouts are looked into.
    private const double TightFactor = 1.3;

    private readonly int _batch = question.Workload.GlobalBatch;
    private readonly double _fixed = costs.Parameters.FixedStepS;
    private readonly double _capacity = question.Cluster.Chip.MemoryCapacity.Value.Value;

    /// <summary>
    /// For all micro-batches and expert degrees of a grid's layout: time per sequence falls as micro-batches grow (every kernel's time is
    /// a constant and a part that grows no faster than its rows), a micro-batch's own time does not, so the largest bounds the one and the
    /// smallest the other.
    /// </summary>
    public double OfGrid(Layout grid)
    {
        var micro = space.MicroBatches(grid.Data);
        if (micro.Length == 0 || double.IsInfinity(space.Pipelines.LeastBubble(grid.Pipeline)) || space.Experts(grid).Length == 0)
        {
            return double.PositiveInfinity;
        }

        var (large, small) = (grid with { MicroBatch = micro[^1] }, grid with { MicroBatch = micro[0] });
        return Step(large, space.Pipelines.LeastBubble(grid.Pipeline), Pass(large), Pass(small));
    }

    /// <summary>For one layout, or, with the least seconds of routed experts, for all that differ in expert degrees.</summary>
    public double Of(Layout layout, DenseShards dense, double routedSeconds)
    {
        var pass = Pass(dense[0], routedSeconds);
        return Step(layout, space.Pipelines.LeastBubble(layout), pass, pass);
    }

    /// <summary>For one layout, with exchanges at their nearest; dearer to compute and tighter.</summary>
    public double WithExchanges(Layout layout, DenseShards shards, RoutedShard? routed)
    {
        var experts = (routed?.ComputeSeconds ?? 0) + (routed?.LeastExchange ?? 0);
        double pass = double.PositiveInfinity, head = double.PositiveInfinity;
        for (var i = 0; i < shards.Count; i++)
        {
            var dense = shards[i];
            pass = Math.Min(pass, Device(dense, dense.ComputeSeconds + experts + dense.LeastExchange));
            head = Math.Min(head, dense.HeadSeconds);
        }

        var least = (pass * costs.Age, head * costs.Age);
        return Step(layout, space.Pipelines.LeastBubble(layout), least, least);
    }

    /// <summary>
    /// For one layout, with exchanges where its groups can lie together: one that moves inwards pushes others out. The least over
    /// placements and uses of sequence parallelism; a pass only grows with what its exchanges leave exposed.
    /// </summary>
    public double WithPlacements(Layout layout, DenseShards shards, RoutedShard? routed, Placement[] placements)
    {
        double pass = double.PositiveInfinity, head = double.PositiveInfinity;
        for (var i = 0; i < shards.Count; i++)
        {
            var dense = shards[i];
            var exposed = double.PositiveInfinity;
            foreach (var placement in placements)
            {
                exposed = Math.Min(exposed, Exposed(dense, routed, placement));
            }

            pass = Math.Min(pass, Device(dense, dense.ComputeSeconds + (routed?.ComputeSeconds ?? 0) + exposed));
            head = Math.Min(head, dense.HeadSeconds);
        }

        var least = (pass * costs.Age, head * costs.Age);
        return Step(layout, space.Pipelines.LeastBubble(layout), least, least);
    }

    /// <summary>Seconds of a micro-batch's exchanges that show in a placement under the overlap that hides most.</summary>
    public static double Exposed(DenseShard dense, RoutedShard? routed, Placement placement)
    {
        var exposed = dense.Tensor.At(placement.Tensor).Exposed + dense.Context.At(placement.Context).Exposed;
        return routed is null ? exposed : exposed + routed.Expert.At(placement.Expert).Exposed + routed.ExpertTensor.At(placement.ExpertTensor).Exposed;
    }

    /// <summary>Exchanges of all groups; each group's depend on where it lies alone, which placements and layouts share.</summary>
    public static GroupExchange Exchange(DenseShard dense, RoutedShard? routed, Placement placement)
    {
        var exchange = dense.Tensor.At(placement.Tensor).Cost + dense.Context.At(placement.Context).Cost;
        return routed is null ? exchange : exchange + routed.Expert.At(placement.Expert).Cost + routed.ExpertTensor.At(placement.ExpertTensor).Cost;
    }

    /// <summary>
    /// What to sort layouts by: the bound, and more where weights and activations of a plain strategy (ZeRO-1, nothing run again) do
    /// not fit. A guess, on which nothing but the order depends.
    /// </summary>
    public double Promise(Layout layout, DenseShard dense, RoutedShard? routed, double bound)
    {
        var p = costs.Parameters;
        double denseWeights = dense.Body.Total.DenseWeights / layout.Pipeline, expertWeights = (routed?.Body.Total.ExpertWeights ?? 0) / layout.Pipeline;
        var microBatches = (double)_batch / ((double)layout.Data * layout.MicroBatch);
        var bytes = ((denseWeights + expertWeights) * (p.WeightBytes + p.GradientBytes))
            + (((denseWeights / layout.Replicas) + (expertWeights / layout.ExpertReplicas)) * p.OptimizerStateBytes)
            + ((dense.AllBytes + (routed?.AllBytes ?? 0)) * Math.Min(layout.Pipeline, microBatches) / layout.Pipeline);
        return bytes > _capacity ? TightFactor * bound : bound;
    }

    private (double Pass, double Head) Pass(Layout layout) => Pass(costs.Dense(layout)[0], costs.Routed(layout)?.Least ?? 0);

    /// <summary>
    /// The least seconds of a pass and of the head without exchanges: those of the first use of sequence parallelism, which only takes
    /// rows from ops, and no op is faster with more.
    /// </summary>
    private (double Pass, double Head) Pass(DenseShard dense, double routed) =>
        (Device(dense, dense.ComputeSeconds + routed) * costs.Age, dense.HeadSeconds * costs.Age);

    private static double Device(DenseShard dense, double compute) => compute * StepPlans.HostFloorAtLeast(dense.HostSeconds / compute);

    private double Step(Layout layout, double leastBubble, (double Pass, double Head) stage, (double Pass, double Head) bubble)
    {
        var stages = layout.Pipeline;
        var microBatches = (double)_batch / ((double)layout.Data * layout.MicroBatch);
        var whole = Math.Ceiling((double)space.Layers / stages) / space.Layers;
        var slowest = Math.Max(whole * stage.Pass, (stage.Pass + stage.Head) / stages);
        return costs.Jitter(layout.Chips) * ((microBatches * slowest) + (leastBubble * (bubble.Pass + bubble.Head)) + _fixed);
    }
}
