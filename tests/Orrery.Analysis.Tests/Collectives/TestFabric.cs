using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Analysis.Tests.Collectives;

/// <summary>Systems with round numbers: half of the bandwidth, 10 us to start, 1 us a rank.</summary>
internal static class TestFabric
{
    public static AiSystem System(params FabricTier[] tiers) => new()
    {
        Id = "test",
        Name = "test",
        Chip = new Chip
        {
            Id = "test",
            Name = "test",
            Vendor = "test",
            Generation = "test",
            Peaks = new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>(),
            MatmulPeaks = new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>(),
            MemoryCapacity = Of(new Bytes(1e9)),
            MemoryBandwidth = Of(new BytesPerSecond(1e12)),
        },
        Chips = tiers[0].Ranks ?? 1,
        ScaleUpDomain = tiers[0].Ranks ?? 1,
        Tiers = tiers,
    };

    public static FabricTier Tier(double bandwidth, int? ranks, double halfSize = 0) => new()
    {
        Name = "tier",
        Topology = Topology.Switched,
        Ranks = ranks,
        Bandwidth = Of(new BytesPerSecond(bandwidth)),
        Latency = Of(new Seconds(1e-6)),
        Oversubscription = Of(new Scalar(1)),
        Reach = new CollectiveReach(Of(new Scalar(0.5)), Of(new Seconds(10e-6)), Of(new Seconds(1e-6)), Of(new Bytes(halfSize))),
    };

    /// <summary>Nodes of eight at 100 GB/s, joined at 10 GB/s a chip.</summary>
    public static AiSystem Nodes(double inner = 100e9, double outer = 10e9, double halfSize = 0) =>
        System(Tier(inner, 8, halfSize), Tier(outer, null, halfSize));

    public static Sourced<T> Of<T>(T value) where T : struct => new(value, "test", Confidence.Published);
}
