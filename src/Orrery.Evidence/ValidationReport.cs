namespace Orrery.Evidence;

/// <summary>Predictions against measurements, row by row, and how far off they are.</summary>
public sealed record ValidationReport(
    IReadOnlyList<ValidationRow> Rows, IReadOnlyList<SkippedRow> Skipped, ErrorSummary Summary, IReadOnlyDictionary<string, ErrorSummary> ByGroup)
{
    /// <summary>How often the shipped intervals hold measurements left out of them; empty where there are no intervals.</summary>
    public IReadOnlyList<IntervalCoverage> LeftOutCoverage { get; init; } = [];

    /// <summary>Errors of rows by a fit that had not seen their group; null where none are shipped.</summary>
    public LeftOutErrors? LeftOut { get; init; }

    /// <summary>How far results of one configuration lie apart; null where no rows are of whole runs.</summary>
    public MeasuredAgain? Again { get; init; }

    /// <summary>Sums up over all rows and over each row's groups.</summary>
    public static ValidationReport Of(IReadOnlyList<ValidationRow> rows, IReadOnlyList<SkippedRow> skipped)
    {
        var groups = new SortedDictionary<string, List<ValidationRow>>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            foreach (var group in row.Groups)
            {
                if (!groups.TryGetValue(group, out var members))
                {
                    groups[group] = members = [];
                }

                members.Add(row);
            }
        }

        return new ValidationReport(
            rows, skipped, ErrorSummary.Of(rows), groups.ToDictionary(entry => entry.Key, entry => ErrorSummary.Of(entry.Value)));
    }
}

/// <summary>One measured quantity of one row.</summary>
/// <param name="Group">The row's first group, which the contract prints with it.</param>
/// <param name="Groups">Every group it counts in, as "dimension:name" ("chip:h100-sxm", "release:26.02").</param>
/// <param name="Low">Low end of the 80 % interval; null while there is none.</param>
/// <param name="High">High end of the 80 % interval; null while there is none.</param>
/// <param name="Fits">Whether the run, which did run, is predicted to fit in memory; null where a row is no whole run.</param>
public sealed record ValidationRow(
    string Id, string Metric, string Unit, double Measured, double Predicted, IReadOnlyList<string> Groups, double? Low = null, double? High = null,
    bool? Fits = null)
{
    public string Group => Groups.Count > 0 ? Groups[0] : "";

    /// <summary>Memory predicted for the fullest chip, or for its share of the host, over what there is; null where a row says none.</summary>
    public double? MemoryShare { get; init; }

    /// <summary>Where the source states a bound instead of a number: between what it lies, one end open; <see cref="Measured"/> is then the end stated, or the
    /// middle of two.</summary>
    public (double Low, double High)? Bounds { get; init; }

    /// <summary>Predicted over measured, less one; 0 within a bound.</summary>
    public double Error => Bounds is not var (least, most) ? (Predicted / Measured) - 1
        : Predicted < least ? (Predicted / least) - 1
        : Predicted > most ? (Predicted / most) - 1
        : 0;

    /// <summary>Whether the interval holds the measurement, or touches the bound; null while there is no interval.</summary>
    public bool? IsHeld => Low is { } low && High is { } high ? low <= (Bounds?.High ?? Measured) && (Bounds?.Low ?? Measured) <= high : null;
}

/// <summary>A row that was not simulated, and what its source does not state.</summary>
public sealed record SkippedRow(string Id, string Reason);

/// <summary>Absolute relative errors, summed up.</summary>
public sealed record ErrorSummary(int Count, double MedianApe, double MeanApe, double P90Ape, double Within10, double Within20, double MedianBias)
{
    /// <summary>Share of the rows with an interval whose interval holds the measurement; null where no row has one.</summary>
    public double? WithinInterval { get; init; }

    public static ErrorSummary Of(IEnumerable<ValidationRow> rows) => Errors([.. rows]) with
    {
        WithinInterval = rows.Select(row => row.IsHeld).OfType<bool>().ToList() is { Count: > 0 } held ? held.Count(holds => holds) / (double)held.Count : null,
    };

    private static ErrorSummary Errors(IReadOnlyList<ValidationRow> rows)
    {
        var signed = rows.Select(row => row.Error).Order().ToArray();
        var absolute = signed.Select(Math.Abs).Order().ToArray();
        return absolute.Length == 0
            ? new ErrorSummary(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)
            : new ErrorSummary(
                absolute.Length, Quantile(absolute, 0.5), absolute.Average(), Quantile(absolute, 0.9),
                Share(absolute, 0.1), Share(absolute, 0.2), Quantile(signed, 0.5));
    }

    /// <summary>Linear interpolation between order statistics.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double q)
    {
        var at = q * (sorted.Count - 1);
        var below = (int)Math.Floor(at);
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    private static double Share(double[] absolute, double limit) => absolute.Count(error => error <= limit) / (double)absolute.Length;
}
