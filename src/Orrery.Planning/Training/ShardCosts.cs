using System.Collections.Concurrent;
using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>Everything but routed experts of one micro-batch on one rank, computed once for all strategies that share it.</summary>
internal sealed class DenseShard(Shard shard, in BodyCost body, in LayerCost head, double hostSeconds, Func<DenseShard, double> leastExchange)
{
    private double _leastExchange = double.NaN;

    public Shard Shard { get; } = shard;
    public BodyCost Body { get; } = body;
    public LayerCost Head { get; } = head;

    /// <summary>Forward and backward seconds of all layers without any exchange, and of the head.</summary>
    public double ComputeSeconds { get; } = body.Total.Forward.Total + body.Total.Backward.Total;
    public double HeadSeconds { get; } = head.Forward.Total + head.Backward.Total;
    public double HostSeconds { get; } = hostSeconds;

    /// <summary>Bytes that all layers keep of a micro-batch when nothing runs again.</summary>
    public double AllBytes { get; } = body.Total.UnsavedBytes;

    /// <summary>Exposed seconds of exchanges wherever their group lies best. Computed when first asked for; twice if two threads ask at once.</summary>
    public double LeastExchange => double.IsNaN(_leastExchange) ? _leastExchange = leastExchange(this) : _leastExchange;
}

/// <summary>Routed experts of one micro-batch on one rank.</summary>
internal sealed class RoutedShard(Shard shard, in BodyCost body, Func<RoutedShard, double> leastExchange)
{
    private double _leastExchange = double.NaN;

    public Shard Shard { get; } = shard;
    public BodyCost Body { get; } = body;
    public double ComputeSeconds { get; } = body.Total.Forward.Total + body.Total.Backward.Total;
    public double AllBytes { get; } = body.Total.UnsavedBytes;

    /// <summary>As <see cref="DenseShard.LeastExchange"/>.</summary>
    public double LeastExchange => double.IsNaN(_leastExchange) ? _leastExchange = leastExchange(this) : _leastExchange;
}

/// <summary>Costs of shards by what they depend on; strategies of a search share them, threads too.</summary>
internal sealed class ShardCosts
{
    private readonly PlanQuestion _question;
    private readonly StrategySpace _space;
    private readonly ConcurrentDictionary<(int Tensor, int Context, int Micro, SequenceChoice Sequence), DenseShard> _dense = new();
    private readonly ConcurrentDictionary<(double RoutedTokens, int Expert, int ExpertTensor), RoutedShard> _routed = new();
    private readonly ConcurrentDictionary<double, double> _leastRouted = new();

    public ShardCosts(PlanQuestion question, StrategySpace space)
    {
        _question = question;
        _space = space;
        Parameters = TrainingParameters.For(question.Stack, question.Cluster.Chip, PrecisionRecipe.Of(question.Workload.Precision));
        Age = TrainingEstimator.Maturity(Parameters, question.Stack);
        var limits = question.Limits;
        TensorExposed = Least(limits, Overlap.TensorParallel, GroupExchange.TensorExposed);
        ExpertExposed = Least(limits, Overlap.ExpertParallel, GroupExchange.ExpertExposed);
    }

    public TrainingParameters Parameters { get; }

    /// <summary>How much slower the stack is than when it is mature.</summary>
    public double Age { get; }

    /// <summary>1 and what waiting for the slowest of so many ranks adds.</summary>
    public double Jitter(long ranks) => StepPlans.Jitter(Parameters, (int)ranks);

    /// <summary>The smaller exposed share of tensor-parallel traffic among the overlaps allowed.</summary>
    private double TensorExposed { get; }

    private double ExpertExposed { get; }

    /// <summary>The costs of one shard, exchanges included: every shard lists the same ops under the same recompute modules.</summary>
    public LayerCost Sample()
    {
        var layout = new Layout(1, 1, 1, 1, 1, 1, 1);
        var total = Dense(layout, _space.Sequences(1)[0]).Body.Total;
        if (Routed(layout) is { } routed)
        {
            total.Add(routed.Body.Total, 1);
        }

        default(GroupExchange).AddTo(ref total, Parameters, Overlap.None);
        return total;
    }

    public DenseShard Dense(Layout layout, SequenceChoice sequence) => _dense.GetOrAdd(
        (layout.Tensor, layout.Context, layout.MicroBatch, sequence), static (key, self) => self.NewDense(key.Tensor, key.Context, key.Micro, key.Sequence), this);

    /// <summary>Routed experts; the tokens that a rank routes decide, whatever ranks they come from. Null where the model has none.</summary>
    public RoutedShard? Routed(Layout layout) => !_question.Workload.Model.IsMixtureOfExperts ? null : _routed.GetOrAdd(
        (RoutedTokens(layout), layout.Expert, layout.ExpertTensor), static (_, state) => state.Self.NewRouted(state.Layout), (Self: this, Layout: layout));

    /// <summary>The least compute seconds of routed experts for a layout's tokens, however experts are dealt; 0 where the model has none.</summary>
    public double LeastRouted(Layout layout) => !_question.Workload.Model.IsMixtureOfExperts ? 0 : _leastRouted.GetOrAdd(
        RoutedTokens(layout), static (_, state) => state.Self._space.AllExperts.Min(
            degrees => state.Self.Routed(state.Layout with { Expert = degrees.Expert, ExpertTensor = degrees.ExpertTensor })!.ComputeSeconds), (Self: this, Layout: layout));

    private double RoutedTokens(Layout layout) => (double)layout.MicroBatch * _question.Workload.SequenceLength / layout.Context / layout.Tensor;

    private DenseShard NewDense(int tensor, int context, int micro, SequenceChoice sequence)
    {
        var layout = new Layout(tensor, context, 1, 1, 1, 1, micro);
        var shard = Shard.Create(_question.Workload, sequence.On(layout.ToStrategy(_question.Limits)), _question.Cluster.System, Parameters);
        var body = BodyCost.Dense(shard);
        var head = default(LayerCost);
        head.AddHead(shard);
        return new DenseShard(
            shard, body, head, StepPlans.HostSeconds(body.Total, Parameters, Overlap.None, _question.Limits.Graphs),
            made => TensorExposed * Nearest(
                made.Shard, made.Body, made.Shard.Strategy.TensorParallel,
                group => new RankGroups(group, One, One, One, One, One, One), found => found.TensorForward + found.TensorBackward));
    }

    private RoutedShard NewRouted(Layout layout)
    {
        var strategy = layout.ToStrategy(_question.Limits) with { PipelineParallel = 1, DataParallel = 1 };
        var shard = Shard.Create(_question.Workload, strategy, _question.Cluster.System, Parameters);
        return new RoutedShard(
            shard, BodyCost.Routed(shard)!.Value,
            made => (ExpertExposed * Nearest(
                    made.Shard, made.Body, made.Shard.Strategy.ExpertParallel,
                    group => new RankGroups(One, One, One, One, group, One, One), found => 2 * found.Expert))
                + (Parameters.TensorExposed * Nearest(
                    made.Shard, made.Body, made.Shard.Strategy.ExpertTensorParallel,
                    group => new RankGroups(One, One, One, group, One, One, One), found => 2 * found.ExpertTensor)));
    }

    private static RankGroup One { get; } = new(1);

    /// <summary>
    /// The least seconds of a group's exchange wherever it lies: over every stride that puts another number of its members inside some
    /// tier. Not always the stride of one: a fabric may be faster when a group uses two of its tiers at once.
    /// </summary>
    private static double Nearest(Shard shard, in BodyCost body, int size, Func<RankGroup, RankGroups> groups, Func<GroupExchange, double> seconds)
    {
        if (size == 1)
        {
            return 0;
        }

        var least = double.PositiveInfinity;
        var stride = 1;
        while (true)
        {
            least = Math.Min(least, seconds(GroupExchange.Of(shard, body.Runs, groups(new RankGroup(size, stride)))));
            var next = int.MaxValue;
            foreach (var tier in shard.System.Tiers)
            {
                if (tier.Ranks is { } ranks && ranks / stride > 0)
                {
                    next = Math.Min(next, (ranks / (ranks / stride)) + 1);
                }
            }

            if (next == int.MaxValue)
            {
                return least;
            }

            stride = next;
        }
    }

    private double Least(PlanLimits limits, Overlap which, Func<TrainingParameters, Overlap, double> exposed) => limits.Overlap is { } only
        ? exposed(Parameters, only)
        : Math.Min(exposed(Parameters, which), exposed(Parameters, Overlap.None));
}
