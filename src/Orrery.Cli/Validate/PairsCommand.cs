using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Pairs;

namespace Orrery.Cli.Validate;

/// <summary><c>orrery validate pairs</c>: rows that differ in one thing only, and how well their difference is predicted.</summary>
internal static class PairsCommand
{
    private const int Folds = 5;

    public static Command Create()
    {
        var rows = new RowsOption("judge by", "training.csv", "a CSV file with the columns of evidence/training.csv");
        var leftOut = new Option<bool>("--left-out") { Description = "Also judge by fits that left the rows' group out, as calibrate training does (some seconds)" };
        return new Command("pairs", "Training steps that differ in strategy, recompute, precision or chips only: error of their ratio, order, choice") { rows.Option, leftOut }.Answers(
            parsed =>
            {
                var judgeLeftOut = parsed.GetValue(leftOut);
                var path = judgeLeftOut ? rows.Read(parsed, "--left-out") : rows.Read(parsed);
                var catalog = Tool.OpenCatalog();
                return Answer(path, PairValidation.Run(catalog, path, Tool.Evidence("training-sources.yaml")), judgeLeftOut ? LeftOut(catalog) : null);
            },
            hasTable: true);
    }

    /// <summary>The shipped pairs, each side predicted by a fit that saw neither.</summary>
    public static PairReport LeftOut(OrreryCatalog catalog)
    {
        var (rows, rules) = (Tool.Evidence("training.csv"), Tool.Evidence("training-sources.yaml"));
        return PairValidation.Run(catalog, rows, rules, TrainingCalibration.Run(catalog, Tool.Evidence("training-fit.yaml"), rows, rules, Folds).LeftOut);
    }

    private static Answer Answer(string path, PairReport report, PairReport? leftOut) => new()
    {
        Schema = "orrery.validate.pairs/1",
        Text = screen => PairsText.Write(screen, report, leftOut),
        Inputs = () => new JsonObject { ["kind"] = "pairs", ["rows"] = path },
        Result = () => PairsJson.Result(report, leftOut),
        ResultAtTop = true,
        Csv = () => PairsText.Rows(report),
        Code = report.Pairs.Count > 0 ? ExitCode.Answered : ExitCode.No,
    };
}
