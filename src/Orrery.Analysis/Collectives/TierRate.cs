using Orrery.Domain.Hardware;

namespace Orrery.Analysis.Collectives;

/// <summary>Which of the measured curves an operation follows.</summary>
internal enum CollectiveCurve
{
    AllReduce,
    AllGather,
    ReduceScatter,
    AllToAll,
    InNetwork,
    OneShot,
    SendReceive,
}

/// <summary>The rate and the start-up of one operation among some ranks on one tier.</summary>
internal readonly struct TierRate
{
    private readonly OperationReach reach;
    private readonly double bandwidth;

    /// <summary>
    /// Equation: <c>rate = fraction (1 - pair_loss / (n - 1)) (2 / n)^crowding BW s / oversubscription</c>, with s the share of a chip's links the group can use.
    /// Assumption: n - 1 of R - 1 links in a full mesh; on a torus the axes that <c>log n / log R</c> of its dimensions fill; all links elsewhere;
    /// oversubscription applies to everything that leaves an inner group, rings too (which is on the careful side).
    /// Source: NCCL and oneCCL tables of ai-dynamo/aiconfigurator for fraction, pair loss and crowding; definitions of the topologies for s.
    /// </summary>
    public TierRate(FabricTier tier, CollectiveCurve curve, double ranks)
    {
        reach = Resolve(tier.Reach, curve);
        var rate = tier.Bandwidth.Value.Value * reach.Fraction * LinkShare(tier, ranks) / tier.Oversubscription.Value.Value;
        if (reach.PairLoss != 0)
        {
            rate *= 1 - (reach.PairLoss / Math.Max(ranks - 1, 1));
        }

        if (reach.Crowding != 0)
        {
            rate *= Math.Pow(2 / ranks, reach.Crowding);
        }

        bandwidth = rate;
    }

    /// <summary>
    /// Equation: <c>f b / rate sqrt(1 + h / b)</c>. Assumption: small messages run at a rate that grows with the square root of their size.
    /// Source: 7.6 % mean error against 11.9 % without the root, on the NCCL tables of ai-dynamo/aiconfigurator.
    /// </summary>
    public double Transfer(double factor, double bytes) => factor * Math.Sqrt(bytes * (bytes + reach.HalfBytes)) / bandwidth;

    /// <summary>Equation: <c>startup + startup_per_rank (n - 2)</c>. Assumption: one step a rank. Source: NCCL tables of ai-dynamo/aiconfigurator.</summary>
    public double RingStart(double ranks) => reach.StartupS + (reach.StartupPerRankS * Math.Max(ranks - 2, 0));

    /// <summary>Equation: <c>startup + 2 startup_per_rank ceil(log2 n)</c>. Assumption: a doubling step waits for a peer both ways, so it costs two of a ring's.</summary>
    public double DoublingStart(double ranks) => reach.StartupS + (2 * reach.StartupPerRankS * Math.Ceiling(Math.Log2(ranks)));

    /// <summary>Equation: <c>startup + startup_per_rank log2 n</c>. Assumption: the switches' tree deepens with the logarithm of the ranks.</summary>
    public double TreeStart(double ranks) => reach.StartupS + (reach.StartupPerRankS * Math.Log2(ranks));

    private static OperationReach Resolve(CollectiveReach reach, CollectiveCurve curve)
    {
        var measured = curve switch
        {
            CollectiveCurve.AllReduce => reach.AllReduce,
            CollectiveCurve.AllGather => reach.AllGather,
            CollectiveCurve.ReduceScatter => reach.ReduceScatter,
            CollectiveCurve.AllToAll => reach.AllToAll,
            CollectiveCurve.InNetwork => reach.InNetwork,
            CollectiveCurve.OneShot => reach.OneShot,
            _ => null,
        };
        return measured ?? new OperationReach(
            reach.Fraction.Value.Value, 0, 0, reach.Startup.Value.Value, reach.StartupPerRank.Value.Value, reach.HalfSize.Value.Value);
    }

    private static double LinkShare(FabricTier tier, double ranks)
    {
        if (tier.Ranks is not { } all || all <= 2)
        {
            return 1;
        }

        return tier.Topology switch
        {
            Topology.FullMesh => Math.Min(1, Math.Max(ranks - 1, 1) / (all - 1)),
            Topology.Torus => Axes(tier, ranks) / tier.Dimensions,
            _ => 1,
        };
    }

    /// <summary>Axes of a torus that a group fills.</summary>
    public static double Axes(FabricTier tier, double ranks)
    {
        var dimensions = Math.Max(tier.Dimensions, 1);
        return tier.Ranks is { } all && all > 1
            ? Math.Clamp(dimensions * Math.Log(ranks) / Math.Log(all), 1, dimensions)
            : dimensions;
    }
}
