using Orrery.Cli.Shell;
using Orrery.Cli.Simulate;
using Orrery.Cli.Terminal;
using Orrery.Evidence.Timelines;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Validate;

/// <summary>Played runs for people: each effect over all of them, some one by one, and both predictions against what was measured.</summary>
internal static class TimelineText
{
    public static void Write(Screen screen, TimelineReport report)
    {
        screen.Line(screen.Bold($"{Number.Count(report.Rows.Count)} measured runs played event by event."));
        if (report.Rows.Count == 0)
        {
            return;
        }

        screen.Heading("Effects, in shares of the closed form's step");
        Effects(report).WriteTo(screen, indent: 2);
        if (report.Shown.Count > 0)
        {
            screen.Heading("Some runs, closed form > timeline, in shares of the closed form's step");
            Shown(report).WriteTo(screen, indent: 2);
        }

        screen.Heading("Error against what was measured, runs with stages or context-parallel ranks");
        Errors(report).WriteTo(screen, indent: 2);
    }

    public static Table Effects(TimelineReport report)
    {
        var table = new Table(
            new Column("effect"), new Column("rows", Align.Right), new Column("closed form", Align.Right), new Column("timeline", Align.Right),
            new Column("difference", Align.Right), new Column("nine in ten within", Align.Right), new Column("largest", Align.Right), new Column("of"));
        foreach (var effect in report.Effects())
        {
            table.Add(
                TimelineWords.Of(effect.Effect), Number.Count(effect.Rows), Number.Percent(effect.Closed), Number.Percent(effect.Played), Number.Change(effect.Median),
                Number.Percent(effect.P90), Number.Change(effect.Worst), effect.WorstId);
        }

        return table;
    }

    public static Table Shown(TimelineReport report)
    {
        TimelineEffect[] effects =
        [
            TimelineEffect.Bubble, TimelineEffect.Imbalance, TimelineEffect.PointToPoint, TimelineEffect.ContextExchange, TimelineEffect.DataParallel,
            TimelineEffect.ExpertLoads, TimelineEffect.Jitter,
        ];
        var table = new Table([new Column("run"), new Column("layout"), .. effects.Select(effect => new Column(TimelineWords.Of(effect), Align.Right)), new Column("step", Align.Right)]);
        foreach (var row in report.Shown)
        {
            table.Add(
            [
                $"{row.Id}: {row.Model} on {row.System}", Layout(row.Study),
                .. effects.Select(effect => row.Share(effect) is var (closed, played) && closed == 0 && Math.Abs(played) < 5e-5 ? "-" : $"{Number.Percent(closed)} > {Number.Percent(played)}"),
                Number.Change((row.Study.MeanStep / row.Study.Estimate.Iteration.Value) - 1),
            ]);
        }

        return table;
    }

    public static Table Errors(TimelineReport report)
    {
        var table = new Table(
            new Column("class"), new Column("rows", Align.Right), new Column("closed form, median", Align.Right), new Column("90 %", Align.Right),
            new Column("timeline, median", Align.Right), new Column("90 %", Align.Right));
        foreach (var (name, closed, played) in report.Errors())
        {
            table.Add(name, Number.Count(closed.Count), Number.Percent(closed.MedianApe), Number.Percent(closed.P90Ape), Number.Percent(played.MedianApe), Number.Percent(played.P90Ape));
        }

        return table;
    }

    public static Table Rows(TimelineReport report)
    {
        var effects = Enum.GetValues<TimelineEffect>();
        var table = new Table(
        [
            new Column("id"), new Column("class"), new Column("closed_form_error"), new Column("timeline_error"),
            .. effects.SelectMany(effect => new[] { new Column($"closed_form_{TimelineWords.Key(effect)}"), new Column($"timeline_{TimelineWords.Key(effect)}") }),
        ]);
        foreach (var row in report.Rows)
        {
            table.Add(
            [
                row.Id, row.Class, Number.Raw(row.Closed.Error), Number.Raw(row.Played.Error),
                .. effects.SelectMany(effect => row.Share(effect) is var (closed, played) ? new[] { Number.Raw(closed), Number.Raw(played) } : []),
            ]);
        }

        return table;
    }

    private static string Layout(TimelineStudy study)
    {
        var s = study.Estimate.Strategy;
        var words = new List<string> { $"pp {s.PipelineParallel}" };
        if (s.VirtualStages > 1)
        {
            words.Add($"vp {s.VirtualStages}");
        }

        words.Add($"m {Number.Count(study.Plan.MicroBatches)}");
        if (s.ContextParallel > 1)
        {
            words.Add($"cp {s.ContextParallel}");
        }

        if (s.ExpertParallel > 1)
        {
            words.Add($"ep {s.ExpertParallel}");
        }

        if (s.Schedule != Orrery.Domain.Strategies.PipelineSchedule.OneForwardOneBackward)
        {
            words.Add(Words.Of(Words.Schedules, s.Schedule));
        }

        return string.Join(", ", words);
    }
}
