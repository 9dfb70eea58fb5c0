using Orrery.Domain.Strategies;

namespace Orrery.Domain.Software;

/// <summary>A training or serving framework at a date: what it overlaps, what it launches, what it costs.</summary>
/// <param name="Parameters">Dimensionless or SI-valued parameters by their catalog name.</param>
/// <param name="Date">The release assumed, as a fractional year; null for a stack taken as mature.</param>
public sealed record SoftwareStack(
    string Id,
    string Name,
    IReadOnlyDictionary<string, Sourced<double>> Parameters,
    double? Date = null)
{
    /// <summary>Chip vendors whose chips are taken to run this stack where nobody names one.</summary>
    public IReadOnlyList<string> DefaultFor { get; init; } = [];

    /// <summary>Pipeline schedules it runs, each once; empty where it has no pipeline parallelism. 1F1B includes interleaving.</summary>
    public IReadOnlyList<PipelineSchedule> Schedules { get; init; } = [];

    /// <summary>What it shards over data-parallel ranks, each once; <see cref="Sharding.None"/> where it can also replicate.
    /// The catalog holds no stack without one.</summary>
    public IReadOnlyList<Sharding> Shardings { get; init; } = [];

    /// <summary>What it can keep in host memory, each once; empty where it keeps everything on the chip.</summary>
    public IReadOnlyList<OffloadTarget> Offloads { get; init; } = [];
}
