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
}
