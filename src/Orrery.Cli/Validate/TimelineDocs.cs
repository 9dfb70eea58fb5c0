using System.Globalization;
using System.Text;
using Orrery.Evidence.Timelines;

namespace Orrery.Cli.Validate;

/// <summary>The section of the accuracy page on what the event simulation says.</summary>
internal static class TimelineDocs
{
    public static string Section(TimelineReport report) => new StringBuilder()
        .Append("## What the event simulation says of effects that rows cannot decide\n\n")
        .Append(CultureInfo.InvariantCulture, $"Written by `./orrery validate timeline --write-docs`, which plays every measured run that can be simulated ({report.Rows.Count:#,0} of them) event by event with the op times of the closed form, each also {report.Iterations} times with uneven ranks (`./orrery simulate train` does so for one). Bubble, uneven stages, hand-overs, context parallelism and jitter take a few per cent of a step each, so that measured rows, which differ from themselves by as much, do not tell a right form from a wrong one: these forms stand on definitions and on this comparison. Each effect is what a step loses when it goes away, in shares of the closed form's step. No parameter of the timeline was fitted.\n\n")
        .Append("Medians over the rows in which an effect makes a ten-thousandth of a step; \"difference\" is timeline less closed form:\n\n")
        .Append(AccuracySections.Markdown(TimelineText.Effects(report)))
        .Append("\nPublished configurations, closed form > timeline, in shares of the closed form's step (`evidence/timeline-rows.csv`):\n\n")
        .Append(AccuracySections.Markdown(TimelineText.Shown(report)))
        .Append("\nBoth predictions against what was measured, rows with more than one stage or with context-parallel ranks. The closed form was fitted on these rows, the timeline was not:\n\n")
        .Append(AccuracySections.Markdown(TimelineText.Errors(report)))
        .ToString();
}
