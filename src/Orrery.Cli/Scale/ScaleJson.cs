using System.Text.Json.Nodes;
using Orrery.Analysis.Models;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Quantities;

namespace Orrery.Cli.Scale;

/// <summary>Curves for programs.</summary>
internal static class ScaleJson
{
    public static JsonObject Inputs(ScaleQuestion question, IEnumerable<ScaledRow> rows, string mode)
    {
        var request = question.Request;
        var inputs = Shared(request);
        inputs["systems"] = Json.Array(rows, row => new JsonObject
        {
            ["model"] = row.Model.Model.Id,
            ["system"] = row.Contestant.Cluster.System.Id,
            ["chip"] = row.Contestant.Cluster.Chip.Id,
            ["stack"] = row.Contestant.Stack.Id,
            ["from_chips"] = row.From,
            ["to_chips"] = row.To,
        });
        inputs["mode"] = mode;
        inputs["run_tokens"] = request.Models.Count == 1 ? Json.Of(request.RunTokens(request.Models[0])) : Json.Of(request.Tokens);
        inputs["law"] = request.Law!.Id;
        inputs["loss_law"] = request.LossLaw?.Id;
        inputs["deadline_s"] = Json.Of(question.Deadline?.Value);
        return inputs;
    }

    public static JsonObject Shared(ScalingRequest request) => new()
    {
        ["models"] = Json.Array(request.Models.Select(entry => entry.Model.Id).Distinct()),
        ["precision"] = PrecisionWord.Of(request.Precision),
        ["sequence_tokens"] = request.Sequence,
        ["global_batch_sequences"] = request.Batch,
    };

    /// <param name="anchor">Says how sure the soonest end of a run is.</param>
    public static JsonObject Result(IReadOnlyList<ScaleAnswer> answers, Seconds? deadline, ScaleAnchor anchor) => new()
    {
        ["curves"] = Json.Array(answers.SelectMany(answer => answer.Curves.Select(curve => (answer, curve))), entry => Curve(entry.answer, entry.curve, deadline, anchor)),
    };

    public static JsonObject Run(TrainingRun run) => new()
    {
        ["minimum_tokens"] = Json.Of(run.MinimumTokens),
        ["law"] = run.Law.Id,
        ["critical_batch_tokens"] = Json.Of(run.CriticalTokens),
        ["critical_batch_low_tokens"] = Json.Of(run.CriticalLow),
        ["critical_batch_high_tokens"] = Json.Of(run.CriticalHigh),
    };

    /// <summary>One number of chips.</summary>
    public static JsonObject Point(ScalePoint point, string model, string stack) => new()
    {
        ["chips"] = point.Chips,
        ["systems"] = Json.Of(point.Systems),
        ["used_chips"] = point.UsedChips,
        ["precision"] = Words.Of(Words.Precisions, point.Best.Workload.Precision),
        ["global_batch_sequences"] = point.Best.Workload.GlobalBatch,
        ["iteration_s"] = Json.Of(point.Best.Iteration.Value),
        ["tokens_per_s"] = Json.Of(point.Best.TokensPerSecond),
        ["tokens_per_s_per_chip"] = Json.Of(point.Best.TokensPerSecond / point.Chips),
        ["delivered_tokens_per_s"] = Json.Of(point.Goodput.TokensPerSecond),
        ["useful_tokens_per_s"] = Json.Of(point.UsefulTokensPerSecond),
        ["mfu"] = Json.Of(point.Mfu),
        ["statistical_efficiency"] = Json.Of(point.StatisticalEfficiency),
        ["time_to_train_s"] = Json.Of(point.TimeToTrain?.Value),
        ["goodput"] = GoodputText.Json(point.Goodput, null),
        ["losses"] = Losses(ScaleLoss.Of(point)),
        ["strategy"] = StrategyText.Json(point.Best.Strategy),
        ["command"] = Command(point, model, stack),
    };

    /// <summary>Limits by id, each with its share of all chips' time.</summary>
    public static JsonObject Losses(IEnumerable<ScaleLoss> losses) =>
        new(losses.Select(loss => KeyValuePair.Create($"{loss.Limit.Id}_share", Json.Of(loss.Share))));

    private static string Command(ScalePoint point, string model, string stack) => StrategyText.Command(
        model, point.Best.Cluster.System.Id, point.UsedChips, point.Best.Workload, point.Best.Strategy, stack);

    private static JsonObject Curve(ScaleAnswer answer, ScalingCurve curve, Seconds? deadline, ScaleAnchor anchor)
    {
        var range = curve.Points.Count > 0 ? curve.Soonest.TimeRange(anchor.Of(curve.Contestant, curve.Soonest)) : null;
        var points = new JsonArray();
        for (var at = 0; at < curve.Points.Count; at++)
        {
            var point = Point(curve.Points[at], answer.Model.Text, curve.Contestant.Stack.Id);
            point["gain_per_doubling"] = Json.Of(curve.Gain(at));
            point["limit"] = curve.Limit(at).Limit.Id;
            point["limit_share"] = Json.Of(curve.Limit(at).Share);
            points.Add(point);
        }

        return new JsonObject
        {
            ["system"] = curve.Contestant.Cluster.System.Id,
            ["model"] = curve.Workload.Model.Id,
            ["parameters"] = Json.Of(ModelCounts.Parameters(curve.Workload.Model).Total),
            ["budget_flop"] = Json.Of(answer.Model.Budget),
            ["mode"] = ScaleTable.Mode(curve.Workload),
            ["sequence_tokens"] = curve.Workload.SequenceLength,
            ["run"] = Run(answer.Run),
            ["linear_gain_per_doubling"] = Json.Of(ScalingCurve.LinearGain),
            ["near_linear_chips"] = curve.Points.Count > 0 ? curve.Points[curve.NearLinear].Chips : null,
            ["least_gain_per_doubling"] = Json.Of(ScalingCurve.LeastGain),
            ["last_worthwhile_chips"] = curve.LastWorthwhile is { } last ? curve.Points[last].Chips : null,
            ["soonest_chips"] = curve.Points.Count > 0 ? curve.Soonest.UsedChips : null,
            ["soonest_s"] = curve.Points.Count > 0 ? Json.Of(curve.Soonest.TimeToTrain?.Value) : null,
            ["soonest_low_s"] = Json.Of(range?.Soonest.Value),
            ["soonest_high_s"] = Json.Of(range?.Latest.Value),
            ["in_time_chips"] = deadline is { } time ? curve.InTime(time)?.Chips : null,
            ["not_reached_chips"] = Json.Array(curve.NotReached, count => JsonValue.Create(count)),
            ["too_few_chips"] = Json.Array(curve.TooFew, count => JsonValue.Create(count)),
            ["why_not"] = curve.Points.Count == 0 ? curve.WhyNot : "",
            ["points"] = points,
            ["command"] = answer.Command,
        };
    }
}
