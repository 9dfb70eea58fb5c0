using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;
using Orrery.Evidence.Calibration;

namespace Orrery.Cli.Calibrate;

/// <summary><c>orrery calibrate training</c>: fits the software stacks to the measured rows and judges the fit on groups left out.</summary>
internal static class CalibrateCommand
{
    private const int MostFolds = 20;

    private const int UsualFolds = 5;

    public static Command Create() => new("calibrate", "Fit the few shared parameters to measurements, and judge the fit on groups left out")
    {
        Training(),
        CalibrateServingCommand.Create(),
        AblationCommand.Create(),
    };

    private static Command Training()
    {
        var folds = Choice.Whole(
            "--folds", "Parts that the groups (one model on one chip generation from one source) are dealt into; each is judged by a fit on the others. 0 leaves that out (default 5)",
            least: 0, most: MostFolds);
        var write = new Option<bool>("--write") { Description = "Also write the fitted values to catalog/software and, with the usual folds, the residuals of what was left out to evidence/residuals.csv" };
        return new Command("training", "The software stacks, to training steps") { folds, write }.Answers(
            parsed =>
            {
                var parts = parsed.GetValue(folds) ?? UsualFolds;
                if (parts == 1)
                {
                    throw BadInput.Because(CommandLineCode.BadValue, $"--folds is 1, expected 0 or 2 to {MostFolds}");
                }

                var outcome = TrainingCalibration.Run(
                    OrreryCatalog.Open(Tool.CatalogFolder), Evidence("training-fit.yaml"), Evidence("training.csv"), Evidence("training-sources.yaml"), parts);
                if (parsed.GetValue(write))
                {
                    Write(outcome, parts == UsualFolds);
                }

                return Answer(outcome, parts);
            },
            hasTable: true);
    }

    private static string Evidence(string file) => Path.Combine(Tool.EvidenceFolder, file);

    /// <summary>All files beside their places first, then all moved there: an interrupt leaves the old ones or the new ones.</summary>
    private static void Write(TrainingCalibration.Outcome outcome, bool withResiduals)
    {
        var folder = Path.Combine(Tool.CatalogFolder, "software");
        Directory.CreateDirectory(folder);
        foreach (var (id, text) in outcome.Files)
        {
            File.WriteAllText(Path.Combine(folder, id + ".yaml.new"), text);
        }

        if (withResiduals)
        {
            File.WriteAllText(Evidence(ResidualTable.FileName), outcome.Residuals.ToCsv());
        }

        foreach (var id in outcome.Files.Keys)
        {
            File.Move(Path.Combine(folder, id + ".yaml.new"), Path.Combine(folder, id + ".yaml"), overwrite: true);
        }
    }

    private static Answer Answer(TrainingCalibration.Outcome outcome, int folds) => new()
    {
        Schema = "orrery.calibrate.training/1",
        Text = screen => Show(screen, outcome),
        Inputs = () => new JsonObject { ["folds"] = folds },
        Result = () => new JsonObject
        {
            ["fitted"] = Errors(outcome.Fitted),
            ["left_out"] = Errors(outcome.LeftOut),
            ["parameters"] = new JsonArray([.. outcome.Parameters.Select(Parameter)]),
        },
        Csv = () => Parameters(outcome),
    };

    private static void Show(Screen screen, TrainingCalibration.Outcome outcome)
    {
        var shown = outcome.LeftOut.Count > 0 ? outcome.LeftOut : outcome.Fitted;
        var all = Summary(shown);
        screen.Line(screen.Bold(
            $"Median absolute error {Number.Percent(all.MedianApe)} on {Number.Count(all.Count)} rows {(outcome.LeftOut.Count > 0 ? "whose group was left out" : "that were fitted")}."));
        screen.Heading("Errors");
        var errors = new Table(
            new Column("rows"), new Column("number", Align.Right), new Column("median", Align.Right), new Column("mean", Align.Right), new Column("90 %", Align.Right));
        foreach (var (name, rows) in new[] { ("fitted", outcome.Fitted), ("left out", outcome.LeftOut) })
        {
            foreach (var group in rows.GroupBy(row => row.Class).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var one = Summary(group);
                errors.Add($"{name}: {group.Key}", Number.Count(one.Count), Number.Percent(one.MedianApe), Number.Percent(one.MeanApe), Number.Percent(one.P90Ape));
            }
        }

        errors.WriteTo(screen, indent: 2);
        screen.Heading("Parameters");
        Parameters(outcome).WriteTo(screen, indent: 2);
        screen.Line("  A posterior spread near the prior's says that the rows do not decide the parameter.");
    }

    private static Table Parameters(TrainingCalibration.Outcome outcome)
    {
        var table = new Table(
            new Column("stack"), new Column("parameter"), new Column("value", Align.Right), new Column("prior", Align.Right),
            new Column("spread", Align.Right), new Column("prior spread", Align.Right));
        foreach (var p in outcome.Parameters)
        {
            table.Add(
                p.Stack, p.Name, p.Value.ToString("G4", CultureInfo.InvariantCulture), p.Prior.ToString("G4", CultureInfo.InvariantCulture),
                Number.Percent(p.Deviation), Number.Percent(p.PriorDeviation));
        }

        return table;
    }

    private static ErrorSummary Summary(IEnumerable<TrainingCalibration.CaseError> rows) =>
        ErrorSummary.Of(rows.Select(row => new ValidationRow(row.Id, "", "", 1, 1 + row.Error, [])));

    private static JsonArray Errors(IEnumerable<TrainingCalibration.CaseError> rows) => new(
        [.. rows.Select(row => new JsonObject { ["id"] = row.Id, ["class"] = row.Class, ["group"] = row.Group, ["error"] = row.Error })]);

    private static JsonObject Parameter(TrainingCalibration.FittedParameter p) => new()
    {
        ["stack"] = p.Stack,
        ["name"] = p.Name,
        ["value"] = p.Value,
        ["prior"] = p.Prior,
        ["spread"] = p.Deviation,
        ["prior_spread"] = p.PriorDeviation,
    };
}
