using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Comparison.Sensitivity;

/// <summary>Something that could be better, a rate of the hardware or an overhead of the software, and cluster and stack with it so.</summary>
/// <param name="Id">Snake case.</param>
/// <param name="Name">As a person says it.</param>
/// <param name="Improve">The same cluster with the rate times a factor.</param>
public sealed record Lever(string Id, string Name, Func<Cluster, double, Cluster> Improve)
{
    /// <summary>The same stack with its overhead divided by a factor; the stack itself for a hardware lever.</summary>
    public Func<SoftwareStack, double, SoftwareStack> ImproveStack { get; init; } = (stack, _) => stack;

    private static readonly string[] Overheads =
        ["host_dense_s", "host_expert_s", "expert_serial_s", "expert_serial_per_expert_s", "fixed_step_s", "jitter_per_doubling"];

    public static IReadOnlyList<Lever> All { get; } =
    [
        new("compute", "compute peak", (cluster, by) => OnChip(cluster, chip => chip with
        {
            Peaks = Faster(chip.Peaks, by),
            MatmulPeaks = Faster(chip.MatmulPeaks, by),
        })),
        new("memory_bandwidth", "memory bandwidth", (cluster, by) => OnChip(cluster, chip => chip with
        {
            MemoryBandwidth = Scaled(chip.MemoryBandwidth, by),
        })),
        new("scale_up_bandwidth", "scale-up bandwidth", (cluster, by) => OnTiers(cluster, scaleOut: false, tier => tier with
        {
            Bandwidth = Scaled(tier.Bandwidth, by),
        })),
        new("scale_out_bandwidth", "scale-out bandwidth", (cluster, by) => OnTiers(cluster, scaleOut: true, tier => tier with
        {
            Bandwidth = Scaled(tier.Bandwidth, by),
        })),
        new("software_overhead", "software overhead (host, launches, routing, jitter)", (cluster, _) => cluster)
        {
            ImproveStack = (stack, by) => stack with
            {
                Parameters = stack.Parameters.ToDictionary(
                    entry => entry.Key,
                    entry => Overheads.Contains(entry.Key) ? entry.Value with { Value = entry.Value.Value / by } : entry.Value),
            },
        },
        new("latency", "network latency", (cluster, by) => OnTiers(OnTiers(cluster, true, tier => Prompter(tier, by)), false, tier => Prompter(tier, by))),
    ];

    private static Cluster OnChip(Cluster cluster, Func<Chip, Chip> change) =>
        cluster with { System = cluster.System with { Chip = change(cluster.Chip) } };

    /// <summary>The outermost tier is the scale-out network; the others are the system's own.</summary>
    private static Cluster OnTiers(Cluster cluster, bool scaleOut, Func<FabricTier, FabricTier> change) => cluster with
    {
        System = cluster.System with
        {
            Tiers = [.. cluster.System.Tiers.Select(tier => tier.Ranks is null == scaleOut ? change(tier) : tier)],
        },
    };

    private static FabricTier Prompter(FabricTier tier, double by) => tier with
    {
        Latency = Scaled(tier.Latency, 1 / by),
        Reach = tier.Reach with
        {
            Startup = Scaled(tier.Reach.Startup, 1 / by),
            StartupPerRank = Scaled(tier.Reach.StartupPerRank, 1 / by),
        },
    };

    private static Dictionary<NumberFormat, Sourced<FlopsPerSecond>> Faster(
        IReadOnlyDictionary<NumberFormat, Sourced<FlopsPerSecond>> peaks, double by) =>
        peaks.ToDictionary(peak => peak.Key, peak => Scaled(peak.Value, by));

    private static Sourced<T> Scaled<T>(Sourced<T> value, double by) where T : struct, IQuantity<T> => value with
    {
        Value = T.From(value.Value.Value * by),
        Low = T.From(value.Low.Value * by),
        High = T.From(value.High.Value * by),
    };
}
