using Orrery.Domain;
using Orrery.Quantities;

namespace Orrery.Comparison.Paper;

/// <summary>One figure of one contestant, in the unit of its row.</summary>
public sealed record PaperFigure(double Value, double Low, double High, string Source, Confidence Confidence, string Note)
{
    /// <summary>A sourced value times a count, in a unit of so many base units.</summary>
    public static PaperFigure? Of<T>(Sourced<T>? value, double times, double unit) where T : struct, IQuantity<T> => value is null
        ? null
        : new PaperFigure(
            value.Value.Value * times / unit, value.Low.Value * times / unit, value.High.Value * times / unit,
            value.Source, value.Confidence, value.Note);

    /// <summary>A number that follows from the question rather than from a source.</summary>
    public static PaperFigure Counted(double value) => new(value, value, value, "", Confidence.Published, "");
}

/// <summary>One line of the paper sheet: the same quantity, by one convention, for every contestant.</summary>
/// <param name="Id">Snake case, with the unit left to <paramref name="Unit"/>.</param>
/// <param name="Label">What it is, as a person says it.</param>
/// <param name="Unit">Empty for counts.</param>
/// <param name="Alternative">The row above counted by another convention.</param>
/// <param name="Figures">One a contestant; null where the catalog has none.</param>
public sealed record PaperRow(string Id, string Label, string Unit, bool Alternative, IReadOnlyList<PaperFigure?> Figures)
{
    /// <summary>A contestant's figure over the first one's; null where either lacks it.</summary>
    public double? Ratio(int contestant) =>
        Figures[0] is { Value: > 0 } first && Figures[contestant] is { } other ? other.Value / first.Value : null;
}
