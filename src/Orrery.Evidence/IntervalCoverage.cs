using Orrery.Comparison.Uncertainty;

namespace Orrery.Evidence;

/// <summary>How often intervals hold measurements that neither the prediction nor the interval has seen.</summary>
/// <param name="MeanWidth">High over low, less one, on average.</param>
public sealed record CoverageSummary(int Count, double Coverage, double MeanWidth);

/// <summary>Coverage with one thing left out, over all rows and by class and chip generation.</summary>
public sealed record IntervalCoverage(LeftOut LeftOut, CoverageSummary All, IReadOnlyDictionary<string, CoverageSummary> ByGroup)
{
    /// <summary>
    /// Judges the intervals as they would have been given: each row is predicted by a fit that did not see its fold, and the
    /// interval is made of the residuals of the other folds only, so that a chip generation or model family that only the fold has
    /// counts as never validated. Ranges of the catalog's inputs are left out, which makes intervals narrower, never wider.
    /// </summary>
    /// <param name="byMetric">Residuals speak only for their own quantity, the first word of their class.</param>
    public static IReadOnlyList<IntervalCoverage> Of(ResidualTable table, bool byMetric = false) =>
        [.. table.Residuals.GroupBy(residual => residual.LeftOut).Select(rows => Of(table, rows.Key, [.. rows], byMetric))];

    private static IntervalCoverage Of(ResidualTable table, LeftOut leftOut, IReadOnlyList<Residual> rows, bool byMetric)
    {
        var judged = new List<(Residual Row, bool Holds, double Width)>();
        foreach (var fold in rows.GroupBy(row => row.Fold))
        {
            var held = fold.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var alike in fold.GroupBy(row => new ValidatedGroup(row.Class, row.Generation, row.Family)))
            {
                bool Speaks(Residual residual) =>
                    !held.Contains(residual.Id) && (!byMetric || ServingGroup.MetricOf(residual.Class) == ServingGroup.MetricOf(alike.Key.Class));
                if (ResidualSpread.Of(table, alike.Key, Speaks) is { } spread)
                {
                    judged.AddRange(alike.Select(row => (row, Math.Abs(row.Value) <= spread.HalfWidth, Math.Exp(2 * spread.HalfWidth) - 1)));
                }
            }
        }

        var groups = new SortedDictionary<string, CoverageSummary>(StringComparer.Ordinal);
        foreach (var group in judged.SelectMany(row => new[] { ($"class:{row.Row.Class}", row), ($"generation:{row.Row.Generation}", row) }).GroupBy(entry => entry.Item1, entry => entry.row))
        {
            groups[group.Key] = Summary([.. group]);
        }

        return new IntervalCoverage(leftOut, Summary(judged), groups);
    }

    private static CoverageSummary Summary(IReadOnlyCollection<(Residual Row, bool Holds, double Width)> rows) => rows.Count == 0
        ? new CoverageSummary(0, double.NaN, double.NaN)
        : new CoverageSummary(rows.Count, rows.Count(row => row.Holds) / (double)rows.Count, rows.Average(row => row.Width));
}
