using System.Text.Json.Nodes;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Quantities;

namespace Orrery.Cli.Estimate;

/// <summary>The estimate for programs; base units, named in the keys.</summary>
internal static class EstimateTrainJson
{
    public static JsonObject Inputs(EstimateTrainRequest request, string command) => new()
    {
        ["model"] = request.Workload.Model.Id,
        ["system"] = request.Cluster.System.Id,
        ["chip"] = request.Cluster.Chip.Id,
        ["chips"] = request.Cluster.Chips,
        ["global_batch_sequences"] = request.Workload.GlobalBatch,
        ["sequence_tokens"] = request.Workload.SequenceLength,
        ["precision"] = Words.Of(Words.Precisions, request.Workload.Precision),
        ["task"] = Words.Of(Words.Tasks, request.Workload.Task),
        ["strategy"] = StrategyText.Json(request.Strategy),
        ["stack"] = request.Stack.Id,
        ["command"] = command,
    };

    public static JsonObject Result(
        TrainingEstimate estimate, IReadOnlyList<LeverEffect> levers, PredictionRange range, PredictionInterval? interval,
        (TrainingGoodput Training, GoodputRange? Range) goodput)
    {
        var result = Throughput(estimate);
        result["parts"] = Parts(estimate);
        result["memory"] = Memory(estimate.Memory);
        result["placement"] = PlacementText.Json(estimate);
        result["largest_part"] = Words.Key(estimate.LargestPart);
        result["limited_by"] = levers[0].Lever.Id;
        result["levers"] = Json.Array(levers, effect => new JsonObject
        {
            ["id"] = effect.Lever.Id,
            ["rate_factor"] = LeverEffect.Step,
            ["throughput_gain"] = Json.Of(effect.Gain),
        });
        result["interval"] = IntervalText.Json(estimate, interval);
        result["range"] = Range(range);
        result["goodput"] = GoodputText.Json(goodput.Training, goodput.Range);
        return result;
    }

    public static JsonObject Throughput(TrainingEstimate estimate) => new()
    {
        ["fits"] = estimate.Memory.Fits,
        ["iteration_s"] = Json.Of(estimate.Iteration.Value),
        ["tokens_per_s"] = Json.Of(estimate.TokensPerSecond),
        ["tokens_per_s_per_chip"] = Json.Of(estimate.TokensPerSecondPerChip),
        ["model_flop_per_s_per_chip"] = Json.Of(estimate.ModelFlopsPerSecondPerChip.Value),
        ["model_flop_per_token"] = Json.Of(estimate.ModelFlopsPerToken.Value),
        ["peak_flop_per_s_per_chip"] = Json.Of(estimate.Peak.Value),
        ["mfu"] = Json.Of(estimate.Mfu),
        ["hfu"] = Json.Of(estimate.Hfu),
    };

    public static JsonObject Parts(TrainingEstimate estimate)
    {
        var parts = new JsonObject();
        foreach (var part in Enum.GetValues<StepPart>())
        {
            parts[Words.Key(part)] = Json.Of(estimate.Parts[part]);
        }

        return parts;
    }

    public static JsonObject Memory(TrainingMemory memory)
    {
        var parts = new JsonObject();
        foreach (var (name, bytes) in MemoryParts(memory))
        {
            parts[$"{name.Replace(' ', '_').Replace("-", "_", StringComparison.Ordinal)}_bytes"] = Json.Of(bytes.Value);
        }

        parts["total_bytes"] = Json.Of(memory.Total.Value);
        parts["capacity_bytes"] = Json.Of(memory.Capacity.Value);
        parts["host_bytes"] = Json.Of(memory.Host.Value);
        parts["host_capacity_bytes"] = Json.Of(memory.HostCapacity?.Value);
        return parts;
    }

    /// <summary>What a chip's memory holds, by name; the amounts sum to the total.</summary>
    public static IEnumerable<(string Name, Bytes Amount)> MemoryParts(TrainingMemory memory) =>
    [
        ("weights", memory.Weights), ("gradients", memory.Gradients), ("optimizer state", memory.OptimizerState),
        ("activations", memory.Activations), ("head and loss", memory.Head), ("communication buffers", memory.Communication),
        ("framework reserve", memory.Reserve),
    ];

    private static JsonObject Range(PredictionRange range) => new()
    {
        ["iteration_low_s"] = Json.Of(range.Fastest),
        ["iteration_high_s"] = Json.Of(range.Slowest),
        ["inputs"] = Json.Array(range.Effects, effect =>
        {
            var input = Json.Of(effect.Input);
            input["iteration_low_s"] = Json.Of(effect.Fastest);
            input["iteration_high_s"] = Json.Of(effect.Slowest);
            return input;
        }),
    };
}
