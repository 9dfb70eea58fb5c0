using Orrery.Analysis.Collectives;
using Collective = Orrery.Analysis.Collectives.Collectives;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>What the tensor-, context- and expert-parallel exchanges of a layer leave exposed.</summary>
internal static class GroupExchange
{
    private const double BytesPerElement = 2;

    /// <summary>
    /// One block's tensor-parallel traffic. With sequence parallelism: all-gather and reduce-scatter forward, the same and
    /// one more all-gather backward. Without: an all-reduce each way.
    /// </summary>
    public static void AddTensorExchange(this ref LayerCost cost, Shard shard)
    {
        var strategy = shard.Strategy;
        if (strategy.TensorParallel == 1)
        {
            return;
        }

        var group = new RankGroup(strategy.TensorParallel, 1);
        var bytes = shard.Tokens * shard.Workload.Model.Hidden * BytesPerElement;
        var exposed = strategy.Overlap.HasFlag(Overlap.TensorParallel) ? shard.Parameters.TensorExposedOverlapped : shard.Parameters.TensorExposed;
        double forward, backward;
        if (strategy.SequenceParallel)
        {
            var gather = Collective.AllGather(bytes, group, shard.System).Seconds;
            var scatter = Collective.ReduceScatter(bytes, group, shard.System).Seconds;
            forward = gather + scatter;
            backward = forward + gather;
        }
        else
        {
            forward = backward = Collective.AllReduce(bytes, group, shard.System).Seconds;
        }

        cost.Add(StepPart.TensorParallelCommunication, exposed * forward, exposed * backward,
            strategy.Recompute.HasFlag(Recompute.Full));
    }

    /// <summary>
    /// Ring attention: every rank's keys and values (<paramref name="width"/> elements a token) pass all others once forward
    /// and, with their gradients, twice backward; what attention cannot hide is exposed, and a share of the rest.
    /// </summary>
    public static void AddContextExchange(this ref LayerCost cost, Shard shard, double width)
    {
        const double Hideable = 0.9;
        var strategy = shard.Strategy;
        if (strategy.ContextParallel == 1)
        {
            return;
        }

        var group = new RankGroup(strategy.ContextParallel, strategy.TensorParallel);
        var bytes = strategy.ContextParallel * shard.Tokens * width * BytesPerElement;
        var ring = Collective.AllGather(bytes, group, shard.System).Seconds;
        var x = shard.Parameters.ContextExposed;
        double Exposed(double time, double attention) => Math.Max(0, time - (Hideable * attention)) + (x * time);
        cost.Add(
            StepPart.ContextParallelCommunication,
            Exposed(ring, cost.Forward[StepPart.Attention]),
            Exposed(2 * ring, cost.Backward[StepPart.Attention]),
            strategy.Recompute.Covers(Recompute.CoreAttention | Recompute.Attention));
    }

    /// <summary>
    /// Dispatch and combine, each way. A token's copies cross a tier once per group they are wanted in when the dispatcher
    /// removes duplicates (expected groups <c>D (1 - (1 - 1/D)^k)</c> of D under balanced routing), else once per expert.
    /// The narrowest tier for its share rules.
    /// </summary>
    public static void AddExpertExchange(this ref LayerCost cost, Shard shard, MixtureOfExperts moe, double width)
    {
        var strategy = shard.Strategy;
        var p = shard.Parameters;
        if (strategy.ExpertTensorParallel > 1)
        {
            var inner = new RankGroup(strategy.ExpertTensorParallel, 1);
            var copies = shard.RoutedTokens * moe.TopK * strategy.ExpertTensorParallel * width * BytesPerElement;
            var both = Collective.AllGather(copies, inner, shard.System).Seconds + Collective.ReduceScatter(copies, inner, shard.System).Seconds;
            cost.Add(StepPart.TensorParallelCommunication, p.TensorExposed * both, p.TensorExposed * both, strategy.Recompute.Covers(Recompute.Experts));
        }

        if (strategy.ExpertParallel == 1)
        {
            return;
        }

        var time = 0.0;
        var stride = strategy.ExpertTensorParallel;
        var innerRanks = 1;
        foreach (var tier in shard.System.Tiers)
        {
            var within = tier.Ranks is { } ranks ? Math.Clamp(ranks / stride, 1, strategy.ExpertParallel) : strategy.ExpertParallel;
            if (within == innerRanks)
            {
                continue;
            }

            // Groups of the next tier inwards that the expert group is spread over.
            var groups = Math.Ceiling((double)strategy.ExpertParallel / innerRanks);
            var copies = strategy.Dispatch == ExpertDispatch.Deduplicated
                ? groups * (1 - Math.Pow(1 - (1 / groups), moe.TopK))
                : moe.TopK;
            var bytes = shard.RoutedTokens * width * BytesPerElement * copies * (groups - 1) / groups;
            var rate = tier.Bandwidth.Value.Value * tier.Reach.Fraction.Value.Value / tier.Oversubscription.Value.Value;
            var startup = tier.Reach.Startup.Value.Value + tier.Latency.Value.Value;
            time = Math.Max(time, startup + (bytes / rate));
            innerRanks = within;
        }

        var exposed = strategy.Overlap.HasFlag(Overlap.ExpertParallel) ? p.ExpertExposedOverlapped : p.ExpertExposed;
        cost.Add(StepPart.ExpertParallelCommunication, 2 * exposed * time, 2 * exposed * time, strategy.Recompute.Covers(Recompute.Experts));
    }
}
