using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;
using Orrery.Evidence.Serving;

namespace Orrery.Cli.Validate;

/// <summary>Serving errors by quantity: a row of the table for each group, columns for each of time to first token, time per token, throughput.</summary>
internal static class ServingTables
{
    /// <summary>The tier whose rows state all that a simulation needs and an unambiguous quantity.</summary>
    public const string CompleteTier = "tier:A";

    /// <summary>What a reader asks by, and what it is called.</summary>
    public static IReadOnlyList<string> Dimensions { get; } = ["engine", "chip", "family", "weights", "load", "source"];

    private static readonly (string Metric, string Name)[] Metrics =
    [
        (ServingGroup.Ttft, "TTFT"),
        (ServingGroup.Tpot, "TPOT"),
        (ServingGroup.Throughput, "tokens/s"),
    ];

    public static IReadOnlyList<ValidationRow> Complete(ValidationReport report) => [.. report.Rows.Where(row => row.Group == CompleteTier)];

    /// <summary>Error of each quantity: of complete rows, of those left out of the fit, and of all.</summary>
    public static Table ByMetric(ValidationReport report, ResidualTable residuals)
    {
        var table = new Table(
            new Column("rows"), new Column("quantity"), new Column("number", Align.Right), new Column("median error", Align.Right), new Column("90 %", Align.Right),
            new Column("within 10 %", Align.Right), new Column("bias", Align.Right));
        foreach (var (what, rows) in new[]
        {
            ("complete", Complete(report)), ("of them not experimental", [.. Complete(report).Where(row => !row.Groups.Contains(ServingValidation.Experimental))]),
            ("left out of the fit", LeftOutRows(residuals)), ("all", report.Rows),
        })
        {
            foreach (var (metric, name) in Metrics)
            {
                var errors = ErrorSummary.Of(rows.Where(row => row.Metric == metric));
                if (errors.Count > 0)
                {
                    table.Add(what, name, Number.Count(errors.Count), Number.Percent(errors.MedianApe), Number.Percent(errors.P90Ape),
                        Number.Percent(errors.Within10), Number.Change(errors.MedianBias));
                }
            }
        }

        return table;
    }

    /// <summary>Median error of each quantity by group.</summary>
    public static Table ByGroup(IReadOnlyList<ValidationRow> rows, string dimension)
    {
        var table = new Table([new Column(dimension), .. Metrics.SelectMany(one => new[] { new Column(one.Name, Align.Right), new Column("rows", Align.Right) })]);
        foreach (var group in rows.GroupBy(row => Name(row, dimension)).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var cells = Metrics.Select(one => ErrorSummary.Of(group.Where(row => row.Metric == one.Metric))).SelectMany(errors => errors.Count == 0
                ? new[] { "-", "" }
                : [Number.Percent(errors.MedianApe), Number.Count(errors.Count)]);
            table.Add([group.Key, .. cells]);
        }

        return table;
    }

    /// <summary>The name after "dimension:", without the quantity at its end.</summary>
    private static string Name(ValidationRow row, string dimension)
    {
        var group = row.Groups.FirstOrDefault(one => one.StartsWith(dimension + ":", StringComparison.Ordinal)) ?? "";
        var name = group[(group.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return name.EndsWith(row.Metric, StringComparison.Ordinal) ? name[..^(row.Metric.Length + 1)] : name;
    }

    private static IReadOnlyList<ValidationRow> LeftOutRows(ResidualTable residuals) =>
    [
        .. residuals.Residuals.Where(one => one.LeftOut == LeftOut.Group)
            .Select(one => new ValidationRow(one.Id, ServingGroup.MetricOf(one.Class), "", 1, 1 + ServingGroup.Error(one), [])),
    ];
}
