using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;
using Orrery.Evidence.Serving.Fit;

namespace Orrery.Cli.Calibrate;

/// <summary><c>orrery calibrate serving</c>: fits the serving engines to the measured rows and judges the fit on groups left out.</summary>
internal static class CalibrateServingCommand
{
    private const int MostFolds = 20;
    private const int UsualFolds = 5;

    public static Command Create()
    {
        var folds = Choice.Whole(
            "--folds", "Parts that the groups (one model on one chip by one engine) are dealt into; each is judged by a fit on the others. 0 leaves that out (default 5)",
            least: 0, most: MostFolds);
        var write = new Option<bool>("--write") { Description = "Also write the fitted values to catalog/engines and, with the usual folds, the residuals of what was left out to evidence/serving-residuals.csv" };
        return new Command("serving", "The serving engines, to measured runs (some minutes)") { folds, write }.Answers(
            parsed =>
            {
                var parts = parsed.GetValue(folds) ?? UsualFolds;
                if (parts == 1)
                {
                    throw BadInput.Because(CommandLineCode.BadValue, $"--folds is 1, expected 0 or 2 to {MostFolds}");
                }

                var outcome = ServingCalibration.Run(
                    OrreryCatalog.Open(Tool.CatalogFolder), Tool.Evidence("serving-fit.yaml"), Tool.Evidence("serving.csv"), Tool.Evidence("serving-sources.yaml"), parts);
                if (parsed.GetValue(write))
                {
                    Write(outcome, parts == UsualFolds);
                }

                return Answer(outcome, parts);
            },
            hasTable: true);
    }

    private static void Write(ServingCalibration.Outcome outcome, bool withResiduals)
    {
        var files = outcome.Files.ToDictionary(file => Path.Combine(Tool.CatalogFolder, "engines", file.Key + ".yaml"), file => file.Value);
        if (withResiduals)
        {
            files[Tool.Evidence(ServingGroup.FileName)] = outcome.Residuals.ToCsv();
        }

        OutputFile.ReplaceAll(files);
    }

    private static Answer Answer(ServingCalibration.Outcome outcome, int folds) => new()
    {
        Schema = "orrery.calibrate.serving/1",
        Text = screen => Show(screen, outcome),
        Inputs = () => new JsonObject { ["folds"] = folds },
        Result = () => new JsonObject
        {
            ["fitted"] = Errors(outcome.Fitted),
            ["left_out"] = Errors(outcome.LeftOut),
            ["parameters"] = Json.Array(outcome.Parameters, Parameter),
        },
        Csv = () => Parameters(outcome),
    };

    private static void Show(Screen screen, ServingCalibration.Outcome outcome)
    {
        screen.Heading("Errors");
        var errors = new Table(
            new Column("rows"), new Column("number", Align.Right), new Column("median", Align.Right), new Column("mean", Align.Right), new Column("90 %", Align.Right));
        foreach (var (name, rows) in new[] { ("fitted", outcome.Fitted), ("left out", outcome.LeftOut) })
        {
            foreach (var group in rows.GroupBy(row => row.Metric).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var one = ErrorSummary.Of(group.Select(row => new ValidationRow(row.Id, "", "", 1, 1 + row.Error, [])));
                errors.Add($"{name}: {group.Key}", Number.Count(one.Count), Number.Percent(one.MedianApe), Number.Percent(one.MeanApe), Number.Percent(one.P90Ape));
            }
        }

        errors.WriteTo(screen, indent: 2);
        screen.Heading("Parameters");
        Parameters(outcome).WriteTo(screen, indent: 2);
        screen.Line("  A posterior spread near the prior's says that the rows do not decide the parameter.");
    }

    private static Table Parameters(ServingCalibration.Outcome outcome)
    {
        var table = new Table(
            new Column("engine"), new Column("parameter"), new Column("value", Align.Right), new Column("prior", Align.Right),
            new Column("spread", Align.Right), new Column("prior spread", Align.Right));
        foreach (var p in outcome.Parameters)
        {
            table.Add(
                p.Engine, p.Name, p.Value.ToString("G4", CultureInfo.InvariantCulture), p.Prior.ToString("G4", CultureInfo.InvariantCulture),
                Number.Percent(p.Deviation), Number.Percent(p.PriorDeviation));
        }

        return table;
    }

    private static JsonArray Errors(IEnumerable<ServingCalibration.CaseError> rows) => Json.Array(rows.ToList(), row => new JsonObject
    {
        ["id"] = row.Id, ["metric"] = row.Metric, ["group"] = row.Group, ["error"] = Json.Of(row.Error),
    });

    private static JsonObject Parameter(ServingCalibration.FittedParameter p) => new()
    {
        ["engine"] = p.Engine,
        ["name"] = p.Name,
        ["value"] = p.Value,
        ["prior"] = p.Prior,
        ["spread"] = p.Deviation,
        ["prior_spread"] = p.PriorDeviation,
    };
}
