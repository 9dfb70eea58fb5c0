using Orrery.Comparison.Delivered;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Comparison.Tests;

/// <summary>A system with every rate of its hardware scaled, and whatever does not scale with them taken away.</summary>
internal static class Throttled
{
    /// <summary>Half the rates make every step twice as long, so that twice the chips are needed wherever throughput grows with them.</summary>
    public static Contestant ByHalf(Contestant contestant)
    {
        var system = contestant.Cluster.System;
        var chip = system.Chip;
        var slow = system with
        {
            Chip = chip with
            {
                Peaks = chip.Peaks.ToDictionary(peak => peak.Key, peak => Half(peak.Value)),
                MatmulPeaks = chip.MatmulPeaks.ToDictionary(peak => peak.Key, peak => Half(peak.Value)),
                MemoryBandwidth = chip.MemoryBandwidth with { Value = new BytesPerSecond(chip.MemoryBandwidth.Value.Value / 2) },
            },
            Tiers =
            [
                .. system.Tiers.Select(tier => tier with
                {
                    Bandwidth = tier.Bandwidth with { Value = new BytesPerSecond(tier.Bandwidth.Value.Value / 2) },
                }),
            ],
        };
        return contestant with { Cluster = contestant.Cluster with { System = slow } };
    }

    private static Sourced<FlopsPerSecond> Half(Sourced<FlopsPerSecond> peak) => peak with { Value = new FlopsPerSecond(peak.Value.Value / 2) };
}
