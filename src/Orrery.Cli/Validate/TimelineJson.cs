using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Simulate;
using Orrery.Evidence;
using Orrery.Evidence.Timelines;

namespace Orrery.Cli.Validate;

/// <summary>Played runs for programs; shares of the closed form's step.</summary>
internal static class TimelineJson
{
    public static JsonObject Result(TimelineReport report) => new()
    {
        ["effects"] = Json.Array(report.Effects(), effect => new JsonObject
        {
            ["effect"] = TimelineWords.Key(effect.Effect),
            ["rows"] = effect.Rows,
            ["closed_form_share"] = Json.Of(effect.Closed),
            ["timeline_share"] = Json.Of(effect.Played),
            ["median_difference"] = Json.Of(effect.Median),
            ["p90_difference"] = Json.Of(effect.P90),
            ["worst_difference"] = Json.Of(effect.Worst),
            ["worst_id"] = effect.WorstId,
        }),
        ["errors"] = Json.Array(report.Errors(), group => new JsonObject
        {
            ["class"] = group.Class, ["closed_form"] = Error(group.Closed), ["timeline"] = Error(group.Played),
        }),
        ["rows"] = Json.Array(report.Rows, row =>
        {
            var node = new JsonObject
            {
                ["id"] = row.Id, ["class"] = row.Class, ["closed_form_error"] = Json.Of(row.Closed.Error), ["timeline_error"] = Json.Of(row.Played.Error),
            };
            foreach (var effect in row.Study.Effects)
            {
                var (closed, played) = row.Share(effect.Effect);
                node[TimelineWords.Key(effect.Effect)] = new JsonObject { ["closed_form"] = Json.Of(closed), ["timeline"] = Json.Of(played) };
            }

            return node;
        }),
        ["skipped"] = Json.Array(report.Skipped, row => new JsonObject { ["id"] = row.Id, ["reason"] = row.Reason }),
    };

    private static JsonObject Error(ErrorSummary errors) => new()
    {
        ["n"] = errors.Count, ["median_ape"] = Json.Of(errors.MedianApe), ["p90_ape"] = Json.Of(errors.P90Ape), ["median_bias"] = Json.Of(errors.MedianBias),
    };
}
