using Orrery.Comparison.Delivered;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Comparison.Attribution;

/// <summary>A contestant that takes some factors from one side and the rest from the other.</summary>
internal static class Hybrid
{
    /// <param name="taken">Factors taken from <paramref name="to"/>.</param>
    /// <exception cref="MissingFactException">A side lacks the BF16 peak that others are multiples of.</exception>
    public static Contestant Of(Contestant from, Contestant to, IReadOnlySet<Factor> taken)
    {
        Contestant At(Factor factor) => taken.Contains(factor) ? to : from;
        AiSystem System(Factor factor) => At(factor).Cluster.System;

        var software = System(Factor.Software).Chip;
        var chip = System(Factor.Peak).Chip with
        {
            Peaks = Peaks(System(Factor.Peak).Chip, System(Factor.Formats).Chip, chip => chip.Peaks),
            MatmulPeaks = Peaks(System(Factor.Peak).Chip, System(Factor.Formats).Chip, AllMatmul),
            MemoryBandwidth = System(Factor.MemoryBandwidth).Chip.MemoryBandwidth,
            MemoryCapacity = System(Factor.MemoryCapacity).Chip.MemoryCapacity,
            ScaleUpBandwidth = System(Factor.ScaleUp).Chip.ScaleUpBandwidth,
            // Fitted parameters are per generation: they go with the software that was fitted there.
            Id = software.Id,
            Vendor = software.Vendor,
            Generation = software.Generation,
            KernelProfileId = software.KernelProfileId,
            Kernels = software.Kernels,
        };
        var system = System(Factor.Domain) with
        {
            Chip = chip,
            Tiers = Tiers(System(Factor.ScaleUp), System(Factor.Domain).ScaleUpDomain, System(Factor.ScaleOut)),
            Failures = System(Factor.Failures).Failures,
            Parts = System(Factor.Failures).Parts,
        };
        return new Contestant(from.Text, new Cluster(system, At(Factor.Chips).Cluster.Chips), At(Factor.Software).Stack);
    }

    /// <summary>The factors in which two contestants differ.</summary>
    public static IReadOnlyList<Factor> Differing(Contestant from, Contestant to)
    {
        var (a, b) = (from.Cluster.System, to.Cluster.System);
        bool Differs(Factor factor) => factor switch
        {
            Factor.Chips => from.Cluster.Chips != to.Cluster.Chips,
            Factor.Peak => Bf16(a.Chip) != Bf16(b.Chip),
            Factor.Formats => !Multiples(a.Chip).SequenceEqual(Multiples(b.Chip)),
            Factor.MemoryBandwidth => a.Chip.MemoryBandwidth.Value != b.Chip.MemoryBandwidth.Value,
            Factor.MemoryCapacity => a.Chip.MemoryCapacity.Value != b.Chip.MemoryCapacity.Value,
            Factor.Domain => a.ScaleUpDomain != b.ScaleUpDomain,
            Factor.ScaleUp => !a.Tiers.Where(tier => tier.Ranks is not null).Select(Fabric).SequenceEqual(b.Tiers.Where(tier => tier.Ranks is not null).Select(Fabric)),
            Factor.ScaleOut => !a.Tiers.Where(tier => tier.Ranks is null).Select(Fabric).SequenceEqual(b.Tiers.Where(tier => tier.Ranks is null).Select(Fabric)),
            Factor.Software => from.Stack.Id != to.Stack.Id || a.Chip.KernelProfileId != b.Chip.KernelProfileId || a.Chip.Generation != b.Chip.Generation,
            _ => a.Failures?.Id != b.Failures?.Id || a.Parts != b.Parts,
        };
        return [.. Enum.GetValues<Factor>().Where(Differs)];
    }

    /// <summary>Without its ranks, which are the domain's.</summary>
    private static FabricTier Fabric(FabricTier tier) => tier with { Ranks = 0 };

    private static FabricTier[] Tiers(AiSystem scaleUp, int domain, AiSystem scaleOut) =>
        [.. scaleUp.WithDomain(domain).Tiers.Where(tier => tier.Ranks is not null), .. scaleOut.Tiers.Where(tier => tier.Ranks is null)];

    private static Dictionary<NumberFormat, Sourced<FlopsPerSecond>> Peaks(
        Chip peak, Chip formats, Func<Chip, IReadOnlyDictionary<NumberFormat, Sourced<FlopsPerSecond>>> of)
    {
        if (ReferenceEquals(peak, formats))
        {
            return new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>(of(peak));
        }

        var (own, other) = (of(peak)[NumberFormat.Bf16].Value.Value, of(formats)[NumberFormat.Bf16].Value.Value);
        return of(formats).ToDictionary(entry => entry.Key, entry =>
        {
            var value = new FlopsPerSecond(entry.Value.Value.Value / other * own);
            return new Sourced<FlopsPerSecond>(value, entry.Value.Source, entry.Value.Confidence, value, value);
        });
    }

    /// <summary>What matrix products can use of every format.</summary>
    private static Dictionary<NumberFormat, Sourced<FlopsPerSecond>> AllMatmul(Chip chip) => chip.Peaks.ToDictionary(peak => peak.Key, peak => chip.MatmulPeak(peak.Key)!);

    private static double Bf16(Chip chip) =>
        (chip.MatmulPeak(NumberFormat.Bf16) ?? throw new MissingFactException($"{chip.Name} has no BF16 peak, of which other formats are taken as multiples")).Value.Value;

    private static IEnumerable<(NumberFormat, double)> Multiples(Chip chip) =>
        chip.Peaks.Keys.Order().Select(format => (format, Math.Round(chip.MatmulPeak(format)!.Value.Value / Bf16(chip), 6)));
}
