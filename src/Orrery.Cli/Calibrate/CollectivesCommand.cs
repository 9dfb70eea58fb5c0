using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence;
using Orrery.Evidence.Calibration.Collectives;

namespace Orrery.Cli.Calibrate;

/// <summary><c>orrery calibrate collectives</c>: fits what collectives reach on a tier to logs of NCCL's or RCCL's tests.</summary>
internal static class CollectivesCommand
{
    private const int UsualFolds = 5;
    private const int MostFolds = 20;

    public static Command Create()
    {
        var logs = new Argument<string[]>("LOG")
        {
            Description = "Standard output of all_reduce_perf, all_gather_perf, reduce_scatter_perf, alltoall_perf or sendrecv_perf (NCCL's or RCCL's), one run or several in a file",
            Arity = ArgumentArity.OneOrMore,
        };
        var system = new Option<string>("--system") { Description = "The system they ran on", HelpName = "SYSTEM", Required = true };
        var tier = new Option<string>("--tier") { Description = "The tier to fit: the outermost one that the ranks span", HelpName = "TIER", Required = true };
        var domain = Choice.Whole("--ranks-per-domain", "Ranks of a log that share one instance of the tier inside; of the innermost tier, when that is fitted (default: as many as share a host)");
        var write = new Option<string?>("--write") { Description = "Also write the result: to a folder systems/ the whole system, elsewhere the tier's reach alone", HelpName = "FILE" };
        var date = CalibrationFile.DateOption();
        var folds = Choice.Whole("--folds", "Parts that the message sizes are dealt into; each is judged by a fit on the others. Below 2 leaves that out (default 5)", least: 0, most: MostFolds);
        return new Command("collectives", "What collectives reach on one tier of a system, to logs of NCCL's or RCCL's tests") { logs, system, tier, domain, write, date, folds }.Answers(
            parsed =>
            {
                var result = CollectiveCalibration.Run(
                    Tool.OpenCatalog(), parsed.GetValue(logs)!, parsed.GetValue(system)!, parsed.GetValue(tier)!, parsed.GetValue(domain),
                    Tool.Evidence("kernel-fit.yaml"), parsed.GetValue(folds) ?? UsualFolds);
                var file = parsed.GetValue(write) is { } path ? Write(path, parsed.GetValue(date), result) : null;
                return Answer(result, file);
            },
            hasTable: true);
    }

    private static CalibrationFile Write(string path, string? date, CollectiveCalibrationResult result)
    {
        var catalog = Tool.OpenCatalog();
        return CalibrationFile.Write(
            path, "systems", date, "calibrate collectives", result.Files,
            (id, source) => CalibrationFile.IsIn(path, "systems") ? SystemText.Whole(catalog, id, source, result) : SystemText.Fragment(catalog, source, result));
    }

    private static Answer Answer(CollectiveCalibrationResult result, CalibrationFile? file) => new()
    {
        Schema = "orrery.calibrate.collectives/1",
        Text = screen => Show(screen, result, file),
        Inputs = () => new JsonObject
        {
            ["system"] = result.System.Id,
            ["tier"] = result.Tier.Name,
            ["logs"] = Json.Array(result.Files),
            ["written"] = file?.Path,
        },
        Result = () => new JsonObject
        {
            ["operations"] = Json.Array(result.Operations, one =>
            {
                var fit = FitTables.Of(one.Rows, one.Before, one.Fit);
                fit.Insert(0, "operation", ReachTables.Word(one.Operation));
                return fit;
            }),
            ["skipped"] = Json.Array(result.Skipped, skip => new JsonObject { ["reason"] = skip.Key, ["rows"] = skip.Value }),
        },
        Csv = () => Parameters(result),
    };

    private static void Show(Screen screen, CollectiveCalibrationResult result, CalibrationFile? file)
    {
        var left = result.Operations.SelectMany(one => one.Fit.LeftOut).Where(double.IsFinite).Select(Math.Abs).Order().ToArray();
        var judged = left.Length > 0 ? $"median error {Number.Percent(ErrorSummary.Quantile(left, 0.5))} on sizes left out" : "nothing left out to judge by";
        screen.Line(screen.Bold($"{result.System.Name}, {result.Tier.Name}: {Number.Count(result.Operations.Sum(one => one.Rows))} timings of {string.Join(", ", result.Operations.Select(one => ReachTables.Word(one.Operation)))}, {judged}."));
        screen.Heading("Median errors (before: the tier as the catalog has it)");
        var errors = new Table([new Column("operation"), .. FitTables.ErrorColumns]);
        foreach (var one in result.Operations)
        {
            errors.Add([ReachTables.Word(one.Operation), .. FitTables.Errors(one.Rows, one.Before, one.Fit)]);
        }

        errors.WriteTo(screen, indent: 2);
        screen.Heading($"Parameters (fractions of {result.Tier.Bandwidth.Value} a chip and direction)");
        Parameters(result).WriteTo(screen, indent: 2);
        screen.Line("  The error is one standard error, from how far the sizes pull apart. What no timing determines is as it was.");
        foreach (var (reason, count) in result.Skipped)
        {
            screen.Line($"  Left out: {Number.Count(count)} rows, {reason}.");
        }

        file?.Show(screen);
    }

    private static Table Parameters(CollectiveCalibrationResult result)
    {
        var table = new Table(
            new Column("operation"), new Column("parameter"), new Column("value", Align.Right), new Column("error", Align.Right), new Column("before", Align.Right), new Column("determined"));
        ReachTables.AddParameters(table, result.Operations);
        return table;
    }
}
