using System.Text.Json.Nodes;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Domain.Strategies;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>A plan for programs; base units, named in the keys.</summary>
internal static class PlanTrainJson
{
    public static JsonObject Inputs(PlanTrainRequest request)
    {
        var question = request.Question;
        return new JsonObject
        {
            ["model"] = question.Workload.Model.Id,
            ["system"] = question.Cluster.System.Id,
            ["chip"] = question.Cluster.Chip.Id,
            ["chips"] = question.Cluster.Chips,
            ["scale_up_domain"] = question.Cluster.System.ScaleUpDomain,
            ["global_batch_sequences"] = question.Workload.GlobalBatch,
            ["sequence_tokens"] = question.Workload.SequenceLength,
            ["precision"] = Words.Of(Words.Precisions, question.Workload.Precision),
            ["task"] = Words.Of(Words.Tasks, question.Workload.Task),
            ["stack"] = question.Stack.Id,
            ["shardings"] = Json.Array(question.Limits.Shardings.Select(one => Words.Of(Words.Shardings, one))),
            ["schedules"] = Json.Array(question.Limits.Schedules.Select(one => Words.Of(Words.Schedules, one))),
            ["command"] = PlanTrainText.Command(request),
        };
    }

    public static JsonObject Result(PlanTrainRequest request, PlanTrainAnswer answer)
    {
        var result = new JsonObject
        {
            ["best"] = answer.Plan.Best is { } best ? Detailed(request, answer, best) : null,
            ["runners_up"] = Json.Array(answer.Plan.RunnersUp, Brief),
            ["constrained"] = Json.Array(answer.Constrained, constrained => new JsonObject
            {
                ["constraint"] = constrained.Constraint.Id,
                ["best"] = constrained.Plan.Best is { } estimate ? Brief(estimate) : null,
            }),
            ["proof"] = Proof(answer.Plan.Proof),
            ["flat"] = Json.Array(answer.Flat, flat => new JsonObject
            {
                ["belief"] = flat.Belief.Name,
                ["believed"] = Brief(flat.Believed),
                ["delivered"] = Brief(flat.Real),
            }),
            ["pareto"] = Json.Array(answer.Pareto, plan => Brief(plan.Best!)),
        };
        if (answer.WhyNone is { } none)
        {
            result["why_none"] = new JsonObject
            {
                ["removed"] = none.Removed,
                ["leanest"] = none.Leanest is { } leanest ? Brief(leanest) : null,
                ["changes"] = Json.Array(none.Changes, change => new JsonObject { ["change"] = change.What, ["best"] = Brief(change.Plan.Best!) }),
            };
        }

        if (answer.Explained is { } explained)
        {
            result["explained"] = new JsonObject
            {
                ["strategy"] = StrategyText.Json(explained.Strategy),
                ["broken_rules"] = Json.Array(explained.Broken.Select(rule => rule.Message)),
                ["excluded_by"] = explained.Excluded,
                ["estimate"] = explained.Estimate is { } estimate ? Brief(estimate) : null,
                ["part_differences"] = explained.Estimate is { } asked && answer.Plan.Best is { } against ? Differences(asked, against) : null,
            };
        }

        return result;
    }

    public static JsonObject Launch(LaunchFormat format, Strategy strategy, LaunchText text) => new()
    {
        ["format"] = format.ToString().ToLowerInvariant(),
        ["strategy"] = StrategyText.Json(strategy),
        ["text"] = text.Text,
        ["not_carried"] = Json.Array(text.Gaps, gap => new JsonObject { ["setting"] = gap.Setting, ["reason"] = gap.Reason }),
    };

    private static JsonObject Detailed(PlanTrainRequest request, PlanTrainAnswer answer, TrainingEstimate best)
    {
        var node = answer is { Range: { } range, Goodput: { } goodput } ? EstimateTrainJson.Result(best, answer.Levers, range, answer.Interval, goodput) : EstimateTrainJson.Throughput(best);
        node["chips"] = best.Cluster.Chips;
        node["chips_idle"] = request.Question.Cluster.Chips - best.Cluster.Chips;
        node["strategy"] = StrategyText.Json(best.Strategy);
        node["placement"] = PlacementText.Json(best);
        node["command"] = PlanTrainText.EstimateCommand(request, best);
        return node;
    }

    private static JsonObject Brief(TrainingEstimate estimate)
    {
        var node = EstimateTrainJson.Throughput(estimate);
        node["chips"] = estimate.Cluster.Chips;
        node["delivered_tokens_per_s"] = Json.Of(TrainingGoodput.Of(estimate).TokensPerSecond);
        node["memory_bytes"] = Json.Of(estimate.Memory.Total.Value);
        node["largest_overhead"] = Words.Key(PlanTrainTables.Overhead(estimate));
        node["parts"] = EstimateTrainJson.Parts(estimate);
        node["strategy"] = StrategyText.Json(estimate.Strategy);
        return node;
    }

    private static JsonObject Proof(SearchProof proof)
    {
        var ruledOut = new JsonObject();
        foreach (var (reason, count) in proof.RuledOut)
        {
            ruledOut[Words.Key(reason)] = Json.Of((double)count);
        }

        return new JsonObject
        {
            ["complete"] = proof.IsComplete,
            ["strategies"] = Json.Of((double)proof.Strategies),
            ["evaluated"] = Json.Of((double)proof.Evaluated),
            ["layouts_looked_into"] = proof.Layouts,
            ["ruled_out"] = ruledOut,
            ["not_looked_at"] = Json.Of((double)(proof.Strategies - proof.Accounted)),
            ["fastest_left_s"] = Json.Of(proof.FastestLeft),
        };
    }

    private static JsonObject Differences(TrainingEstimate asked, TrainingEstimate best)
    {
        var differences = new JsonObject();
        foreach (var part in Enum.GetValues<StepPart>())
        {
            differences[Words.Key(part)] = Json.Of(asked.Parts[part] - best.Parts[part]);
        }

        return differences;
    }
}
