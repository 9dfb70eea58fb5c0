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

    /// <summary>Per chip, per direction.</summary>
    public required Sourced<BytesPerSecond> Bandwidth { get; init; }
    public required Sourced<Seconds> Latency { get; init; }

    /// <summary>Injection over bisection: 1 is non-blocking, 2 means half the bandwidth crosses the middle.</summary>
    public required Sourced<Scalar> Oversubscription { get; init; }

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
    Sourced<Bytes> HalfSize);
