using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>The serving report for people: each quantity's error on complete rows first, then by engine, chip and the rest.</summary>
internal static class ServingText
{
    public static void Write(Screen screen, ValidationReport report, ResidualTable residuals)
    {
        var complete = ServingTables.Complete(report);
        screen.Line(screen.Bold(complete.Count == 0
            ? "No complete row could be simulated."
            : "Median absolute error on complete rows: " + string.Join(", ", new[] { (ServingGroup.Ttft, "TTFT"), (ServingGroup.Tpot, "TPOT"), (ServingGroup.Throughput, "throughput") }
                .Select(one => (Name: one.Item2, Errors: ErrorSummary.Of(complete.Where(row => row.Metric == one.Item1))))
                .Where(one => one.Errors.Count > 0).Select(one => $"{one.Name} {Number.Percent(one.Errors.MedianApe)}")) + "."));
        screen.Heading("By quantity");
        ServingTables.ByMetric(report, residuals).WriteTo(screen, indent: 2);
        foreach (var dimension in ServingTables.Dimensions)
        {
            screen.Heading($"By {dimension}, median error of complete rows");
            ServingTables.ByGroup(complete, dimension).WriteTo(screen, indent: 2);
        }

        ValidateText.Rest(screen, report);
    }
}
