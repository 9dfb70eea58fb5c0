using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>The report for programs; errors are shares, 0.05 for 5 %.</summary>
internal static class ValidateJson
{
    public static JsonObject Result(ValidationReport report)
    {
        var summary = Summary(report.Summary);
        var groups = new JsonObject();
        foreach (var (name, errors) in report.ByGroup)
        {
            groups[name] = Summary(errors);
        }

        summary["by_group"] = groups;
        if (report.Rows.Any(row => row.Fits is not null))
        {
            var not = new JsonObject();
            foreach (var rows in report.Rows.GroupBy(row => row.Group).OrderBy(rows => rows.Key, StringComparer.Ordinal))
            {
                not[rows.Key] = rows.Count(row => row.Fits is false);
            }

            summary["ran_not_fitting"] = new JsonObject { ["n"] = report.Rows.Count(row => row.Fits is false), ["by_group"] = not };
        }

        return new JsonObject
        {
            ["rows"] = Json.Array(report.Rows, row => Bounded(row, new JsonObject
            {
                ["id"] = row.Id,
                ["metric"] = row.Metric,
                ["group"] = row.Group,
                ["measured"] = Json.Of(row.Measured),
                ["predicted"] = Json.Of(row.Predicted),
                ["low"] = Json.Of(row.Low),
                ["high"] = Json.Of(row.High),
                ["error"] = Json.Of(row.Error),
                ["unit"] = row.Unit,
                ["fits"] = row.Fits,
                ["memory_share"] = Json.Of(row.MemoryShare),
            })),
            ["skipped"] = Json.Array(report.Skipped, row => new JsonObject { ["id"] = row.Id, ["reason"] = row.Reason }),
            ["summary"] = summary,
            ["left_out_intervals"] = Json.Array(report.LeftOutCoverage, LeftOut),
        };
    }

    /// <summary>A row that states a bound says so; its error is 0 where the prediction keeps to it.</summary>
    private static JsonObject Bounded(ValidationRow row, JsonObject node)
    {
        if (row.Bounds is var (low, high))
        {
            node["measured_low"] = Json.Of(low);
            node["measured_high"] = Json.Of(high);
        }

        return node;
    }

    /// <summary>Coverage of the shipped intervals on what was left out of fit and interval.</summary>
    private static JsonObject LeftOut(IntervalCoverage coverage)
    {
        var groups = new JsonObject();
        foreach (var (name, summary) in coverage.ByGroup)
        {
            groups[name] = Coverage(summary);
        }

        var node = Coverage(coverage.All);
        node["left_out"] = coverage.LeftOut.ToString().ToLowerInvariant();
        node["by_group"] = groups;
        return node;
    }

    private static JsonObject Coverage(CoverageSummary summary) => new()
    {
        ["n"] = summary.Count,
        ["coverage"] = Json.Of(summary.Coverage),
        ["mean_width"] = Json.Of(summary.MeanWidth),
    };

    private static JsonObject Summary(ErrorSummary errors) => new()
    {
        ["n"] = errors.Count,
        ["median_ape"] = Json.Of(errors.MedianApe),
        ["mean_ape"] = Json.Of(errors.MeanApe),
        ["p90_ape"] = Json.Of(errors.P90Ape),
        ["within_10"] = Json.Of(errors.Within10),
        ["within_20"] = Json.Of(errors.Within20),
        ["median_bias"] = Json.Of(errors.MedianBias),
        ["within_interval"] = Json.Of(errors.WithinInterval),
    };
}
