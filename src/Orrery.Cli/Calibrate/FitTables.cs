using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence;
using Orrery.Evidence.Calibration;

namespace Orrery.Cli.Calibrate;

/// <summary>What the reports of fits share: errors, and who decided a parameter.</summary>
internal static class FitTables
{
    public static Column[] ErrorColumns { get; } =
    [
        new("rows", Align.Right), new("groups", Align.Right), new("before", Align.Right), new("fitted", Align.Right), new("left out", Align.Right), new("90 %", Align.Right),
    ];

    /// <summary>Median errors of one fit's rows: before, fitted, with their group left out; then what nine in ten left out stay within.</summary>
    public static string[] Errors(int rows, ErrorSummary? before, RelativeFitResult fit) =>
    [
        Number.Count(rows), Number.Count(fit.Groups), before is null ? "-" : Number.Percent(before.MedianApe), Number.Percent(fit.FittedErrors.MedianApe),
        Number.Percent(fit.LeftOutErrors.MedianApe), Number.Percent(fit.LeftOutErrors.P90Ape),
    ];

    public static string Word(Determination determination) => determination switch
    {
        Determination.Undetermined => "undetermined: kept",
        Determination.AtBound => "at its bound",
        _ => "by the rows",
    };

    /// <summary>The standard error as a share of the value; none where the rows did not decide.</summary>
    public static string Spread(FittedVariable variable) =>
        variable.Determination == Determination.ByRows ? Number.Percent(Math.Exp(variable.StandardError) - 1) : "-";

    public static JsonObject Of(ErrorSummary errors) => new()
    {
        ["n"] = errors.Count,
        ["median_ape"] = Json.Of(errors.MedianApe),
        ["mean_ape"] = Json.Of(errors.MeanApe),
        ["p90_ape"] = Json.Of(errors.P90Ape),
        ["median_bias"] = Json.Of(errors.MedianBias),
    };

    public static JsonObject Of(FittedVariable variable) => new()
    {
        ["name"] = variable.Name,
        ["value"] = Json.Of(variable.Value),
        ["before"] = Json.Of(variable.Prior),
        ["standard_error"] = variable.Determination == Determination.ByRows ? Json.Of(variable.StandardError) : null,
        ["determined"] = variable.Determination switch
        {
            Determination.ByRows => "rows",
            Determination.AtBound => "bound",
            _ => "no",
        },
    };

    /// <summary>One fit's errors as JSON: before, fitted, left out.</summary>
    public static JsonObject Of(int rows, ErrorSummary? before, RelativeFitResult fit) => new()
    {
        ["rows"] = rows,
        ["groups"] = fit.Groups,
        ["before"] = before is null ? null : Of(before),
        ["fitted"] = Of(fit.FittedErrors),
        ["left_out"] = Of(fit.LeftOutErrors),
        ["parameters"] = Json.Array(fit.Variables, Of),
    };
}
