using System.Text.Json.Nodes;
using Orrery.Analysis.Training;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Uncertainty;

namespace Orrery.Cli.Shell;

/// <summary>The 80 % interval of a prediction, in words and for programs.</summary>
internal static class IntervalText
{
    /// <summary>The shipped residuals of left-out results, which intervals are made of.</summary>
    public static ResidualTable Residuals() => ResidualTable.Load(Tool.Evidence(ResidualTable.FileName));

    /// <summary>The interval and where it comes from, then a sentence for all that lies outside what has been validated.</summary>
    public static IEnumerable<string> Sentences(TrainingEstimate estimate, PredictionInterval? interval)
    {
        if (interval is null)
        {
            yield return "No interval: evidence/residuals.csv holds no left-out result.";
            yield break;
        }

        var (tokens, step) = (estimate.TokensPerSecond, estimate.Iteration.Value);
        yield return $"{100 * ResidualSpread.Level:0} % interval: {Number.Text(tokens * interval.Low)} to {Number.Text(tokens * interval.High)} tokens/s ({Number.Time(step / interval.High)} to {Number.Time(step / interval.Low)} a step), "
            + $"from residuals of {interval.Spread.Source}, and the ranges of the system's catalog values.";
        foreach (var sentence in interval.Spread.Outside)
        {
            yield return sentence;
        }
    }

    /// <summary>Low and high of throughput and step; null where there is no interval.</summary>
    public static JsonObject? Json(TrainingEstimate estimate, PredictionInterval? interval) => interval is null ? null : new JsonObject
    {
        ["level"] = ResidualSpread.Level,
        ["tokens_per_s"] = Ends(estimate.TokensPerSecond * interval.Low, estimate.TokensPerSecond * interval.High),
        ["tokens_per_s_per_chip"] = Ends(estimate.TokensPerSecondPerChip * interval.Low, estimate.TokensPerSecondPerChip * interval.High),
        ["iteration_s"] = Ends(estimate.Iteration.Value / interval.High, estimate.Iteration.Value / interval.Low),
        ["class"] = interval.Spread.Group.Class,
        ["chip_generation"] = interval.Spread.Group.Generation,
        ["model_family"] = interval.Spread.Group.Family,
        ["residuals_nearest"] = interval.Spread.OfNearest,
        ["residuals_of_class"] = interval.Spread.OfClass,
        ["outside_validated"] = Shell.Json.Array(interval.Spread.Outside),
    };

    private static JsonObject Ends(double low, double high) => new() { ["low"] = Shell.Json.Of(low), ["high"] = Shell.Json.Of(high) };
}
