using System.Text.Json.Nodes;
using Orrery.Analysis.Serving;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Estimate;

/// <summary>Why a deployment is as fast as it is, and how sure that is, in words and for programs.</summary>
internal static class ServingWhyText
{
    private const int LeversShown = 3;

    public static void Write(Screen screen, ServingEstimate estimate, IReadOnlyList<ServingLeverEffect> levers, ServingRange range)
    {
        screen.Heading("Why");
        var isGiven = estimate.Question.Load.Kind == ServingLoadKind.Rate;
        var first = isGiven ? levers.MaxBy(effect => effect.Tpot)! : levers[0];
        screen.Line($"  The binding resource is {first.Lever.Name}.");
        if (!isGiven)
        {
            screen.Line("  Throughput gained from 10 % more of each, all else equal: " + Gains(levers, effect => effect.Throughput) + ".");
        }

        screen.Line("  TPOT: " + Gains(levers, effect => effect.Tpot) + ". TTFT: " + Gains(levers, effect => effect.Ttft) + ".");
        screen.Heading("How sure");
        foreach (var sentence in Intervals(estimate, range))
        {
            screen.Line("  " + sentence);
        }

        screen.Line($"  From the catalog's ranges alone: {Number.Text(range.TokensPerSecond.Low)} to {Number.Text(range.TokensPerSecond.High)} tokens/s, TTFT {Number.Time(range.Ttft.Low)} to {Number.Time(range.Ttft.High)}, "
            + $"TPOT {Number.Time(range.Tpot.Low)} to {Number.Time(range.Tpot.High)}.");
        if (range.Widest is { } widest)
        {
            var input = widest.Input;
            screen.Line($"  Widest: {input.Path} = {input.Text} ({input.LowText} to {input.HighText}, {input.Confidence.ToString().ToLowerInvariant()}, {input.Source}), "
                + $"which alone moves TPOT from {Number.Time(widest.Tpot.Low)} to {Number.Time(widest.Tpot.High)}.");
        }
    }

    /// <summary>The 80 % intervals in words; what keeps there from being any where there are none.</summary>
    public static IEnumerable<string> Intervals(ServingEstimate estimate, ServingRange range) => Sentences(ServingInterval.Of(Residuals(), estimate, range));

    public static JsonObject? IntervalsJson(ServingEstimate estimate, ServingRange range) => IntervalJson(ServingInterval.Of(Residuals(), estimate, range));

    public static void AddTo(JsonObject result, ServingEstimate estimate, IReadOnlyList<ServingLeverEffect> levers, ServingRange range)
    {
        result["limited_by"] = (estimate.Question.Load.Kind == ServingLoadKind.Rate ? levers.MaxBy(effect => effect.Tpot)! : levers[0]).Lever.Id;
        result["levers"] = Json.Array(levers, effect => new JsonObject
        {
            ["id"] = effect.Lever.Id,
            ["rate_factor"] = LeverEffect.Step,
            ["throughput_gain"] = Json.Of(effect.Throughput),
            ["ttft_gain"] = Json.Of(effect.Ttft),
            ["tpot_gain"] = Json.Of(effect.Tpot),
        });
        result["interval"] = IntervalsJson(estimate, range);
        result["range"] = new JsonObject
        {
            ["tokens_per_s"] = Ends(range.TokensPerSecond),
            ["ttft_s"] = Ends(range.Ttft),
            ["tpot_s"] = Ends(range.Tpot),
            ["inputs"] = Json.Array(range.Effects, effect =>
            {
                var input = Json.Of(effect.Input);
                input["tokens_per_s"] = Ends(effect.TokensPerSecond);
                input["ttft_s"] = Ends(effect.Ttft);
                input["tpot_s"] = Ends(effect.Tpot);
                return input;
            }),
        };
    }

    /// <summary>The shipped residuals of left-out serving runs, which intervals are made of.</summary>
    private static ResidualTable Residuals() => ResidualTable.Load(Tool.Evidence(ServingGroup.FileName));

    /// <summary>The intervals and where they come from, then a sentence for all that lies outside what has been validated.</summary>
    private static IEnumerable<string> Sentences(ServingInterval? interval)
    {
        if (interval is null)
        {
            yield return $"No interval: evidence/{ServingGroup.FileName} holds no left-out result.";
            yield break;
        }

        yield return $"{100 * ResidualSpread.Level:0} % intervals: {Number.Text(interval.TokensPerSecond.Low)} to {Number.Text(interval.TokensPerSecond.High)} tokens/s, "
            + $"TTFT {Number.Time(interval.Ttft.Low)} to {Number.Time(interval.Ttft.High)}, TPOT {Number.Time(interval.Tpot.Low)} to {Number.Time(interval.Tpot.High)}, "
            + $"from residuals of {interval.Tpot.Spread.Source}, and the ranges of the system's catalog values.";
        foreach (var sentence in interval.Tpot.Spread.Outside)
        {
            yield return sentence;
        }
    }

    private static JsonObject? IntervalJson(ServingInterval? interval) => interval is null ? null : new JsonObject
    {
        ["level"] = ResidualSpread.Level,
        ["tokens_per_s"] = Ends(interval.TokensPerSecond),
        ["ttft_s"] = Ends(interval.Ttft),
        ["tpot_s"] = Ends(interval.Tpot),
        ["outside_validated"] = Json.Array(interval.Tpot.Spread.Outside),
    };

    private static JsonObject Ends(QuantityInterval interval) => new()
    {
        ["low"] = Json.Of(interval.Low),
        ["high"] = Json.Of(interval.High),
        ["residuals_nearest"] = interval.Spread.OfNearest,
        ["residuals_of_class"] = interval.Spread.OfClass,
    };

    private static JsonObject Ends(Spread spread) => new() { ["low"] = Json.Of(spread.Low), ["high"] = Json.Of(spread.High) };

    private static string Gains(IReadOnlyList<ServingLeverEffect> levers, Func<ServingLeverEffect, double> gain) =>
        string.Join(", ", levers.OrderByDescending(gain).Take(LeversShown).Select(effect => $"{effect.Lever.Name} {Number.Change(gain(effect))}"));
}
