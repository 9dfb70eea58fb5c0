using System.Collections.Concurrent;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Costs;

/// <summary>Costs of shards by what they depend on; strategies of a search share them, threads too.</summary>
internal sealed class ShardCosts
{
    private readonly PlanQuestion _question;
    private readonly StrategySpace _space;
    private readonly ConcurrentDictionary<(int Tensor, int Context, int Micro), DenseShards> _dense = new();
    private readonly ConcurrentDictionary<double, RoutedShards> _routed = new();

    public ShardCosts(PlanQuestion question, StrategySpace space)
    {
        _question = question;
        _space = space;
        Parameters = TrainingParameters.For(question.Stack, question.Cluster.Chip, PrecisionRecipe.Of(question.Workload.Precision));
        Age = TrainingEstimator.Maturity(Parameters, question.Stack);
        Places = new GroupPlaces(question.Cluster.System);
        MostHidden = question.Limits.Overlap ?? (
            (Parameters.TensorExposedOverlapped < Parameters.TensorExposed ? Overlap.TensorParallel : Overlap.None)
            | (Parameters.ExpertExposedOverlapped < Parameters.ExpertExposed ? Overlap.ExpertParallel : Overlap.None));
    }

    public TrainingParameters Parameters { get; }

    /// <summary>How much slower the stack is than when it is mature.</summary>
    public double Age { get; }

    /// <summary>1 and what waiting for the slowest of so many ranks adds.</summary>
    public double Jitter(long ranks) => StepPlans.Jitter(Parameters, (int)ranks, _question.Cluster.System.ScaleUpDomain);

    /// <summary>Where groups can lie.</summary>
    public GroupPlaces Places { get; }

    /// <summary>The overlap under which the least of exchanges shows, of those allowed.</summary>
    private Overlap MostHidden { get; }

    /// <summary>The costs of one shard, exchanges included: every shard lists the same ops under the same recompute modules.</summary>
    public LayerCost Sample()
    {
        var layout = new Layout(1, 1, 1, 1, 1, 1, 1);
        var total = NewDense(1, 1, 1, _space.Sequences(1)[0]).Body.Total;
        if (_question.Workload.Model.IsMixtureOfExperts)
        {
            total.Add(NewRouted(layout).Body.Total, 1);
        }

        default(GroupExchange).AddTo(ref total, Parameters, Overlap.None);
        return total;
    }

    /// <summary>Everything but routed experts, for every use of sequence parallelism.</summary>
    public DenseShards Dense(Layout layout) => _dense.TryGetValue((layout.Tensor, layout.Context, layout.MicroBatch), out var known) ? known : _dense.GetOrAdd(
        (layout.Tensor, layout.Context, layout.MicroBatch),
        new DenseShards(_space.Sequences(layout.Tensor).Length, sequence => NewDense(layout.Tensor, layout.Context, layout.MicroBatch, _space.Sequences(layout.Tensor)[sequence])));

    /// <summary>Routed experts, for every way to deal them; the tokens that a rank routes decide, whatever ranks they come from. Null where the model has none.</summary>
    public RoutedShards? Routed(Layout layout)
    {
        if (!_question.Workload.Model.IsMixtureOfExperts)
        {
            return null;
        }

        var tokens = (double)layout.MicroBatch * _question.Workload.SequenceLength / layout.Context / layout.Tensor;
        return _routed.TryGetValue(tokens, out var known) ? known : _routed.GetOrAdd(
            tokens, new RoutedShards(_space.AllExperts.Length, choice => NewRouted(_space.AllExperts[choice].Of(layout))));
    }

    private DenseShard NewDense(int tensor, int context, int micro, SequenceChoice sequence)
    {
        var layout = new Layout(tensor, context, 1, 1, 1, 1, micro);
        var shard = Shard.Create(_question.Workload, sequence.On(layout.ToStrategy(_question.Limits)), _question.Cluster.System, Parameters);
        var body = BodyCost.Dense(shard);
        var head = default(LayerCost);
        head.AddHead(shard);
        head.Backward[StepPart.Recompute] += head.Under(_question.Limits.Recompute ?? Recompute.None).Again;
        return new DenseShard(shard, body, head, StepPlans.HostSeconds(body.Total, Parameters, Overlap.None, _question.Limits.Graphs), MostHidden, Places);
    }

    private RoutedShard NewRouted(Layout layout)
    {
        var strategy = layout.ToStrategy(_question.Limits) with { PipelineParallel = 1, DataParallel = 1 };
        var shard = Shard.Create(_question.Workload, strategy, _question.Cluster.System, Parameters);
        return new RoutedShard(shard, BodyCost.Routed(shard)!.Value, MostHidden, Places);
    }
}
