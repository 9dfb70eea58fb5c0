using System.Text.Json.Nodes;
using Orrery.Analysis.Serving;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
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
        screen.Line("  No interval: evidence/ holds no residuals of left-out serving results yet. What follows is from the catalog's ranges alone.");
        screen.Line($"  {Number.Text(range.TokensPerSecond.Low)} to {Number.Text(range.TokensPerSecond.High)} tokens/s, TTFT {Number.Time(range.Ttft.Low)} to {Number.Time(range.Ttft.High)}, "
            + $"TPOT {Number.Time(range.Tpot.Low)} to {Number.Time(range.Tpot.High)}.");
        if (range.Widest is { } widest)
        {
            var input = widest.Input;
            screen.Line($"  Widest: {input.Path} = {input.Text} ({input.LowText} to {input.HighText}, {input.Confidence.ToString().ToLowerInvariant()}, {input.Source}), "
                + $"which alone moves TPOT from {Number.Time(widest.Tpot.Low)} to {Number.Time(widest.Tpot.High)}.");
        }
    }

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
        result["interval"] = null;
        result["range"] = new JsonObject
        {
            ["tokens_per_s"] = Ends(range.TokensPerSecond),
            ["ttft_s"] = Ends(range.Ttft),
            ["tpot_s"] = Ends(range.Tpot),
            ["inputs"] = Json.Array(range.Effects, effect => new JsonObject
            {
                ["path"] = effect.Input.Path,
                ["value"] = effect.Input.Text,
                ["low"] = effect.Input.LowText,
                ["high"] = effect.Input.HighText,
                ["confidence"] = effect.Input.Confidence.ToString().ToLowerInvariant(),
                ["source"] = effect.Input.Source,
                ["tokens_per_s"] = Ends(effect.TokensPerSecond),
                ["ttft_s"] = Ends(effect.Ttft),
                ["tpot_s"] = Ends(effect.Tpot),
            }),
        };
    }

    private static JsonObject Ends(Spread spread) => new() { ["low"] = Json.Of(spread.Low), ["high"] = Json.Of(spread.High) };

    private static string Gains(IReadOnlyList<ServingLeverEffect> levers, Func<ServingLeverEffect, double> gain) =>
        string.Join(", ", levers.OrderByDescending(gain).Take(LeversShown).Select(effect => $"{effect.Lever.Name} {Number.Change(gain(effect))}"));
}
