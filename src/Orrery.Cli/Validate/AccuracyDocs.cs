using System.Text;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>Writes what the report says where readers look: the accuracy page, its plot, the README's table and the figures compare quotes.</summary>
internal static class AccuracyDocs
{
    private const string Begin = "<!-- accuracy: begin (written by ./orrery validate training --write-docs) -->";
    private const string End = "<!-- accuracy: end -->";
    private const int WorstShown = 20;

    public static void Write(string home, ValidationReport report)
    {
        var docs = Directory.CreateDirectory(Path.Combine(home, "docs")).FullName;
        File.WriteAllText(Path.Combine(docs, "accuracy.md"), Page(report));
        File.WriteAllText(Path.Combine(docs, "accuracy.svg"), AccuracyPlot.Svg(report));
        File.WriteAllText(Path.Combine(home, "evidence", TrackRecord.FileName), Record(report).ToCsv());

        var readme = Path.Combine(home, "README.md");
        if (File.Exists(readme))
        {
            File.WriteAllText(readme, WithTable(File.ReadAllText(readme), report));
        }
    }

    /// <summary>The accuracy page: every group, the worst rows, and what was left out and why.</summary>
    public static string Page(ValidationReport report)
    {
        var page = new StringBuilder();
        page.Append("# How far off predictions have been\n\n")
            .Append("Written by `./orrery validate training --write-docs`; do not edit. Each row of `evidence/training.csv` is one published result, predicted from the configuration its source states; lesser settings that a whole source leaves out are taken as `evidence/training-sources.yaml` says. The software stacks were fitted on these same rows: `./orrery calibrate training` prints the larger errors of groups left out of the fit. Error is predicted over measured, less one; \"90 %\" is the error that nine rows in ten stay under; bias is the median signed error.\n\n")
            .Append(Sentence(report)).Append("\n\n![Predicted against measured, log-log](accuracy.svg)\n");
        foreach (var (dimension, groups) in ValidateText.ByDimension(report))
        {
            page.Append($"\n## By {dimension}\n\n").Append(GroupTable(dimension, groups));
        }

        if (report is { LeftOut: { } leftOut, Again: { } again })
        {
            page.Append(LeftOutDocs.Section(leftOut, again));
        }

        page.Append($"\n## Ran, yet predicted not to fit: {report.Rows.Count(row => row.Fits is false)} rows\n\n")
            .Append("Every row ran, so each of these is an error of the memory prediction, or of what the row leaves unsaid (recompute, offload).\n\n")
            .Append(Markdown(ValidateText.NotFitting(report)))
            .Append("\nOne by one, with what they are predicted to take of the fullest chip's memory (or of its part of the host's):\n\n")
            .Append(Markdown(ValidateText.TooLarge(report)));

        if (report.LeftOutCoverage.Count > 0)
        {
            page.Append("\n## 80 % intervals\n\n")
                .Append("How many measurements the 80 % interval holds when prediction and interval know nothing of what is left out: the fit has not seen it, and the interval is made of the residuals (`evidence/residuals.csv`) of all else. Left out is a group (one model on one chip generation from one source; five parts), a whole chip generation, or a part of the model families (five parts). Width is high over low, less one. Ranges of catalog values, which only add to it, are not counted here.\n\n")
                .Append(Markdown(ValidateText.Coverage(report.LeftOutCoverage)));
        }

        page.Append($"\n## The {WorstShown} worst rows\n\n").Append(Markdown(ValidateText.Worst(report, WorstShown)));
        if (report.Skipped.Count > 0)
        {
            var reasons = new Table(new Column("what its source does not state"), new Column("rows", Align.Right));
            foreach (var reason in report.Skipped.GroupBy(row => row.Reason).OrderByDescending(rows => rows.Count()).ThenBy(rows => rows.Key, StringComparer.Ordinal))
            {
                reasons.Add(reason.Key, Number.Count(reason.Count()));
            }

            page.Append($"\n## Not simulated: {report.Skipped.Count} rows\n\n").Append(Markdown(reasons));
        }

        return page.ToString();
    }

    /// <summary>The README with the short table between its two markers.</summary>
    public static string WithTable(string readme, ValidationReport report)
    {
        var begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidInputException(new Diagnostic(
                Severity.Error, CommandLineCode.Unreadable, "README.md has no place for the accuracy table", "README.md", Hint: $"add the lines '{Begin}' and '{End}'"));
        }

        var chosen = ValidateText.ByDimension(report).FirstOrDefault(entry => entry.Dimension is "class");
        var table = chosen.Groups is null ? "" : GroupTable(chosen.Dimension, chosen.Groups);
        return $"{readme[..begin]}{Begin}\n{Sentence(report)}\n\n{table}{readme[end..]}";
    }

    public static TrackRecord Record(ValidationReport report) => new(
    [
        .. report.ByGroup.Where(entry => entry.Value.Count > 0).Select(entry =>
            new TrackRecordEntry(entry.Key, entry.Value.Count, entry.Value.MedianApe, entry.Value.P90Ape)),
    ]);

    private static string Sentence(ValidationReport report)
    {
        var s = report.Summary;
        return $"Median absolute error **{Number.Percent(s.MedianApe)}** over {Number.Count(s.Count)} published training results; nine in ten within {Number.Percent(s.P90Ape)}, {Number.Percent(s.Within10)} of rows within 10 %."
            + string.Concat(report.LeftOutCoverage.Take(1).Select(groups => $" The 80 % interval holds {Number.Percent(groups.All.Coverage)} of the results when their group is left out of fit and interval."));
    }

    private static string GroupTable(string dimension, IReadOnlyList<(string Group, ErrorSummary Errors)> groups)
    {
        var table = new Table(
            new Column(dimension), new Column("rows", Align.Right), new Column("median error", Align.Right), new Column("90 %", Align.Right),
            new Column("within 10 %", Align.Right), new Column("bias", Align.Right));
        foreach (var (group, errors) in groups)
        {
            table.Add(group, Number.Count(errors.Count), Number.Percent(errors.MedianApe), Number.Percent(errors.P90Ape),
                Number.Percent(errors.Within10), Number.Change(errors.MedianBias));
        }

        return Markdown(table);
    }

    private static string Markdown(Table table)
    {
        var text = new StringWriter { NewLine = "\n" };
        table.WriteMarkdown(text);
        return text.ToString();
    }
}
