using Orrery.Comparison.Uncertainty;

namespace Orrery.Evidence;

/// <summary>How far off the speed of rows is, predicted by a fit that had not seen them, and which groups hold the worst of it.</summary>
/// <param name="ByClass">Each row's group was left out.</param>
/// <param name="ByGeneration">The row's whole chip generation was.</param>
/// <param name="ByClassOfFamily">The row's model family was, on every chip and from every source.</param>
/// <param name="Tail">Groups with rows off by more than <see cref="Far"/>, those with the most such rows first.</param>
public sealed record LeftOutErrors(
    IReadOnlyDictionary<string, ErrorSummary> ByClass, IReadOnlyDictionary<string, ErrorSummary> ByGeneration,
    IReadOnlyDictionary<string, ErrorSummary> ByClassOfFamily, IReadOnlyList<LeftOutGroup> Tail)
{
    /// <summary>Error from which a row counts to the tail.</summary>
    public const double Far = 0.15;

    public static LeftOutErrors Of(ResidualTable table)
    {
        var rows = table.Residuals.Where(residual => residual.LeftOut == LeftOut.Group).ToArray();
        return new LeftOutErrors(
            Errors(rows, row => row.Class),
            Errors(table.Residuals.Where(residual => residual.LeftOut == LeftOut.Chip), row => row.Generation),
            Errors(table.Residuals.Where(residual => residual.LeftOut == LeftOut.Model), row => row.Class),
            [
                .. rows.GroupBy(row => row.Unit).Select(LeftOutGroup.Of).Where(group => group.FarOff > 0)
                    .OrderByDescending(group => group.FarOff).ThenByDescending(group => Math.Abs(group.MedianError)).ThenBy(group => group.Model, StringComparer.Ordinal),
            ]);
    }

    private static SortedDictionary<string, ErrorSummary> Errors(IEnumerable<Residual> rows, Func<Residual, string> of) => new(
        rows.GroupBy(of).ToDictionary(group => group.Key, group => ErrorSummary.Of(group.Select(Judged))), StringComparer.Ordinal);

    /// <summary>Predicted over measured speed, less one.</summary>
    internal static double ErrorOf(Residual row) => Math.Exp(-row.Value) - 1;

    private static ValidationRow Judged(Residual row) => new(row.Id, "speed", "", 1, 1 + ErrorOf(row), []);
}

/// <summary>One model on one chip generation from one source.</summary>
/// <param name="FarOff">Of its rows, those off by more than <see cref="LeftOutErrors.Far"/>.</param>
/// <param name="MedianError">Signed.</param>
public sealed record LeftOutGroup(string Class, string Model, string Generation, string Source, int Rows, int FarOff, double MedianError)
{
    internal static LeftOutGroup Of(IEnumerable<Residual> rows)
    {
        var errors = rows.Select(LeftOutErrors.ErrorOf).Order().ToArray();
        var first = rows.First();
        return new LeftOutGroup(
            first.Class, first.Model, first.Generation, first.Source, errors.Length, errors.Count(error => Math.Abs(error) > LeftOutErrors.Far),
            ErrorSummary.Quantile(errors, 0.5));
    }
}
