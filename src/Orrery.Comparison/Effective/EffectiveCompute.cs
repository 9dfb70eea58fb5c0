using System.Collections.Concurrent;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Comparison.Effective;

/// <summary>A chip of a system in H100s, by what it delivers on one workload.</summary>
/// <param name="H100Equivalents">Its throughput a chip over that of an H100 in a cluster; null where it delivers nothing.</param>
/// <param name="Low">What the catalog does not know exactly may make of it, both sides' ranges taken as independent.</param>
public sealed record EffectiveEquivalents(Delivery Delivery, double? H100Equivalents, double? Low, double? High);

/// <summary>Effective H100-equivalents: best throughput a chip over the best of an H100 cluster on the same workload.</summary>
public sealed class EffectiveCompute(OrreryCatalog catalog)
{
    /// <summary>The system that one H100-equivalent is a chip of.</summary>
    public const string Reference = "dgx-h100";

    private readonly ConcurrentDictionary<string, Lazy<Delivery>> _deliveries = new(StringComparer.Ordinal);

    /// <summary>What a system delivers; planned once.</summary>
    /// <param name="chips">Null for the workload's own number.</param>
    public Delivery Deliver(ReferenceWorkload workload, AiSystem system, int? chips = null)
    {
        var count = chips ?? workload.ChipsOf(system.Chips);
        return _deliveries.GetOrAdd(FormattableString.Invariant($"{workload.Id} {system.Id} {count}"), _ => new Lazy<Delivery>(() => Delivery.Of(catalog, workload, system, count))).Value;
    }

    /// <summary>
    /// Equation: <c>h = (tokens/s a chip) / (tokens/s a chip of an H100 cluster)</c>, each with its best plan at its fastest precision;
    /// <c>ln(high / h) = sqrt(ln(faster)^2 + ln(1 / slower of the H100)^2)</c>. Assumption: the ranges of the two are independent. Source: definition.
    /// </summary>
    /// <param name="system">Null range and value where it delivers nothing, or an H100 cluster does not.</param>
    public EffectiveEquivalents Of(ReferenceWorkload workload, AiSystem system, int? chips = null)
    {
        var (mine, reference) = (Deliver(workload, system, chips), Deliver(workload, catalog.System(Reference)));
        if (mine.TokensPerSecondPerChip is not { } rate || reference.TokensPerSecondPerChip is not { } one)
        {
            return new EffectiveEquivalents(mine, null, null, null);
        }

        // The reference against itself is one, whatever its range.
        var isReference = system.Id == Reference && mine.Cluster.Chips == reference.Cluster.Chips;
        var (low, high) = isReference ? (1, 1) : (Math.Exp(-IndependentRatios.Together(1 / mine.Slower, reference.Faster)), Math.Exp(IndependentRatios.Together(mine.Faster, 1 / reference.Slower)));
        return new EffectiveEquivalents(mine, rate / one, rate / one * low, rate / one * high);
    }
}
