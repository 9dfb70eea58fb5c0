using System.Globalization;
using System.Text;
using Orrery.Evidence.Timelines;

namespace Orrery.Cli.Validate;

/// <summary>The section of the accuracy page on what the event simulation says.</summary>
internal static class TimelineDocs
{
    public static string Section(TimelineReport report) => new StringBuilder()
        .Append("## What the event simulation says of effects that rows cannot decide\n\n")
        .Append(CultureInfo.InvariantCulture, $"Written by `./orrery validate timeline --write-docs`, which plays every measured run that can be simulated ({report.Rows.Count:#,0} of them) event by event with the op times of the closed form, each also {report.Iterations} times with uneven ranks (`./orrery simulate train` does so for one). Bubble, uneven stages, hand-overs, context parallelism and jitter take a few per cent of a step each, so that measured rows, which differ from themselves by as much, do not tell a right form from a wrong one: these forms stand on definitions and on this comparison. Each effect is what a step loses when it goes away, in shares of the closed form's step. Op times are shared, with what was fitted in them; nothing was fitted to the timeline.\n\n")
        .Append("Medians over the rows in which an effect makes a ten-thousandth of a step; \"difference\" is timeline less closed form:\n\n")
        .Append(AccuracySections.Markdown(TimelineText.Effects(report)))
        .Append("\nWhy they differ, each held by a test of `tests/Orrery.Simulation.Tests/Timeline`:\n\n")
        .Append("- **Bubble.** 1F1B and interleaved agree to rounding. Zero-bubble's is (pp - 1)(F + B - W) and DualPipe's (pp/2 - 1)(F&B + B - 3W): the closed form's third and two thirds are these where F, B and W are as long as each other. Attention, recompute and exchanges have no weight gradients, so W is shorter, and more of the bubble stays.\n")
        .Append("- **Uneven stages.** Where micro-batches are many, m (slowest - mean) in both. Where they are as few as the stages, part of a longer stage's time fits into the bubble. Under DualPipe the head counts for half of the micro-batches on each of two ranks.\n")
        .Append("- **Hand-overs.** 1F1B waits for one each way in every micro-batch, overlapped or not, unless a longer stage gives it the time; interleaving waits only while it fills and drains. The closed form shows one fitted share for all schedules.\n")
        .Append("- **Context parallelism.** The first of cp steps of a ring has its keys already, and (cp - 1) / cp of attention hides what travels: half of it at cp 2. The closed form hides up to 0.9 whatever cp is, and adds an assumed share that always shows, which the ring does not have; contention for memory and cores, which that share may stand for, is not played.\n")
        .Append("- **Jitter.** Slow-downs of ranks are exponential, with the closed form's growth for ranks that all meet in every layer. Pipelines that meet only at the end of a step, and stages that another stage holds up anyhow, pay less for them.\n")
        .Append("- **Expert loads.** The closed form balances them; even tokens routed independently leave the fullest rank of each layer somewhat above the mean. Real routing is more uneven (`--expert-spread`).\n")
        .Append("\nPublished configurations, closed form > timeline, in shares of the closed form's step (`evidence/timeline-rows.csv`):\n\n")
        .Append(AccuracySections.Markdown(TimelineText.Shown(report)))
        .Append("\nBoth predictions against what was measured, rows with more than one stage or with context-parallel ranks. What is fitted in op times was fitted on these rows with the closed form, which has the advantage of it:\n\n")
        .Append(AccuracySections.Markdown(TimelineText.Errors(report)))
        .ToString();
}
