using System.Text;
using Orrery.Cli.Terminal;
using Orrery.Cli.Validate;
using Orrery.Evidence.Ablation;

namespace Orrery.Cli.Calibrate;

/// <summary>The ablation's section of the accuracy page.</summary>
internal static class AblationDocs
{
    public static void Write(string home, AblationReport report) => AccuracySections.Write(home, AccuracySections.Ablation, Section(report));

    public static string Section(AblationReport report)
    {
        string Named(AblationVerdict verdict) =>
            report.Effects.Where(effect => report.Verdict(effect) == verdict).Select(effect => effect.Name).ToList() is { Count: > 0 } names ? string.Join(", ", names) : "none";
        var section = new StringBuilder();
        section.Append("## What each effect is worth\n\n")
            .Append(System.Globalization.CultureInfo.InvariantCulture, $"Written by `./orrery calibrate ablation --write-docs`. One effect of the step formula left out at a time: its stack parameters set to where they say nothing, or its part taken off the step. In each cell the error with everything else as it was, then with everything else fitted anew, in per cent, on the rows of the fit. \"Standard errors\": how far the fit's loss over all rows lies above that with the effect once everything else is fitted anew, one model on one chip generation from one source counting as one observation. Above {AblatedEffect.Room} the rows need the effect. \"Few groups\": within {AblatedEffect.Room}, but some class's mean error rises by more than {AblationReport.Notable * 100} points: it shows, in too few groups to be sure. \"Undecided\": what is left makes up for it and the rows cannot decide; the effect stands on physics alone.\n\n")
            .Append($"Shown by few groups: {Named(AblationVerdict.FewGroups)}. Undecided: {Named(AblationVerdict.Undecided)}. Predicted better without: {Named(AblationVerdict.BetterWithout)}.\n\n")
            .Append("### Median error\n\n").Append(AccuracySections.Markdown(AblationTables.Of(report, errors => errors.MedianApe)))
            .Append("\n### Error that nine rows in ten stay under\n\n").Append(AccuracySections.Markdown(AblationTables.Of(report, errors => errors.P90Ape)))
            .Append("\n### How each is left out\n\n");
        var how = new Table(new Column("left out"), new Column("how"));
        foreach (var effect in report.Effects)
        {
            how.Add(effect.Name, effect.How);
        }

        return section.Append(AccuracySections.Markdown(how)).ToString();
    }
}
