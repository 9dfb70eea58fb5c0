using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence;
using Orrery.Evidence.Ablation;

namespace Orrery.Cli.Calibrate;

/// <summary><c>orrery calibrate ablation</c>: each effect of the step left out in turn, as it is and with everything else fitted anew.</summary>
internal static class AblationCommand
{
    public static Command Create()
    {
        var write = new Option<bool>("--write-docs") { Description = "Also write its section of docs/accuracy.md" };
        return new Command("ablation", "What each effect of a training step is worth: errors without it, before and after a new fit (about a minute)") { write }.Answers(
            parsed =>
            {
                var report = TrainingAblation.Run(
                    OrreryCatalog.Open(Tool.CatalogFolder), Tool.Evidence("training-fit.yaml"), Tool.Evidence("training.csv"), Tool.Evidence("training-sources.yaml"), Progress.Watch("fitting"));
                if (parsed.GetValue(write))
                {
                    AblationDocs.Write(Tool.Home, report);
                }

                return Answer(report);
            },
            hasTable: true);
    }

    private static Answer Answer(AblationReport report) => new()
    {
        Schema = "orrery.calibrate.ablation/1",
        Text = screen => Show(screen, report),
        Inputs = () => [],
        Result = () => new JsonObject
        {
            ["before"] = Errors(report.Before),
            ["effects"] = Json.Array(report.Effects, effect => new JsonObject
            {
                ["effect"] = effect.Name,
                ["how"] = effect.How,
                ["verdict"] = AblationTables.Word(report.Verdict(effect)),
                ["standard_errors"] = Json.Of(effect.StandardErrors),
                ["dropped"] = Errors(effect.Dropped),
                ["refitted"] = Errors(effect.Refitted),
            }),
        },
        Csv = () => AblationTables.Rows(report),
    };

    private static void Show(Screen screen, AblationReport report)
    {
        var groups = report.Effects.GroupBy(report.Verdict).ToDictionary(group => group.Key, group => group.Count());
        screen.Line(screen.Bold(
            $"Of {report.Effects.Count} effects, {groups.GetValueOrDefault(AblationVerdict.Needed)} are needed, {groups.GetValueOrDefault(AblationVerdict.FewGroups)} show in too few groups of rows, {groups.GetValueOrDefault(AblationVerdict.Undecided)} the rows cannot decide, {groups.GetValueOrDefault(AblationVerdict.BetterWithout)} they speak against."));
        screen.Heading("Median error without it, and after a new fit");
        AblationTables.Of(report, errors => errors.MedianApe).WriteTo(screen, indent: 2);
        screen.Heading("90 % error without it, and after a new fit");
        AblationTables.Of(report, errors => errors.P90Ape).WriteTo(screen, indent: 2);
    }

    private static JsonObject Errors(AblationErrors errors)
    {
        var classes = new JsonObject();
        foreach (var name in errors.ByClass.Keys.Append(AblationErrors.All))
        {
            classes[name] = new JsonObject
            {
                ["n"] = errors[name].Count,
                ["median_ape"] = Json.Of(errors[name].MedianApe),
                ["mean_ape"] = Json.Of(errors[name].MeanApe),
                ["p90_ape"] = Json.Of(errors[name].P90Ape),
            };
        }

        return classes;
    }
}
