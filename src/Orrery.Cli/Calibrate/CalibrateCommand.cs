using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Calibration.Training;

namespace Orrery.Cli.Calibrate;

/// <summary><c>orrery calibrate training</c>: fits the software stacks to the measured rows and judges the fit on groups left out.</summary>
internal static class CalibrateCommand
{
    private const int MostFolds = 20;

    private const int UsualFolds = 5;

    public static Command Create() => new("calibrate", "Fit the few shared parameters to measurements, and judge the fit on groups left out")
    {
        KernelsCommand.Create(),
        CollectivesCommand.Create(),
        Training(),
        CalibrateServingCommand.Create(),
        AblationCommand.Create(),
    };

    private static Command Training()
    {
        var folds = Choice.Whole(
            "--folds", "Parts that the groups (one model on one chip generation from one source) are dealt into; each is judged by a fit on the others. 0 leaves that out (default 5)",
            least: 0, most: MostFolds);
        var write = new Option<string?>("--write")
        {
            Description = "Also write the fitted values to catalog/software and, with the usual folds, the residuals of what was left out to evidence/residuals.csv; with --rows, a stack of your own to this file",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var rows = new Option<string?>("--rows") { Description = "Steps of your own, with the columns of evidence/training.csv: they move the shipped stack only as far as they determine it", HelpName = "FILE" };
        var stack = new Option<string?>("--stack") { Description = "With --rows: the stack they ran on (default: as evidence/training-sources.yaml says for their source)", HelpName = "STACK" };
        var name = new Option<string?>("--as") { Description = "With --rows: the id of the stack to write (default: the file's name)", HelpName = "NAME" };
        var error = Choice.Whole("--row-error", "With --rows: how far a step may lie from its prediction and still count as one standard deviation, in per cent; less trusts your rows more (default 6, as for the shipped rows)", most: 50);
        var date = CalibrationFile.DateOption();
        return new Command("training", "The software stacks, to training steps") { folds, write, rows, stack, error, name, date }.Answers(
            parsed =>
            {
                if (parsed.GetValue(rows) is { } own)
                {
                    return Own(own, parsed.GetValue(stack), parsed.GetValue(error), parsed.GetValue(name), parsed.GetValue(date), parsed.GetResult(write) is { } asked ? [.. asked.Tokens.Select(token => token.Value)] : null);
                }

                if ((parsed.GetValue(stack) ?? parsed.GetValue(name) ?? parsed.GetValue(date) ?? parsed.GetValue(write)) is not null || parsed.GetValue(error) is not null)
                {
                    throw BadInput.Because(CommandLineCode.Conflict, "--stack, --row-error, --as, --date and a file to --write are for steps of your own, which --rows names");
                }

                var parts = parsed.GetValue(folds) ?? UsualFolds;
                if (parts == 1)
                {
                    throw BadInput.Because(CommandLineCode.BadValue, $"--folds is 1, expected 0 or 2 to {MostFolds}");
                }

                var outcome = TrainingCalibration.Run(
                    OrreryCatalog.Open(Tool.CatalogFolder), Tool.Evidence("training-fit.yaml"), Tool.Evidence("training.csv"), Tool.Evidence("training-sources.yaml"), parts);
                if (parsed.GetResult(write) is not null)
                {
                    Write(outcome, parts == UsualFolds);
                }

                return Answer(outcome, parts);
            },
            hasTable: true);
    }

    /// <param name="write">What follows <c>--write</c>; null where it is not given.</param>
    private static Answer Own(string rows, string? stack, int? error, string? name, string? date, string[]? write)
    {
        if (write is [])
        {
            throw BadInput.Because(CommandLineCode.Missing, "--write needs a file with --rows: the shipped stacks are fitted to the shipped rows alone", "for example my-catalog/software/my-stack.yaml");
        }

        var path = write?[0];
        if (name is not null && name != Path.GetFileNameWithoutExtension(path ?? name))
        {
            throw BadInput.Because(CommandLineCode.Conflict, $"--as is '{name}' and --write '{path}', expected a file {name}.yaml: a stack's id is its file's name");
        }

        if (!File.Exists(rows))
        {
            throw BadInput.Because(CommandLineCode.Unreadable, $"there is no file '{rows}', expected a CSV file with the columns of evidence/training.csv");
        }

        var result = OwnTrainingCalibration.Run(Tool.OpenCatalog(), Tool.Evidence("training-fit.yaml"), rows, Tool.Evidence("training-sources.yaml"), stack, error / 100.0);
        var file = path is null ? null : CalibrationFile.Write(
            path, "software", date, "calibrate training", [rows], (id, source) => OwnStackText.Of(id, source, result, rows));
        return OwnTrainingAnswer.Of(result, rows, file);
    }

    private static void Write(TrainingCalibration.Outcome outcome, bool withResiduals)
    {
        var files = outcome.Files.ToDictionary(file => Path.Combine(Tool.CatalogFolder, "software", file.Key + ".yaml"), file => file.Value);
        if (withResiduals)
        {
            files[Tool.Evidence(ResidualTable.FileName)] = outcome.Residuals.ToCsv();
        }

        OutputFile.ReplaceAll(files);
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
