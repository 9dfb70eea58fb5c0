using Orrery.Analysis.Collectives;
using Collective = Orrery.Analysis.Collectives.Collectives;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>Data-parallel traffic: once a step for ZeRO-1, layer by layer and micro-batch for FSDP.</summary>
internal static class DataExchange
{
    /// <summary>Weights a rank holds, by the group that reduces their gradients.</summary>
    public readonly record struct Held(double Dense, double Experts);

    /// <summary>
    /// Exposed time of gradient reduce-scatter and weight all-gather at the end of a step. Each may hide under a share of
    /// the last backward (next forward) passes when the strategy overlaps it; one part in twenty never hides. Interleaving
    /// finishes all but the last chunk's gradients <c>pp (vp - 1) / vp</c> micro-batches before the end.
    /// </summary>
    public static double StepExposed(Shard shard, Held held, double gradientBytes, double forward, double backward)
    {
        const double NeverHidden = 0.05;
        var strategy = shard.Strategy;
        if (shard.Frozen)
        {
            return 0;
        }

        var weightBytes = shard.Dense.Quantizes ? 1 : shard.Parameters.WeightBytes;
        double reduce = 0, gather = 0;
        foreach (var (weights, group) in Groups(shard, held))
        {
            if (group.Size == 1 || weights == 0)
            {
                continue;
            }

            if (strategy.Sharding == Sharding.None)
            {
                reduce += Collective.AllReduce(weights * gradientBytes, group, shard.System).Seconds;
            }
            else
            {
                reduce += Collective.ReduceScatter(weights * gradientBytes, group, shard.System).Seconds;
                gather += Collective.AllGather(weights * weightBytes, group, shard.System).Seconds;
            }
        }

        var early = strategy.PipelineParallel * (strategy.VirtualStages - 1.0) / strategy.VirtualStages;
        var passes = Math.Min(Math.Max(1, early), shard.MicroBatches);
        var hidden = shard.Parameters.DataHidden * passes;
        double Exposed(double time, bool overlaps, double room) =>
            overlaps ? Math.Max(0, time - (hidden * room)) + (NeverHidden * time) : time;
        return Exposed(reduce, strategy.Overlap.HasFlag(Overlap.GradientReduce), backward)
            + Exposed(gather, strategy.Overlap.HasFlag(Overlap.ParameterGather), forward);
    }

    /// <summary>Gather and scatter time of one FSDP micro-batch, forward and backward.</summary>
    public static (double Forward, double Backward) FsdpTraffic(Shard shard, Held held)
    {
        var strategy = shard.Strategy;
        var weightBytes = shard.Parameters.WeightBytes;
        double gather = 0, scatter = 0;
        foreach (var (weights, group) in Groups(shard, held))
        {
            var sharded = strategy.Sharding == Sharding.Hsdp && strategy.ShardRanks > 0 && strategy.ShardRanks < group.Size
                ? new RankGroup(strategy.ShardRanks, group.Stride)
                : group;
            if (sharded.Size == 1 || weights == 0)
            {
                continue;
            }

            gather += Collective.AllGather(weights * weightBytes, sharded, shard.System).Seconds;
            if (!shard.Frozen)
            {
                scatter += Collective.ReduceScatter(weights * weightBytes, sharded, shard.System).Seconds;
                if (sharded.Size < group.Size)
                {
                    var replicas = new RankGroup(group.Size / sharded.Size, group.Stride * sharded.Size);
                    scatter += Collective.AllReduce(weights * weightBytes / sharded.Size, replicas, shard.System).Seconds;
                }
            }
        }

        // Keeping weights after the forward pass (ZeRO-2) saves the second gather.
        return (gather, (strategy.Sharding == Sharding.Zero2 ? 0 : gather) + scatter);
    }

    private static (double Weights, RankGroup Group)[] Groups(Shard shard, Held held)
    {
        var s = shard.Strategy;
        return
        [
            (held.Dense, new RankGroup(s.Replicas, s.TensorParallel)),
            (held.Experts, new RankGroup(s.ExpertReplicas, s.ExpertParallel * s.ExpertTensorParallel)),
        ];
    }
}
