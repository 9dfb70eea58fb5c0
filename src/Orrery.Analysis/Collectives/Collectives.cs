using Orrery.Domain.Hardware;

namespace Orrery.Analysis.Collectives;

/// <summary>
/// Time of a collective among ranks of a system, on the tiers they really span, by the fastest algorithm.
/// Message sizes are those of NCCL's tests, per rank: all-reduce and reduce-scatter, the whole input; all-gather, the whole result;
/// all-to-all, all it sends, its own part included; send-receive, what is sent.
/// </summary>
public static class Collectives
{
    /// <summary>
    /// Equation: as <see cref="ReduceScatter"/>, the other way round.
    /// Assumption: the same volumes. Source: NCCL tables of ai-dynamo/aiconfigurator.
    /// </summary>
    public static CollectiveCost AllGather(double bytes, RankGroup group, AiSystem system) =>
        Best(bytes, group, system, CollectiveCurve.AllGather, 1);

    /// <summary>
    /// Equation: on one tier <c>t = startup + (n - 1) / n b / rate sqrt(1 + h / b)</c>; across tiers each inner tier of m ranks first, the next with
    /// <c>b / m</c> on every rank's own rail: start-ups add, transfers run as a pipeline at the pace of the slowest tier, tiers on the same links taking turns.
    /// Assumption: chunks are many, so tiers work side by side. Source: NCCL tables of ai-dynamo/aiconfigurator inside a node, definition across.
    /// </summary>
    public static CollectiveCost ReduceScatter(double bytes, RankGroup group, AiSystem system) =>
        Best(bytes, group, system, CollectiveCurve.ReduceScatter, 1);

    /// <summary>
    /// Equation: reduce-scatter and all-gather together, <c>f = 2 (n - 1) / n</c>; <c>f = 1</c> on a tier whose switches add up, where that is faster.
    /// Assumption: as <see cref="ReduceScatter"/>. Source: NCCL tables of ai-dynamo/aiconfigurator.
    /// </summary>
    public static CollectiveCost AllReduce(double bytes, RankGroup group, AiSystem system) =>
        Best(bytes, group, system, CollectiveCurve.AllReduce, 2);

    /// <summary>The faster of <see cref="AllReduce"/> and <see cref="OneShotAllReduce"/>, as serving engines choose.</summary>
    public static CollectiveCost CustomAllReduce(double bytes, RankGroup group, AiSystem system)
    {
        var library = AllReduce(bytes, group, system);
        var custom = OneShotAllReduce(bytes, group, system);
        return custom.Algorithm != CollectiveAlgorithm.None && custom.Seconds < library.Seconds ? custom : library;
    }

    /// <summary>
    /// Equation: <c>t = startup + 2 (n - 1) / n b / rate sqrt(1 + h / b)</c> with the one-step kernel's own values.
    /// Assumption: only inside one tier, and only where the stack has such a kernel; otherwise the algorithm is none and the time infinite.
    /// Source: custom all-reduce tables of ai-dynamo/aiconfigurator.
    /// </summary>
    public static CollectiveCost OneShotAllReduce(double bytes, RankGroup group, AiSystem system)
    {
        if (bytes <= 0 || group.Size <= 1)
        {
            return default;
        }

        var i = OutermostTier(group, system);
        var tier = system.Tiers[i];
        if (tier.Reach.OneShot is null || (i > 0 && group.MembersIn(system.Tiers[i - 1], false) > 1))
        {
            return new CollectiveCost(double.PositiveInfinity, default, CollectiveAlgorithm.None);
        }

        var rate = new TierRate(tier, CollectiveCurve.OneShot, group.Size);
        var factor = 2.0 * (group.Size - 1) / group.Size;
        return new CollectiveCost(rate.RingStart(group.Size) + rate.Transfer(factor, bytes), default(TierBytes).Plus(i, factor * bytes), CollectiveAlgorithm.OneShot);
    }

    /// <summary>
    /// Equation: <c>t = max over tiers of startup_t + (m_t - m_(t-1)) / n b hops / rate_t sqrt(1 + h / b)</c>, with m_t the members inside one instance of
    /// tier t and hops the mean distance on rings and tori, <c>max(1, a k / 4)</c> for a axes of k.
    /// Assumption: uniform traffic, every tier carries only what its inner tiers cannot; tiers work side by side unless they share links.
    /// Source: NCCL tables of ai-dynamo/aiconfigurator inside a node, definition across.
    /// </summary>
    public static CollectiveCost AllToAll(double bytes, RankGroup group, AiSystem system)
    {
        if (bytes <= 0 || group.Size <= 1)
        {
            return default;
        }

        var sent = default(TierBytes);
        double slowest = 0, busy = 0;
        var inside = 1;
        var tiers = system.Tiers;
        for (var i = 0; i < tiers.Count && inside < group.Size; i++)
        {
            var tier = tiers[i];
            var members = group.MembersIn(tier, i == tiers.Count - 1);
            if (members <= inside)
            {
                continue;
            }

            var share = (double)(members - inside) / group.Size;
            var rate = new TierRate(tier, CollectiveCurve.AllToAll, members);
            var time = rate.RingStart(members) + rate.Transfer(share * Hops(tier, members), bytes);
            busy = tier.SharesLinks ? busy + time : time;
            slowest = Math.Max(slowest, busy);
            sent = sent.Plus(i, share * bytes);
            inside = members;
        }

        return new CollectiveCost(slowest, sent, CollectiveAlgorithm.Direct);
    }

    /// <summary>
    /// Equation: <c>t = startup + b / rate sqrt(1 + h / b)</c> on the outermost tier that the group spans.
    /// Assumption: the group is a pipeline, paced by its longest hop. Source: as the collectives.
    /// </summary>
    public static CollectiveCost SendReceive(double bytes, RankGroup group, AiSystem system)
    {
        if (bytes <= 0 || group.Size <= 1)
        {
            return default;
        }

        var i = OutermostTier(group, system);
        var rate = new TierRate(system.Tiers[i], CollectiveCurve.SendReceive, 2);
        return new CollectiveCost(rate.RingStart(2) + rate.Transfer(1, bytes), default(TierBytes).Plus(i, bytes), CollectiveAlgorithm.Direct);
    }

    /// <summary>The faster of tier by tier and one flat ring on the outermost tier.</summary>
    private static CollectiveCost Best(double bytes, RankGroup group, AiSystem system, CollectiveCurve curve, int passes)
    {
        if (bytes <= 0 || group.Size <= 1)
        {
            return default;
        }

        var sent = default(TierBytes);
        var start = 0.0;
        double transfer = 0, busy = 0;
        var inside = 1;
        var levels = 0;
        var last = 0;
        var algorithm = CollectiveAlgorithm.None;
        var tiers = system.Tiers;
        for (var i = 0; i < tiers.Count && inside < group.Size; i++)
        {
            var members = group.MembersIn(tiers[i], i == tiers.Count - 1);
            if (members <= inside)
            {
                continue;
            }

            var step = Level(tiers[i], curve, passes, (double)members / inside, bytes / inside, out algorithm);
            start += step.Start;
            busy = tiers[i].SharesLinks ? busy + step.Transfer : step.Transfer;
            transfer = Math.Max(transfer, busy);
            sent = sent.Plus(i, step.Sent);
            inside = members;
            last = i;
            levels++;
        }

        if (levels <= 1)
        {
            return new CollectiveCost(start + transfer, sent, algorithm);
        }

        var flat = Level(tiers[last], curve, passes, group.Size, bytes, out algorithm);
        return flat.Start + flat.Transfer < start + transfer
            ? new CollectiveCost(flat.Start + flat.Transfer, default(TierBytes).Plus(last, flat.Sent), algorithm)
            : new CollectiveCost(start + transfer, sent, CollectiveAlgorithm.Hierarchical);
    }

    /// <summary>The fastest of ring, halving-doubling and in-network among some ranks on one tier.</summary>
    private static (double Start, double Transfer, double Sent) Level(
        FabricTier tier, CollectiveCurve curve, int passes, double ranks, double bytes, out CollectiveAlgorithm algorithm)
    {
        var rate = new TierRate(tier, curve, ranks);
        var factor = passes * (ranks - 1) / ranks;
        var transfer = rate.Transfer(factor, bytes);
        var start = rate.RingStart(ranks);
        algorithm = CollectiveAlgorithm.Ring;
        if (tier.Topology is Topology.Switched or Topology.Clos && rate.DoublingStart(ranks) is var doubling && doubling < start)
        {
            start = doubling;
            algorithm = CollectiveAlgorithm.Doubling;
        }

        if (curve == CollectiveCurve.AllReduce && tier.InNetworkReduction && ranks > 2)
        {
            var network = new TierRate(tier, tier.Reach.InNetwork is null ? curve : CollectiveCurve.InNetwork, ranks);
            var networkStart = network.TreeStart(ranks);
            var networkTransfer = network.Transfer(1, bytes);
            if (networkStart + networkTransfer < start + transfer)
            {
                algorithm = CollectiveAlgorithm.InNetwork;
                return (networkStart, networkTransfer, bytes);
            }
        }

        return (start, transfer, factor * bytes);
    }

    private static double Hops(FabricTier tier, double ranks)
    {
        if (tier.Topology is not (Topology.Torus or Topology.Ring))
        {
            return 1;
        }

        var axes = tier.Topology == Topology.Ring ? 1 : TierRate.Axes(tier, ranks);
        return Math.Max(1, axes * Math.Pow(ranks, 1 / axes) / 4);
    }

    private static int OutermostTier(RankGroup group, AiSystem system)
    {
        var tiers = system.Tiers;
        var last = tiers.Count - 1;
        for (var i = 0; i < last; i++)
        {
            if (group.MembersIn(tiers[i], false) >= group.Size)
            {
                return i;
            }
        }

        return last;
    }
}
