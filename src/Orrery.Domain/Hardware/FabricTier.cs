using Orrery.Quantities;

namespace Orrery.Domain.Hardware;

public enum Topology
{
    /// <summary>Every chip reaches every other at full rate through switches.</summary>
    Switched,
    FullMesh,
    Ring,
    Torus,

    /// <summary>A Clos network whose upper levels may carry less than its lower ones.</summary>
    Clos,
}

/// <summary>A set of chips that talk at one bandwidth and latency.</summary>
public sealed record FabricTier
{
    /// <summary>"die", "node", "superpod", "rdma", ...</summary>
    public required string Name { get; init; }
    public required Topology Topology { get; init; }

    /// <summary>How many ranks (chips) one instance of this tier connects; null for the outermost, which grows with the cluster.</summary>
    public required int? Ranks { get; init; }

    /// <summary>Dimensions of a torus; of no meaning elsewhere.</summary>
    public int Dimensions { get; init; } = 1;

    /// <summary>Per chip, per direction.</summary>
    public required Sourced<BytesPerSecond> Bandwidth { get; init; }
    public required Sourced<Seconds> Latency { get; init; }

    /// <summary>Injection over bisection: 1 is non-blocking, 2 means half the bandwidth crosses the middle.</summary>
    public required Sourced<Scalar> Oversubscription { get; init; }

    /// <summary>Runs over the same links of a chip as the tier inside it, so that what crosses both adds up.</summary>
    public bool SharesLinks { get; init; }

    /// <summary>Switches add up on the way (NVLS, SHARP, UB in-network reduction).</summary>
    public bool InNetworkReduction { get; init; }

    /// <summary>What a collective library reaches on this tier.</summary>
    public required CollectiveReach Reach { get; init; }
}

/// <summary>What a collective library reaches on one tier: <c>t = startup + f b / (fraction BW) sqrt(1 + half_size / b)</c>.</summary>
/// <param name="Fraction">Of the tier's bandwidth, for large messages.</param>
/// <param name="Startup">The launch and first-hop time of a two-rank collective.</param>
/// <param name="StartupPerRank">What each further rank adds.</param>
/// <param name="HalfSize">The message size below which the rate falls off.</param>
public sealed record CollectiveReach(
    Sourced<Scalar> Fraction,
    Sourced<Seconds> Startup,
    Sourced<Seconds> StartupPerRank,
    Sourced<Bytes> HalfSize)
{
    /// <summary>Operations that were measured on their own; null ones follow the four values above.</summary>
    public OperationReach? AllReduce { get; init; }
    public OperationReach? AllGather { get; init; }
    public OperationReach? ReduceScatter { get; init; }
    public OperationReach? AllToAll { get; init; }

    /// <summary>All-reduce that the switches add up, used where the tier reduces in the network.</summary>
    public OperationReach? InNetwork { get; init; }

    /// <summary>A latency-tuned one-step all-reduce (custom all-reduce of serving engines); null where the stack has none.</summary>
    public OperationReach? OneShot { get; init; }
}

/// <summary>What one collective operation reaches; the rate at n ranks is <c>fraction (1 - pair_loss / (n - 1)) (2 / n)^crowding</c>.</summary>
/// <param name="Fraction">Of the tier's bandwidth, for large messages and many ranks.</param>
/// <param name="PairLoss">Share of the rate that two ranks lose against many (fewer links or channels in use); below 1.</param>
/// <param name="Crowding">How the rate falls as ranks share one bus (PCIe); 0 on a switched fabric.</param>
/// <param name="StartupS">The launch and first-hop time of two ranks, seconds.</param>
/// <param name="StartupPerRankS">What each further rank adds, seconds.</param>
/// <param name="HalfBytes">The message size below which the rate falls off.</param>
public readonly record struct OperationReach(
    double Fraction, double PairLoss, double Crowding, double StartupS, double StartupPerRankS, double HalfBytes);
