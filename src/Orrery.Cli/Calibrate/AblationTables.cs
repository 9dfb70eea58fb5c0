using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Evidence;
using Orrery.Evidence.Ablation;

namespace Orrery.Cli.Calibrate;

/// <summary>The ablation as tables.</summary>
internal static class AblationTables
{
    /// <summary>One row an effect: one error by class, dropped and refitted, in per cent.</summary>
    public static Table Of(AblationReport report, Func<ErrorSummary, double> measure)
    {
        string[] classes = [.. report.Before.ByClass.Keys, AblationErrors.All];
        var table = new Table([new Column("left out"), .. classes.Select(name => new Column(name, Align.Right)), new Column("standard errors", Align.Right), new Column("the rows say")]);
        table.Add(["nothing", .. classes.Select(name => Figure(measure(report.Before[name]))), "", ""]);
        foreach (var effect in report.Effects)
        {
            table.Add(
            [
                effect.Name,
                .. classes.Select(name => $"{Figure(measure(effect.Dropped[name]))}, {Figure(measure(effect.Refitted[name]))}"),
                effect.StandardErrors.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture),
                Word(report.Verdict(effect)),
            ]);
        }

        return table;
    }

    public static Table Rows(AblationReport report)
    {
        var table = new Table(
            new Column("effect"), new Column("class"), new Column("n"), new Column("median_before"), new Column("median_dropped"), new Column("median_refitted"),
            new Column("p90_before"), new Column("p90_dropped"), new Column("p90_refitted"), new Column("standard_errors"), new Column("verdict"));
        foreach (var effect in report.Effects)
        {
            foreach (var name in report.Before.ByClass.Keys.Append(AblationErrors.All))
            {
                var (before, dropped, refitted) = (report.Before[name], effect.Dropped[name], effect.Refitted[name]);
                table.Add(
                    effect.Name, name, Number.Count(before.Count), Number.Raw(before.MedianApe), Number.Raw(dropped.MedianApe), Number.Raw(refitted.MedianApe),
                    Number.Raw(before.P90Ape), Number.Raw(dropped.P90Ape), Number.Raw(refitted.P90Ape), Number.Raw(effect.StandardErrors), Word(report.Verdict(effect)));
            }
        }

        return table;
    }

    public static string Word(AblationVerdict verdict) => verdict switch
    {
        AblationVerdict.Needed => "needed",
        AblationVerdict.FewGroups => "few groups",
        AblationVerdict.Undecided => "undecided",
        _ => "better without",
    };

    private static string Figure(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);
}
