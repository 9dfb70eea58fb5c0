using Orrery.Policy.Claims.Expressions;

namespace Orrery.Policy.Claims.Measures;

/// <summary>What a measure came to.</summary>
/// <param name="Unit">Empty for ratios and counts.</param>
/// <param name="From">Where the number is from, or which plan it is of.</param>
/// <param name="Command">That gives it again; empty for figures of the catalog and of documents.</param>
public sealed record Measured(Interval Number, string Unit, string From, string Command = "");

/// <summary>A number that a claim turns on, computed by the program's own machinery.</summary>
public interface IMeasure
{
    /// <exception cref="Orrery.Domain.MissingFactException">A fact is missing that it needs.</exception>
    /// <exception cref="Orrery.Domain.Diagnostics.InvalidInputException">A name in it is unknown.</exception>
    Measured Take(ClaimContext context);
}
