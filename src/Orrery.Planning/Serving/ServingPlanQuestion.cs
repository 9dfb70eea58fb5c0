using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Planning.Serving;

/// <summary>What a deployment may choose; everything legal unless narrowed.</summary>
public sealed record ServingLimits
{
    public DegreeRange Tensor { get; init; } = DegreeRange.Any;
    public DegreeRange Pipeline { get; init; } = DegreeRange.Any;

    /// <summary>Attention-data-parallel degrees.</summary>
    public DegreeRange Data { get; init; } = DegreeRange.Any;
    public DegreeRange Expert { get; init; } = DegreeRange.Any;
    public DegreeRange CacheShards { get; init; } = DegreeRange.Any;

    /// <summary>Requests that one replica runs at once.</summary>
    public DegreeRange Batch { get; init; } = DegreeRange.Any;

    /// <summary>One pool that does everything.</summary>
    public bool Aggregated { get; init; } = true;

    /// <summary>Pools of their own for prompts and for decoding.</summary>
    public bool Disaggregated { get; init; } = true;

    public double ExpertSkew { get; init; } = 1;

    /// <summary>Replicas with attention-data-parallel groups run two halves of a batch against each other.</summary>
    public bool TwoBatchOverlap { get; init; }
}

/// <summary>What latency a deployment must keep to, seconds; infinite where there is no target.</summary>
/// <param name="Share">Share of requests that must keep to it; 0 for the mean of all.</param>
public readonly record struct ServingTargets(double Ttft, double Tpot, double Share = 0)
{
    public static ServingTargets None => new(double.PositiveInfinity, double.PositiveInfinity);

    public bool IsMean => Share <= 0;

    public bool Allow(double ttft, double tpot) => ttft <= Ttft && tpot <= Tpot;
}

/// <summary>Which deployment serves the most tokens a second within the targets, or a rate on the fewest chips?</summary>
/// <param name="Workload">Its formats are replaced by each of <paramref name="Precisions"/> in turn.</param>
/// <param name="Cluster">The chips there are; a deployment may leave some idle.</param>
public sealed record ServingPlanQuestion(
    ServingWorkload Workload, IReadOnlyList<ServingPrecision> Precisions, Cluster Cluster, ServingEngine Engine, ServingTargets Targets)
{
    public ServingLimits Limits { get; init; } = new();

    /// <summary>Requests a second to be served on the fewest chips; null where all chips serve as much as they can.</summary>
    public double? Rate { get; init; }

    /// <summary>Deployments found and proven, best first, each of another layout or format.</summary>
    public int Keep { get; init; } = 4;

    public ServingWorkload In(ServingPrecision precision) => Workload with { Precision = precision };
}
