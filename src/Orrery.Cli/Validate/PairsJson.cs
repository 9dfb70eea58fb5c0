using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Evidence.Pairs;

namespace Orrery.Cli.Validate;

/// <summary>Pairs of measured rows for programs; errors and regrets are shares, ratios of tokens a second and chip.</summary>
internal static class PairsJson
{
    public static JsonObject Result(PairReport report, PairReport? leftOut)
    {
        var result = new JsonObject
        {
            ["kinds"] = Kinds(report),
            ["pairs"] = Json.Array(report.Pairs, pair => new JsonObject
            {
                ["kind"] = PairReport.Word(pair.Kind),
                ["first"] = pair.First.Id,
                ["second"] = pair.Second.Id,
                ["difference"] = PairsText.Difference(pair),
                ["measured_ratio"] = Json.Of(pair.Measured),
                ["predicted_ratio"] = Json.Of(pair.Predicted),
                ["error"] = Json.Of(pair.Error),
            }),
            ["sets"] = Json.Array(report.Sets, set => new JsonObject
            {
                ["kind"] = PairReport.Word(set.Kind),
                ["ids"] = new JsonArray([.. set.Members.Select(member => JsonValue.Create(member.Id))]),
                ["rank_correlation"] = set.RankCorrelation() is { } tau ? Json.Of(tau) : null,
                ["regret"] = Json.Of(set.Regret()),
            }),
        };
        if (leftOut is not null)
        {
            result["kinds_left_out"] = Kinds(leftOut);
        }

        return result;
    }

    private static JsonArray Kinds(PairReport report) => Json.Array(report.Kinds, kind => new JsonObject
    {
        ["kind"] = kind.Name,
        ["pairs"] = kind.Pairs,
        ["median_error"] = Json.Of(kind.MedianError),
        ["p90_error"] = Json.Of(kind.P90Error),
        ["median_bias"] = Json.Of(kind.MedianBias),
        ["sets"] = kind.Sets,
        ["sets_ranked"] = kind.RankedSets,
        ["rank_correlation"] = Json.Of(kind.RankCorrelation),
        ["mean_regret"] = Json.Of(kind.MeanRegret),
        ["worst_regret"] = Json.Of(kind.WorstRegret),
    });
}
