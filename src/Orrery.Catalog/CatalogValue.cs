using Orrery.Domain;

namespace Orrery.Catalog;

/// <summary>One value of a catalog file, as written and as read, for people and for carrying ranges to results.</summary>
/// <param name="Path">Dotted path inside the file: "memory.bandwidth", "tiers.node.latency".</param>
/// <param name="Text">The value as written, unit included.</param>
/// <param name="Confidence">Null for plain text, which carries none.</param>
/// <param name="Value">In the base unit; NaN for plain text.</param>
public sealed record CatalogValue(
    string Path,
    string Text,
    string LowText,
    string HighText,
    string Source,
    Confidence? Confidence,
    string Note,
    double Low,
    double Value,
    double High,
    int Line,
    int Column)
{
    public bool IsRanged => Low != High && !double.IsNaN(Value);
}

/// <summary>A value with a range that a result depends on.</summary>
/// <param name="Path">What <see cref="OrreryCatalog.WithOverride(string, string)"/> takes: "chips/ascend-910c:memory.bandwidth".</param>
/// <param name="Low">In the base unit, as are the value and the high end.</param>
public sealed record RangedInput(
    string Path, double Low, double Value, double High, Confidence Confidence, string Source, string Text, string LowText, string HighText);

/// <summary>Which end of a range a catalog view reads.</summary>
public enum RangeEnd
{
    Low,
    High,
}

/// <summary>What a view reads instead of the value written: one end of its range, or another text.</summary>
internal sealed record ValueOverride(RangeEnd? End, string Text);
