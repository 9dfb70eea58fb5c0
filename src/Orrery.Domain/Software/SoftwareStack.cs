namespace Orrery.Domain.Software;

/// <summary>A training or serving framework at a date: what it overlaps, what it launches, what it costs.</summary>
/// <param name="Parameters">Dimensionless or SI-valued parameters by their catalog name.</param>
public sealed record SoftwareStack(
    string Id,
    string Name,
    IReadOnlyDictionary<string, Sourced<double>> Parameters);
