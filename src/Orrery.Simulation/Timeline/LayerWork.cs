using Orrery.Analysis.Training;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Simulation.Timeline;

/// <summary>What one layer costs one rank for one micro-batch, from the functions of the closed form.</summary>
/// <param name="Backward">Without weight gradients, with what runs again.</param>
/// <param name="HostS">Host seconds to launch it, forward and backward.</param>
internal readonly record struct LayerWork(
    StepTimes Forward, StepTimes Backward, StepTimes WeightGradient, double HostS, double DenseWeights, double ExpertWeights, double ExpertForwardS,
    double ExpertBackwardS, bool HasExperts)
{
    public double DeviceS => Forward.Total + Backward.Total + WeightGradient.Total;

    /// <param name="prediction">A multi-token-prediction module: the layer and its projection.</param>
    /// <param name="playsRing">Context-parallel exchanges are played step by step instead of taken from the closed form.</param>
    public static LayerWork Of(Shard shard, in RankGroups groups, TransformerLayer layer, bool prediction, bool playsRing)
    {
        var model = shard.Workload.Model;
        var one = shard with
        {
            Workload = shard.Workload with
            {
                Model = model with { Layers = [new LayerRun(prediction ? 0 : 1, layer)], MultiTokenPrediction = prediction ? 1 : 0 },
            },
        };
        var cost = Compute(one);
        var weightGradient = cost.Backward + (Compute(Frozen(one)).Backward * -1);
        var routed = BodyCost.Routed(one);
        Exchange(one, groups, routed, playsRing).AddTo(ref cost, shard.Parameters, shard.Strategy.Overlap);
        var (again, _, _) = TrainingEstimator.Recomputed(one, cost, 1);
        var backward = cost.Backward + (weightGradient * -1);
        backward[StepPart.Recompute] += again;
        var experts = routed?.Total ?? default;
        return new LayerWork(
            cost.Forward, backward, weightGradient, StepPlans.HostSeconds(cost, shard.Parameters, shard.Strategy.Overlap, shard.Strategy.Graphs, shard.Strategy.DropsTokens),
            cost.DenseWeights, cost.ExpertWeights,
            experts.Forward[StepPart.Experts] + cost.Forward[StepPart.ExpertParallelCommunication],
            experts.Backward[StepPart.Experts] + cost.Backward[StepPart.ExpertParallelCommunication], routed is not null);
    }

    /// <summary>With weights frozen no weight gradient is computed: what is then missing is what weight gradients take.</summary>
    public static Shard Frozen(Shard shard) => shard with { Workload = shard.Workload with { Task = TrainingTask.Lora } };

    private static LayerCost Compute(Shard shard)
    {
        var cost = BodyCost.Dense(shard).Total;
        if (BodyCost.Routed(shard) is { } routed)
        {
            cost.Add(routed.Total, 1);
        }

        return cost;
    }

    private static GroupExchange Exchange(Shard shard, in RankGroups groups, BodyCost? routed, bool playsRing)
    {
        var runs = BodyCost.Dense(shard).Runs;
        var exchange = GroupExchange.Of(shard, runs, groups);
        if (playsRing && groups.Context.Size > 1)
        {
            exchange = exchange with { ContextForward = 0, ContextBackward = 0 };
            foreach (var run in runs)
            {
                var (forward, backward) = Ring(shard, groups, run);
                exchange = exchange with
                {
                    ContextForward = exchange.ContextForward + (run.Count * forward), ContextBackward = exchange.ContextBackward + (run.Count * backward),
                };
            }
        }

        return routed is { } experts ? exchange + GroupExchange.Of(shard, experts.Runs, groups) : exchange;
    }

    private static (double Forward, double Backward) Ring(Shard shard, in RankGroups groups, in BodyRun run)
    {
        // Beside no attention at all, and without the share that shows anyhow, the closed form's exposed time is all of it.
        var alone = shard with { Parameters = shard.Parameters with { ContextExposed = 0 } };
        var all = GroupExchange.Of(alone, [run with { Count = 1, AttentionForward = 0, AttentionBackward = 0, Routed = null }], groups);
        return (
            RingAttention.ExposedSeconds(groups.Context.Size, run.AttentionForward, all.ContextForward),
            RingAttention.ExposedSeconds(groups.Context.Size, run.AttentionBackward, all.ContextBackward));
    }
}
