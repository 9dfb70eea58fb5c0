using Orrery.Domain;

namespace Orrery.Catalog.Facts;

/// <summary>Named facts of mixed dimensions: a price, an assumption, the numbers of one rule.</summary>
/// <param name="Facts">Numbers by name.</param>
/// <param name="Texts">What is not a number (a status, a definition, a date), by name.</param>
public sealed record FactSheet(
    string Id, string Name, IReadOnlyDictionary<string, Fact> Facts, IReadOnlyDictionary<string, string> Texts);

/// <summary>A number in the unit it was written in; empty for a plain number.</summary>
public readonly record struct Fact(Sourced<double> Amount, string Unit);
