using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Planning.Tests.Training;

/// <summary>Systems of one to three tiers of any topology and bandwidth, inner ones slower than outer ones too.</summary>
internal static class RandomSystem
{
    public static AiSystem Of(Draw draw)
    {
        var slower = draw.Power(-3, 0);
        var chip = Catalogued.H100.Chip;
        var ranks = draw.One<int[]>([], [2], [3], [4], [8], [2, 4], [2, 6], [2, 8], [3, 6], [4, 8], [4, 12]);
        var host = draw.Chance(0.75);
        return Catalogued.H100 with
        {
            Id = "random",
            Chip = Faster(chip, slower) with { MemoryBandwidth = Catalogued.Of(new BytesPerSecond(chip.MemoryBandwidth.Value.Value * draw.Power(-2, 0))) },
            Chips = Math.Max(1, ranks.LastOrDefault()),
            ScaleUpDomain = Math.Max(1, ranks.LastOrDefault()),
            Tiers = [.. ranks.Select((size, index) => Tier(draw, size, index)), Tier(draw, null, ranks.Length)],
            HostBandwidth = host ? Catalogued.Of(new BytesPerSecond(draw.Power(8, 11))) : null,
            HostMemory = host ? Catalogued.Of(new Bytes(draw.Power(6, 12))) : null,
        };
    }

    public static Chip Faster(Chip chip, double factor)
    {
        var peaks = chip.Peaks.ToDictionary(peak => peak.Key, peak => Catalogued.Of(new FlopsPerSecond(peak.Value.Value.Value * factor)));
        var matmul = chip.MatmulPeaks.ToDictionary(peak => peak.Key, peak => Catalogued.Of(new FlopsPerSecond(peak.Value.Value.Value * factor)));
        return chip with { Peaks = peaks, MatmulPeaks = matmul };
    }

    public static AiSystem WithMemory(AiSystem system, double bytes) =>
        system with { Chip = system.Chip with { MemoryCapacity = Catalogued.Of(new Bytes(bytes * 1e9 / (1L << 30))) } };

    private static FabricTier Tier(Draw draw, int? ranks, int index) => new()
    {
        Name = index == 0 ? "inner" : ranks is null ? "outer" : "middle",
        Topology = draw.One(Enum.GetValues<Topology>()),
        Ranks = ranks,
        Dimensions = draw.Whole(1, 3),
        Bandwidth = Catalogued.Of(new BytesPerSecond(draw.Power(8, 11.5))),
        Latency = Catalogued.Of(new Seconds(draw.Power(-7, -5))),
        Oversubscription = Catalogued.Of(new Scalar(draw.Chance(0.5) ? 1 : draw.Between(1, 3))),
        SharesLinks = index > 0 && draw.Chance(0.4),
        InNetworkReduction = draw.Chance(0.3),
        Reach = new CollectiveReach(
            Catalogued.Of(new Scalar(draw.Between(0.3, 1))), Catalogued.Of(new Seconds(draw.Power(-6, -4.5))),
            Catalogued.Of(new Seconds(draw.Power(-7, -5.5))), Catalogued.Of(new Bytes(draw.Chance(0.2) ? 0 : draw.Power(4, 7))))
        {
            AllReduce = Operation(draw),
            AllGather = Operation(draw),
            ReduceScatter = Operation(draw),
            InNetwork = Operation(draw),
        },
    };

    private static OperationReach? Operation(Draw draw) => draw.Chance(0.6) ? null : new OperationReach(
        draw.Between(0.3, 1), draw.Between(0, 0.8), draw.Chance(0.3) ? draw.Between(0, 0.6) : 0, draw.Power(-6, -4.5), draw.Power(-7, -5.5), draw.Power(4, 7));
}
