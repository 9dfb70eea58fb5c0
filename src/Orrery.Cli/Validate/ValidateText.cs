using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>The report for people: how far off, by what, and where worst.</summary>
internal static class ValidateText
{
    private const int WorstShown = 10;

    public static void Write(Screen screen, string name, ValidationReport report)
    {
        var s = report.Summary;
        screen.Line(screen.Bold(s.Count == 0
            ? "No row could be simulated."
            : $"Median absolute error {Number.Percent(s.MedianApe)} over {Number.Count(s.Count)} measured rows ({name}); 90 % of rows within {Number.Percent(s.P90Ape)}."));
        if (s.WithinInterval is { } held)
        {
            screen.Line($"The 80 % intervals hold {Number.Percent(held)} of these rows' measurements.");
        }

        foreach (var (dimension, groups) in ByDimension(report))
        {
            screen.Heading(dimension == "large" ? "Large kernels alone" : $"By {dimension}");
            var table = new Table(
                new Column(dimension == "large" ? "table" : dimension), new Column("rows", Align.Right), new Column("median", Align.Right), new Column("90 %", Align.Right),
                new Column("within 10 %", Align.Right), new Column("bias", Align.Right));
            foreach (var (group, errors) in groups)
            {
                table.Add(group, Number.Count(errors.Count), Number.Percent(errors.MedianApe), Number.Percent(errors.P90Ape),
                    Number.Percent(errors.Within10), Number.Change(errors.MedianBias));
            }

            table.WriteTo(screen, indent: 2);
        }

        Rest(screen, report);
    }

    /// <summary>What comes after the groups: what was called too large, intervals, the worst rows, those not simulated.</summary>
    public static void Rest(Screen screen, ValidationReport report)
    {
        if (report.Rows.Any(row => row.Fits is not null))
        {
            screen.Heading($"Ran, yet predicted not to fit: {Number.Count(report.Rows.Count(row => row.Fits is false))} of {Number.Count(report.Rows.Count)} rows");
            NotFitting(report).WriteTo(screen, indent: 2);
        }

        if (report.LeftOutCoverage.Count > 0)
        {
            screen.Heading("80 % intervals, on results left out of fit and interval");
            Coverage(report.LeftOutCoverage).WriteTo(screen, indent: 2);
        }

        if (report.Rows.Count > 0)
        {
            screen.Heading("Worst rows");
            Worst(report, WorstShown).WriteTo(screen, indent: 2);
        }

        if (report.Skipped.Count > 0)
        {
            screen.Heading($"Not simulated: {Number.Count(report.Skipped.Count)} rows");
            var reasons = new Table(new Column("what is missing"), new Column("rows", Align.Right));
            foreach (var reason in report.Skipped.GroupBy(row => row.Reason).OrderByDescending(rows => rows.Count()))
            {
                reasons.Add(reason.Key, Number.Count(reason.Count()));
            }

            reasons.WriteTo(screen, indent: 2);
        }
    }

    /// <summary>Groups by what they group by, in the order a reader asks.</summary>
    public static IEnumerable<(string Dimension, IReadOnlyList<(string Group, ErrorSummary Errors)> Groups)> ByDimension(ValidationReport report)
    {
        string[] order = ["class", "source", "chip", "family", "model", "precision", "release", "op"];
        return report.ByGroup
            .Select(entry => (Parts: entry.Key.Split(':', 2), entry.Value))
            .GroupBy(entry => entry.Parts.Length > 1 ? entry.Parts[0] : "group", entry => (entry.Parts[^1], entry.Value))
            .OrderBy(groups => Array.IndexOf(order, groups.Key) is >= 0 and var place ? place : order.Length)
            .Select(groups => (groups.Key, (IReadOnlyList<(string, ErrorSummary)>)[.. groups]));
    }

    /// <summary>Rows that ran and are predicted to be out of memory, by class.</summary>
    public static Table NotFitting(ValidationReport report)
    {
        var table = new Table(new Column("class"), new Column("rows", Align.Right), new Column("not to fit", Align.Right), new Column("share", Align.Right));
        foreach (var rows in report.Rows.GroupBy(row => row.Group.Split(':', 2)[^1]).OrderBy(rows => rows.Key, StringComparer.Ordinal))
        {
            var not = rows.Count(row => row.Fits is false);
            table.Add(rows.Key, Number.Count(rows.Count()), Number.Count(not), Number.Percent((double)not / rows.Count()));
        }

        return table;
    }

    /// <summary>The same rows one by one, the furthest off first.</summary>
    public static Table TooLarge(ValidationReport report)
    {
        var table = new Table(new Column("row"), new Column("memory, of the chip", Align.Right), new Column("of"));
        foreach (var row in report.Rows.Where(row => row.Fits is false).OrderByDescending(row => row.MemoryShare))
        {
            table.Add(row.Id, row.MemoryShare is { } share ? Number.Percent(share) : "", GroupNames(row));
        }

        return table;
    }

    /// <summary>What share of left-out measurements the intervals hold, and how wide they are.</summary>
    public static Table Coverage(IReadOnlyList<IntervalCoverage> coverage)
    {
        var table = new Table(
            new Column("left out"), new Column("of"), new Column("rows", Align.Right), new Column("held", Align.Right), new Column("mean width", Align.Right));
        foreach (var one in coverage)
        {
            var what = one.LeftOut switch { LeftOut.Group => "group", LeftOut.Chip => "chip generation", _ => "model family" };
            foreach (var (name, summary) in one.ByGroup.Prepend(new("all", one.All)))
            {
                table.Add(what, name.Replace(":", " ", StringComparison.Ordinal), Number.Count(summary.Count), Number.Percent(summary.Coverage), Number.Percent(summary.MeanWidth));
            }
        }

        return table;
    }

    public static Table Worst(ValidationReport report, int count)
    {
        var table = new Table(
            new Column("row"), new Column("what"), new Column("measured", Align.Right), new Column("predicted", Align.Right), new Column("error", Align.Right), new Column("of"));
        foreach (var row in report.Rows.OrderByDescending(row => Math.Abs(row.Error)).ThenBy(row => row.Id, StringComparer.Ordinal).Take(count))
        {
            table.Add(row.Id, row.Metric, Number.Text(row.Measured), Number.Text(row.Predicted), Number.Change(row.Error), GroupNames(row));
        }

        return table;
    }

    private static string GroupNames(ValidationRow row) => string.Join(", ", row.Groups.Select(group => group.Split(':', 2)[^1]).Distinct());

    public static Table Rows(ValidationReport report)
    {
        var table = new Table(
            new Column("id"), new Column("metric"), new Column("group"), new Column("measured"), new Column("predicted"),
            new Column("low"), new Column("high"), new Column("error"), new Column("unit"));
        foreach (var row in report.Rows)
        {
            table.Add(row.Id, row.Metric, row.Group, Number.Raw(row.Measured), Number.Raw(row.Predicted),
                row.Low is { } low ? Number.Raw(low) : "", row.High is { } high ? Number.Raw(high) : "", Number.Raw(row.Error), row.Unit);
        }

        return table;
    }
}
