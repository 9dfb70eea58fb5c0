using Orrery.Simulation.Timeline;

namespace Orrery.Evidence.Timelines;

/// <summary>Measured runs played event by event, beside the closed form.</summary>
/// <param name="Shown">Those that a reader is shown one by one.</param>
/// <param name="Iterations">Steps with uneven ranks that each was played.</param>
public sealed record TimelineReport(IReadOnlyList<TimelineRow> Rows, IReadOnlyList<SkippedRow> Skipped, IReadOnlyList<TimelineRow> Shown, int Iterations)
{
    /// <summary>Both predictions against what was measured, by class and over all: those rows alone that have more than one stage or context-parallel ranks.</summary>
    public IEnumerable<(string Class, ErrorSummary Closed, ErrorSummary Played)> Errors()
    {
        var judged = Rows.Where(row => row.IsParallel).ToList();
        var classes = judged.GroupBy(row => row.Class).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (Name: group.Key, Rows: group.ToList()));
        foreach (var group in classes.Append((Name: "all", Rows: judged)))
        {
            yield return (group.Name, ErrorSummary.Of(group.Rows.Select(row => row.Closed)), ErrorSummary.Of(group.Rows.Select(row => row.Played)));
        }
    }

    /// <summary>Each effect over the rows that have it.</summary>
    public IEnumerable<EffectSpread> Effects() => Enum.GetValues<TimelineEffect>().Select(effect => EffectSpread.Of(effect, Rows)).Where(spread => spread.Rows > 0);
}

/// <summary>One measured run.</summary>
/// <param name="Class">"dense", "moe", "fsdp" or "tpu".</param>
/// <param name="Closed">What was measured beside the closed form.</param>
/// <param name="Played">The same beside the timeline's mean step.</param>
public sealed record TimelineRow(string Class, string Model, string System, TimelineStudy Study, ValidationRow Closed, ValidationRow Played)
{
    public string Id => Closed.Id;

    public bool IsParallel => Study.Plan.Stages > 1 || Study.Estimate.Strategy.ContextParallel > 1;

    /// <summary>One effect in shares of the closed form's step.</summary>
    public (double Closed, double Played) Share(TimelineEffect effect)
    {
        var step = Study.Estimate.Iteration.Value;
        var time = Study.Effects.First(one => one.Effect == effect);
        return (time.Closed / step, time.Played / step);
    }
}

/// <summary>An effect in shares of a step over the rows in which either makes it a ten-thousandth of a step or more.</summary>
/// <param name="Closed">Median share in the closed form.</param>
/// <param name="Played">Median share in the timeline.</param>
/// <param name="Median">Median of played less closed.</param>
/// <param name="P90">What nine in ten differences stay under, either way.</param>
public sealed record EffectSpread(TimelineEffect Effect, int Rows, double Closed, double Played, double Median, double P90, string WorstId, double Worst)
{
    private const double Least = 1e-4;

    public static EffectSpread Of(TimelineEffect effect, IReadOnlyList<TimelineRow> rows)
    {
        var shares = rows.Select(row => (row.Id, Share: row.Share(effect))).Where(row => Math.Max(Math.Abs(row.Share.Closed), Math.Abs(row.Share.Played)) >= Least).ToList();
        if (shares.Count == 0)
        {
            return new EffectSpread(effect, 0, 0, 0, 0, 0, "", 0);
        }

        double Difference((string Id, (double Closed, double Played) Share) row) => row.Share.Played - row.Share.Closed;
        double Quantile(IEnumerable<double> values, double share) => StepSpread.Quantile([.. values], share);
        var worst = shares.MaxBy(row => Math.Abs(Difference(row)));
        return new EffectSpread(
            effect, shares.Count, Quantile(shares.Select(row => row.Share.Closed), 0.5), Quantile(shares.Select(row => row.Share.Played), 0.5),
            Quantile(shares.Select(Difference), 0.5), Quantile(shares.Select(row => Math.Abs(Difference(row))), 0.9), worst.Id, Difference(worst));
    }
}
