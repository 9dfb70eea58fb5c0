using Orrery.Analysis.Collectives;
using Collective = Orrery.Analysis.Collectives.Collectives;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>Weights a rank holds, by the group that reduces their gradients.</summary>
internal readonly record struct HeldWeights(double Dense, double Experts)
{
    /// <summary>A stage's share of the layers, and embedding and head tables: both, unless tied, where there is one stage.</summary>
    public static HeldWeights Of(Shard shard, double denseWeights, double expertWeights, double share)
    {
        var model = shard.Workload.Model;
        var tables = shard.Strategy.PipelineParallel == 1 && !model.TiedEmbeddings ? 2 : 1;
        var embedding = (double)tables * model.Vocabulary * model.Hidden / shard.Strategy.TensorParallel;
        return new HeldWeights((denseWeights * share) + embedding, expertWeights * share);
    }
}

/// <summary>Seconds of data-parallel traffic: once a step (<paramref name="Reduce"/>, <paramref name="Gather"/>), or, where weights are gathered layer by layer, of each micro-batch.</summary>
/// <param name="ShardedForward">Gathers of one micro-batch's forward pass.</param>
/// <param name="ShardedBackward">Gathers and scatters of its backward pass.</param>
internal readonly record struct DataExchange(double Reduce, double Gather, double ShardedForward, double ShardedBackward)
{
    /// <summary>Whether weights are gathered layer by layer instead of once a step.</summary>
    public static bool GathersByLayer(Strategy s) =>
        s.Sharding is Sharding.Zero3 or Sharding.Hsdp || (s.Sharding == Sharding.Zero2 && s.PipelineParallel == 1);

    public static DataExchange Of(Shard shard, in RankGroups groups, HeldWeights held)
    {
        var dense = Of(shard, groups.Replicas, held.Dense);
        var experts = Of(shard, groups.ExpertReplicas, held.Experts);
        return new DataExchange(
            dense.Reduce + experts.Reduce, dense.Gather + experts.Gather,
            dense.ShardedForward + experts.ShardedForward, dense.ShardedBackward + experts.ShardedBackward);
    }

    private static DataExchange Of(Shard shard, RankGroup group, double weights)
    {
        if (group.Size == 1 || weights == 0)
        {
            return default;
        }

        return GathersByLayer(shard.Strategy) ? ByLayer(shard, group, weights) : OnceAStep(shard, group, weights);
    }

    /// <summary>Gradient all-reduce, or reduce-scatter and all-gather of the weights that each rank updated.</summary>
    private static DataExchange OnceAStep(Shard shard, RankGroup group, double weights)
    {
        if (shard.Frozen)
        {
            return default;
        }

        var gradientBytes = weights * shard.Parameters.GradientBytes;
        if (shard.Strategy.Sharding == Sharding.None)
        {
            return new DataExchange(Collective.AllReduce(gradientBytes, group, shard.System).Seconds, 0, 0, 0);
        }

        var weightBytes = weights * (shard.Dense.Quantizes ? 1 : shard.Parameters.WeightBytes);
        return new DataExchange(
            Collective.ReduceScatter(gradientBytes, group, shard.System).Seconds, Collective.AllGather(weightBytes, group, shard.System).Seconds, 0, 0);
    }

    /// <summary>Gather and scatter time of one FSDP micro-batch, forward and backward.</summary>
    private static DataExchange ByLayer(Shard shard, RankGroup group, double weights)
    {
        var s = shard.Strategy;
        var bytes = weights * shard.Parameters.WeightBytes;
        var (sharded, replicas) = s.Sharding == Sharding.Hsdp && s.ShardRanks > 0 && s.ShardRanks < group.Size
            ? group.Split(s.ShardRanks)
            : (group, default);
        if (sharded.Size == 1)
        {
            return default;
        }

        var gather = Collective.AllGather(bytes, sharded, shard.System).Seconds;
        var scatter = shard.Frozen ? 0 : Collective.ReduceScatter(bytes, sharded, shard.System).Seconds;
        if (!shard.Frozen && replicas.Size > 1)
        {
            scatter += Collective.AllReduce(bytes / sharded.Size, replicas, shard.System).Seconds;
        }

        // Keeping weights after the forward pass (ZeRO-2) saves the second gather.
        return new DataExchange(0, 0, gather, (s.Sharding == Sharding.Zero2 ? 0 : gather) + scatter);
    }
}
