using System.Text.Json.Nodes;
using Orrery.Cli.Scale;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Parity;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Parity;

/// <summary>Parity for programs.</summary>
internal static class ParityJson
{
    public static JsonObject Inputs(Contestant first, Contestant second, ScalingRequest request, double? days, int most, bool byTime)
    {
        var inputs = ScaleJson.Shared(request);
        inputs["first"] = Contestant(first);
        inputs["second"] = Contestant(second);
        inputs["first_chips"] = days is null ? first.Cluster.Chips : null;
        inputs["most_chips"] = most;
        inputs["deadline_s"] = Json.Of(days * ParityCommand.SecondsPerDay);
        inputs["run_tokens"] = byTime && request.Models.Count == 1 ? Json.Of(request.RunTokens(request.Models[0])) : null;
        inputs["law"] = byTime ? request.Law!.Id : null;
        return inputs;
    }

    public static JsonObject Result(IReadOnlyList<ParityAnswer> answers) => new()
    {
        ["parities"] = Json.Array(answers, Of),
    };

    private static JsonObject Contestant(Contestant contestant) => new()
    {
        ["text"] = contestant.Text,
        ["system"] = contestant.Cluster.System.Id,
        ["chip"] = contestant.Cluster.Chip.Id,
        ["stack"] = contestant.Stack.Id,
    };

    private static JsonObject Of(ParityAnswer answer)
    {
        var parity = answer.Parity;
        return new JsonObject
        {
            ["model"] = parity.Question.Workload.Model.Id,
            ["mode"] = ScaleTable.Mode(parity.Question.Workload),
            ["sequence_tokens"] = parity.Question.Workload.SequenceLength,
            ["global_batch_sequences"] = parity.Question.Workload.GlobalBatch,
            ["run"] = parity.Question.Workload.Run is { } run ? ScaleJson.Run(run) : null,
            ["parity"] = parity.HasParity,
            ["target_useful_tokens_per_s"] = Json.Of(parity.Target),
            ["chip_ratio"] = Json.Of(parity.ChipRatio),
            ["chip_ratio_low"] = Json.Of(parity.ChipRatioRange?.Low),
            ["chip_ratio_high"] = Json.Of(parity.ChipRatioRange?.High),
            ["share_reached"] = Json.Of(parity.ShareReached),
            ["first"] = Side(parity.First, answer.ModelText),
            ["second"] = Side(parity.Second, answer.ModelText),
            ["command"] = answer.Command,
        };
    }

    private static JsonObject Side(ParitySide side, string model)
    {
        JsonObject? Point(ScalePoint? point) => point is null ? null : ScaleJson.Point(point, model, side.Contestant.Stack.Id);
        return new JsonObject
        {
            ["reached"] = Point(side.Reached),
            ["systems"] = side.Systems,
            ["fastest"] = Point(side.Fastest),
            ["last_doubling_gain"] = Json.Of(side.LastDoubling),
            ["still_gaining"] = side.IsStillGaining,
            ["obstacles"] = side.Reached is null ? ScaleJson.Losses(side.Obstacles) : null,
            ["why_not"] = side.Fastest is null ? side.WhyNot : "",
            ["tried"] = Json.Array(side.Tried, Point),
        };
    }
}
