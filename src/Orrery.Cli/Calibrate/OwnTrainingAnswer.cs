using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence;
using Orrery.Evidence.Calibration.Training;

namespace Orrery.Cli.Calibrate;

/// <summary>What <c>orrery calibrate training --rows FILE</c> found.</summary>
internal static class OwnTrainingAnswer
{
    public static Answer Of(OwnTrainingResult result, string rows, CalibrationFile? file) => new()
    {
        Schema = "orrery.calibrate.rows/1",
        Text = screen => Show(screen, result, file),
        Inputs = () => new JsonObject { ["rows"] = rows, ["stack"] = result.Stack.Id, ["written"] = file?.Path },
        Result = () => new JsonObject
        {
            ["before"] = FitTables.Of(Errors(result, row => row.Before)),
            ["after"] = FitTables.Of(Errors(result, row => row.After)),
            ["left_out"] = FitTables.Of(Errors(result, row => row.LeftOut)),
            ["rows"] = Json.Array(result.Rows, row => new JsonObject
            {
                ["id"] = row.Id,
                ["metric"] = row.Metric,
                ["measured"] = row.Measured,
                ["error_before"] = Json.Of(row.Before),
                ["error_after"] = Json.Of(row.After),
                ["error_left_out"] = Json.Of(row.LeftOut),
            }),
            ["moved"] = Json.Array(result.Moved, parameter => new JsonObject
            {
                ["stack"] = parameter.Stack,
                ["name"] = parameter.Name,
                ["shipped"] = parameter.Shipped,
                ["value"] = parameter.Value,
                ["deviations"] = parameter.Deviations,
                ["prior_deviation"] = parameter.PriorDeviation,
                ["deviation"] = parameter.Deviation,
            }),
            ["skipped"] = Json.Array(result.Skipped, row => new JsonObject { ["id"] = row.Id, ["reason"] = row.Reason }),
        },
        Csv = () => Parameters(result),
    };

    private static void Show(Screen screen, OwnTrainingResult result, CalibrationFile? file)
    {
        var (before, after, left) = (Errors(result, row => row.Before), Errors(result, row => row.After), Errors(result, row => row.LeftOut));
        screen.Line(screen.Bold(
            $"{Number.Count(result.Rows.Count)} steps on {result.Stack.Id}: median error {Number.Percent(before.MedianApe)} before, {Number.Percent(after.MedianApe)} after, {Number.Percent(left.MedianApe)} on each by a fit to the others."));
        screen.Heading("Rows (predicted over measured)");
        var rows = new Table(new Column("row"), new Column("judged on"), new Column("measured", Align.Right), new Column("before", Align.Right), new Column("after", Align.Right), new Column("left out", Align.Right));
        foreach (var row in result.Rows)
        {
            rows.Add(row.Id, row.Metric, Number.Text(row.Measured), Number.Change(row.Before), Number.Change(row.After), double.IsFinite(row.LeftOut) ? Number.Change(row.LeftOut) : "-");
        }

        rows.WriteTo(screen, indent: 2);
        screen.Heading(result.Moved.Count > 0 ? "What moved (in standard deviations of what the published rows leave open)" : "Nothing moved: the rows agree with the shipped stack, or say nothing of what is open in it");
        if (result.Moved.Count > 0)
        {
            Parameters(result).WriteTo(screen, indent: 2);
        }

        foreach (var skipped in result.Skipped)
        {
            screen.Line($"  Left out: {skipped.Id}, {skipped.Reason}.");
        }

        file?.Show(screen);
    }

    private static Table Parameters(OwnTrainingResult result)
    {
        var table = new Table(
            new Column("parameter"), new Column("shipped", Align.Right), new Column("now", Align.Right), new Column("moved", Align.Right), new Column("spread before", Align.Right), new Column("spread now", Align.Right));
        foreach (var parameter in result.Moved)
        {
            table.Add(
                parameter.Name, parameter.Shipped.ToString("G4", CultureInfo.InvariantCulture), parameter.Value.ToString("G4", CultureInfo.InvariantCulture),
                parameter.Deviations.ToString("+0.00;-0.00", CultureInfo.InvariantCulture), Number.Percent(parameter.PriorDeviation), Number.Percent(parameter.Deviation));
        }

        return table;
    }

    private static ErrorSummary Errors(OwnTrainingResult result, Func<OwnRow, double> error) => ErrorSummary.Of(
        result.Rows.Where(row => double.IsFinite(error(row))).Select(row => new ValidationRow(row.Id, "", "", 1, 1 + error(row), [])));
}
