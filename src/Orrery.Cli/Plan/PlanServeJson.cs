using System.Text.Json.Nodes;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Serving;

namespace Orrery.Cli.Plan;

/// <summary>A planned deployment for programs; base units, named in the keys.</summary>
internal static class PlanServeJson
{
    public static JsonObject Inputs(PlanServeRequest request)
    {
        var question = request.Question;
        var inputs = ServingText.Json(question.Workload, question.Cluster, question.Engine);
        inputs["formats"] = Json.Array(question.Precisions.Select(precision => ServingText.FormatOptions(question.In(precision))));
        inputs["ttft_target_s"] = Json.Of(question.Targets.Ttft);
        inputs["tpot_target_s"] = Json.Of(question.Targets.Tpot);
        inputs["target_share"] = question.Targets.IsMean ? null : Json.Of(question.Targets.Share);
        inputs["requests_per_s"] = Json.Of(question.Rate);
        inputs["command"] = PlanServeText.Command(request);
        return inputs;
    }

    public static JsonObject Result(PlanServeRequest request, PlanServeAnswer answer)
    {
        var result = new JsonObject
        {
            ["best"] = answer.Plan.Best is { } best && answer.Range is { } range ? With(request, best, EstimateServeJson.Result(best.Estimate, answer.Levers, range)) : null,
            ["runners_up"] = Json.Array(answer.Plan.RunnersUp, planned => With(request, planned, EstimateServeJson.Brief(planned.Estimate))),
            ["constrained"] = Json.Array(answer.Constrained, constrained => new JsonObject
            {
                ["constraint"] = constrained.Constraint.Id,
                ["best"] = constrained.Plan.Best is { } planned ? With(request, planned, EstimateServeJson.Brief(planned.Estimate)) : null,
            }),
            ["proof"] = Proof(answer.Plan.Proof),
            ["frontier"] = Json.Array(answer.Frontier, point => new JsonObject
            {
                ["tokens_per_s_per_user"] = Json.Of(1 / point.Tpot),
                ["tokens_per_s_per_chip"] = Json.Of(point.RequestsPerSecond * request.Question.Workload.Output.Mean / request.Question.Cluster.Chips),
                ["ttft_s"] = Json.Of(point.Ttft),
                ["tpot_s"] = Json.Of(point.Tpot),
                ["deployment"] = Candidate(request, point),
            }),
        };
        if (answer.WhyNone is { } why)
        {
            result["why_none"] = new JsonObject
            {
                ["fits"] = why.Fits,
                ["leanest_bytes"] = Json.Of(why.Leanest.Value),
                ["fastest_tpot_s"] = Json.Of(why.FastestTpot),
                ["weight_read_s"] = Json.Of(why.WeightSeconds),
                ["fastest_ttft_s"] = Json.Of(why.FastestTtft),
                ["most_requests_per_s"] = Json.Of(why.MostRequestsPerSecond),
            };
        }

        return result;
    }

    public static JsonObject Launch(ServingLaunchFormat format, ServingCandidate candidate, LaunchText text) => new()
    {
        ["format"] = format.ToString().ToLowerInvariant(),
        ["pool"] = ServingText.Json(candidate.Deployment.Main),
        ["prefill_pool"] = candidate.Deployment.Prefill is { } prefill ? ServingText.Json(prefill) : null,
        ["text"] = text.Text,
        ["not_carried"] = Json.Array(text.Gaps, gap => new JsonObject { ["setting"] = gap.Setting, ["reason"] = gap.Reason }),
    };

    private static JsonObject With(PlanServeRequest request, PlannedServing planned, JsonObject result)
    {
        result["deployment"] = Candidate(request, planned.Candidate);
        if (planned.Percentiles is { } of)
        {
            result["percentiles"] = new JsonObject
            {
                ["share"] = Json.Of(of.Share), ["ttft_s"] = Json.Of(of.Ttft), ["tpot_s"] = Json.Of(of.Tpot), ["simulated"] = of.IsSimulated,
            };
        }

        return result;
    }

    private static JsonObject Candidate(PlanServeRequest request, ServingCandidate candidate) => new()
    {
        ["pool"] = ServingText.Json(candidate.Deployment.Main),
        ["prefill_pool"] = candidate.Deployment.Prefill is { } prefill ? ServingText.Json(prefill) : null,
        ["chips"] = candidate.Deployment.Chips,
        ["batch_per_replica"] = Json.Of(candidate.Batch),
        ["requests_per_s_most"] = Json.Of(candidate.RequestsPerSecond),
        ["options"] = PlanServeTables.Options(request, candidate),
    };

    private static JsonObject Proof(ServingProof proof)
    {
        var ruledOut = new JsonObject();
        foreach (var (reason, count) in proof.RuledOut.OrderBy(entry => entry.Key))
        {
            ruledOut[Words.Key(reason)] = count;
        }

        return new JsonObject
        {
            ["layouts"] = proof.Layouts,
            ["points"] = proof.Points,
            ["evaluated"] = proof.Evaluated,
            ["ruled_out"] = ruledOut,
            ["splits"] = proof.Pairs,
            ["complete"] = proof.IsComplete,
        };
    }
}
