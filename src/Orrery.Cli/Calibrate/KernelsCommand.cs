using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Calibration.Kernels;

namespace Orrery.Cli.Calibrate;

/// <summary><c>orrery calibrate kernels</c>: fits a chip's kernel profile to kernel timings.</summary>
internal static class KernelsCommand
{
    private const int UsualFolds = 5;
    private const int MostFolds = 20;

    public static Command Create()
    {
        var paths = new Argument<string[]>("FILE|FOLDER")
        {
            Description = $"Kernel tables named SYSTEM_OP.csv, folders of them, or CSV files of matrix products with {PlainGemmFile.Form}",
            Arity = ArgumentArity.OneOrMore,
        };
        var chip = new Option<string?>("--chip") { Description = "The chip that was measured, where file names do not say; of a folder, only its tables are taken", HelpName = "CHIP" };
        var from = new Option<string?>("--from") { Description = "The kernel profile to start from, which gives what the files do not hold (default: the chip's own)", HelpName = "PROFILE" };
        var write = new Option<string?>("--write") { Description = "Also write the profile to this file; its name is the profile's id", HelpName = "FILE" };
        var date = CalibrationFile.DateOption();
        var folds = Choice.Whole("--folds", "Parts that the shapes are dealt into; each is judged by a fit on the others. Below 2 leaves that out (default 5)", least: 0, most: MostFolds);
        return new Command("kernels", "A chip's kernel profile, to kernel timings: your own or the shipped ones") { paths, chip, from, write, date, folds }.Answers(
            parsed =>
            {
                var result = KernelCalibration.Run(
                    Tool.OpenCatalog(), parsed.GetValue(paths)!, parsed.GetValue(chip), parsed.GetValue(from), Tool.Evidence("kernel-fit.yaml"),
                    parsed.GetValue(folds) ?? UsualFolds);
                var file = parsed.GetValue(write) is { } path ? CalibrationFile.Write(path, "kernels", parsed.GetValue(date), result) : null;
                return Answer(result, file);
            },
            hasTable: true);
    }

    private static Answer Answer(KernelCalibrationResult result, CalibrationFile? file) => new()
    {
        Schema = "orrery.calibrate.kernels/1",
        Text = screen => Show(screen, result, file),
        Inputs = () => new JsonObject
        {
            ["chip"] = result.Chip.Id,
            ["from"] = result.From.Id,
            ["files"] = Json.Array(result.Files),
            ["written"] = file?.Path,
        },
        Result = () => new JsonObject
        {
            ["kernels"] = Json.Array(result.Kernels, kernel => Named(FitTables.Of(kernel.Rows, kernel.Before, kernel.Fit), "op", kernel.Section, "format", kernel.Key)),
            ["collectives"] = Json.Array(result.Collectives, one => Named(FitTables.Of(one.Rows, one.Before, one.Fit), "op", "collective", "format", ReachTables.Word(one.Operation))),
            ["skipped"] = Json.Array(result.Skipped, skip => new JsonObject { ["reason"] = skip.Key, ["rows"] = skip.Value }),
        },
        Csv = () => Parameters(result),
        Code = result.Kernels.Count + result.Collectives.Count > 0 ? ExitCode.Answered : ExitCode.No,
    };

    private static JsonObject Named(JsonObject fit, params string[] names)
    {
        for (var i = names.Length - 2; i >= 0; i -= 2)
        {
            fit.Insert(0, names[i], names[i + 1]);
        }

        return fit;
    }

    private static void Show(Screen screen, KernelCalibrationResult result, CalibrationFile? file)
    {
        var rows = result.Kernels.Sum(kernel => kernel.Rows) + result.Collectives.Sum(one => one.Rows);
        var left = result.Kernels.Select(kernel => kernel.Fit).Concat(result.Collectives.Select(one => one.Fit)).SelectMany(fit => fit.LeftOut).Where(double.IsFinite).Select(Math.Abs).Order().ToArray();
        var judged = left.Length > 0
            ? $"median error {Number.Percent(Evidence.ErrorSummary.Quantile(left, 0.5))} on rows whose shape was left out"
            : "nothing left out to judge by";
        screen.Line(screen.Bold($"{result.Chip.Name}: {Counted(result.Kernels.Count + result.Collectives.Count)} fitted to {Number.Count(rows)} rows, {judged}."));
        screen.Heading($"Median errors (before: the profile {result.From.Id})");
        Errors(result).WriteTo(screen, indent: 2);
        screen.Heading("Parameters");
        Parameters(result).WriteTo(screen, indent: 2);
        screen.Line("  The error is one standard error, from how far the shapes pull apart. What no row determines, and what the files do not hold, is as it was.");
        foreach (var (reason, count) in result.Skipped)
        {
            screen.Line($"  Left out: {Number.Count(count)} rows, {reason}.");
        }

        file?.Show(screen);
    }

    private static string Counted(int kernels) => kernels == 1 ? "one kernel" : $"{Number.Count(kernels)} kernels";

    private static Table Errors(KernelCalibrationResult result)
    {
        var table = new Table([new Column("kernel"), .. FitTables.ErrorColumns]);
        foreach (var kernel in result.Kernels)
        {
            table.Add([$"{kernel.Section} {kernel.Key}", .. FitTables.Errors(kernel.Rows, kernel.Before, kernel.Fit)]);
        }

        foreach (var one in result.Collectives)
        {
            table.Add([ReachTables.Word(one.Operation), .. FitTables.Errors(one.Rows, one.Before, one.Fit)]);
        }

        return table;
    }

    private static Table Parameters(KernelCalibrationResult result)
    {
        var table = new Table(
            new Column("kernel"), new Column("parameter"), new Column("value", Align.Right), new Column("error", Align.Right), new Column("before", Align.Right), new Column("determined"));
        foreach (var kernel in result.Kernels)
        {
            foreach (var variable in kernel.Fit.Variables)
            {
                var text = kernel.Values.First(value => value.Name == variable.Name);
                table.Add($"{kernel.Section} {kernel.Key}", variable.Name, text.Text, FitTables.Spread(variable), text.Was, FitTables.Word(variable.Determination));
            }
        }

        ReachTables.AddParameters(table, result.Collectives);
        return table;
    }
}
