using System.Text;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>Writes what the serving report says where readers look: its page and the README's table.</summary>
internal static class ServingDocs
{
    private const string Begin = "<!-- serving accuracy: begin (written by ./orrery validate serving --write-docs) -->";
    private const string End = "<!-- serving accuracy: end -->";
    private const int WorstShown = 20;

    public static void Write(string home, ValidationReport report, ResidualTable residuals)
    {
        File.WriteAllText(Path.Combine(home, "docs", "accuracy-serving.md"), Page(report, residuals));
        var readme = Path.Combine(home, "README.md");
        if (File.Exists(readme))
        {
            File.WriteAllText(readme, WithTable(File.ReadAllText(readme), report, residuals));
        }
    }

    private static string Page(ValidationReport report, ResidualTable residuals)
    {
        var complete = ServingTables.Complete(report);
        var page = new StringBuilder()
            .Append("# How far off serving predictions have been\n\n")
            .Append("Written by `./orrery validate serving --write-docs`; do not edit. Each row of `evidence/serving.csv` is one published measurement, predicted from the configuration its source states: requests one by one through the engine's scheduler where they came by concurrency, rate or all at once, in closed form where a batch was fixed or more waited than fit. What a whole source leaves out is taken as `evidence/serving-sources.yaml` says. Complete rows (tier A) state all of model, chips, formats, layout, lengths and load; the engines' parameters were fitted on them, all but those whose source calls them experimental (`./orrery calibrate serving`). \"Left out\" is each group (one model on one chip by one engine in one format) predicted by a fit that has not seen it. Error is predicted over measured, less one.\n\n")
            .Append(AccuracySections.Markdown(ServingTables.ByMetric(report, residuals)));
        page.Append("\nExperimental are runs that InferenceX keeps in a folder of that name (MiniMax-M2.5 and Qwen3.5-397B by vLLM on eight H200): two to seven times slower than that harness's own runs of like models and sizes on like chips, with nothing in their settings that says why. They were not fitted, and they stay in every other table of this page.\n");
        foreach (var dimension in ServingTables.Dimensions)
        {
            page.Append($"\n## Complete rows by {dimension}, median error\n\n").Append(AccuracySections.Markdown(ServingTables.ByGroup(complete, dimension)));
        }

        page.Append("\n## All rows by source, median error\n\n")
            .Append("Of the others (tiers B and C) something important is unsaid, or the measurement holds warm-up, ramp and drain.\n\n")
            .Append(AccuracySections.Markdown(ServingTables.ByGroup(report.Rows, "source")));
        page.Append($"\n## Ran, yet predicted not to fit: {report.Rows.Count(row => row.Fits is false)} quantities\n\n")
            .Append(AccuracySections.Markdown(ValidateText.NotFitting(report)));
        if (report.LeftOutCoverage.Count > 0)
        {
            page.Append("\n## 80 % intervals\n\n")
                .Append("How many measurements the 80 % interval holds when prediction and interval know nothing of what is left out, a group or a whole chip generation (`evidence/serving-residuals.csv`). Width is high over low, less one.\n\n")
                .Append(AccuracySections.Markdown(ValidateText.Coverage(report.LeftOutCoverage)));
        }

        page.Append($"\n## The {WorstShown} worst complete rows\n\n").Append(AccuracySections.Markdown(ValidateText.Worst(report with { Rows = complete }, WorstShown)));
        var reasons = new Table(new Column("what is missing"), new Column("rows", Align.Right));
        foreach (var reason in report.Skipped.GroupBy(row => row.Reason).OrderByDescending(rows => rows.Count()).ThenBy(rows => rows.Key, StringComparer.Ordinal))
        {
            reasons.Add(reason.Key, Number.Count(reason.Count()));
        }

        return page.Append($"\n## Not simulated: {report.Skipped.Count} rows\n\n").Append(AccuracySections.Markdown(reasons)).ToString();
    }

    /// <summary>The README with the short table between its two markers.</summary>
    private static string WithTable(string readme, ValidationReport report, ResidualTable residuals)
    {
        var begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin
            ? throw new InvalidInputException(new Diagnostic(
                Severity.Error, CommandLineCode.Unreadable, "README.md has no place for the serving table", "README.md", Hint: $"add the lines '{Begin}' and '{End}'"))
            : $"{readme[..begin]}{Begin}\n{AccuracySections.Markdown(ServingTables.ByMetric(report, residuals))}{readme[end..]}";
    }
}
