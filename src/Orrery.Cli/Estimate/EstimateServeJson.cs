using System.Text.Json.Nodes;
using Orrery.Analysis.Serving;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;

namespace Orrery.Cli.Estimate;

/// <summary>The estimate for programs; base units, named in the keys.</summary>
internal static class EstimateServeJson
{
    public static JsonObject Inputs(ServingRequest request, string command)
    {
        var inputs = ServingText.Json(request.Workload, request.Cluster, request.Engine);
        inputs["load"] = new JsonObject { ["kind"] = ServingTables.Key(request.Load.Kind), ["amount"] = request.Load.Amount };
        inputs["pool"] = ServingText.Json(request.Deployment.Main);
        inputs["prefill_pool"] = request.Deployment.Prefill is { } prefill ? ServingText.Json(prefill) : null;
        inputs["command"] = command;
        return inputs;
    }

    public static JsonObject Result(ServingEstimate estimate, IReadOnlyList<ServingLeverEffect> levers, ServingRange range)
    {
        var result = Brief(estimate);
        var (ttft, tpot) = (estimate.Ttft, estimate.Tpot);
        result["ttft_parts"] = new JsonObject
        {
            ["request_s"] = Json.Of(ttft.Request),
            ["wait_s"] = Json.Of(ttft.Wait),
            ["prefill_s"] = Json.Of(ttft.Prefill),
            ["host_load_s"] = Json.Of(ttft.HostLoad),
            ["transfer_s"] = Json.Of(ttft.Transfer),
            ["delivery_s"] = Json.Of(ttft.Delivery),
        };
        result["tpot_parts"] = new JsonObject { ["decode_s"] = Json.Of(tpot.Decode), ["prompts_s"] = Json.Of(tpot.Prompts) };
        result["decode_step"] = Step(estimate.DecodeStep);
        result["prefill_step"] = Step(estimate.PrefillStep);
        result["memory"] = Memory(estimate.Memory, estimate.CacheInUse.Value);
        result["prefill_memory"] = estimate.PrefillMemory is { } prefill ? Memory(prefill, prefill.SequenceBytes(estimate.Question.Workload.Input.Mean)) : null;
        result["largest_batch"] = Json.Of(estimate.LargestBatch);
        result["largest_batch_limited_by"] = estimate.Limit == BatchLimit.Memory ? "memory" : "sequences";
        result["balance"] = estimate.Balance is { } balance
            ? new JsonObject
            {
                ["prefill_share"] = Json.Of(balance.PrefillShare),
                ["decode_share"] = Json.Of(balance.DecodeShare),
                ["limited_by"] = balance.IsLimitedByPrefill ? "prefill" : "decode",
                ["transfer_bytes"] = Json.Of(balance.TransferBytes.Value),
                ["transfer_tier"] = balance.Tier.Name,
            }
            : null;
        ServingWhyText.AddTo(result, estimate, levers, range);
        return result;
    }

    public static JsonObject Brief(ServingEstimate estimate) => new()
    {
        ["answers"] = estimate.Answers,
        ["ttft_s"] = Json.Of(estimate.Ttft.Total),
        ["tpot_s"] = Json.Of(estimate.Tpot.Total),
        ["request_latency_s"] = Json.Of(estimate.RequestSeconds),
        ["tokens_per_s"] = Json.Of(estimate.OutputTokensPerSecond),
        ["tokens_per_s_per_chip"] = Json.Of(estimate.OutputTokensPerSecondPerChip),
        ["tokens_per_s_per_user"] = Json.Of(estimate.TokensPerSecondPerUser),
        ["total_tokens_per_s"] = Json.Of(estimate.TotalTokensPerSecond),
        ["requests_per_s"] = Json.Of(estimate.RequestsPerSecond),
        ["most_requests_per_s"] = Json.Of(estimate.MostRequestsPerSecond),
        ["running_per_replica"] = Json.Of(estimate.Running),
        ["j_per_output_token"] = Json.Of(estimate.JoulesPerOutputToken),
    };

    public static JsonObject Memory(ServingMemory memory, double cache) => new()
    {
        ["weights_bytes"] = Json.Of(memory.Weights.Value),
        ["kv_bytes"] = Json.Of(cache),
        ["activations_bytes"] = Json.Of(memory.Activations.Value),
        ["reserve_bytes"] = Json.Of(memory.Reserve.Value),
        ["kv_free_bytes"] = Json.Of(memory.CacheRoom.Value - cache),
        ["usable_bytes"] = Json.Of(memory.Capacity.Value),
        ["kv_bytes_per_token"] = Json.Of(memory.CachePerToken),
    };

    private static JsonObject Step(in ServingTimes times)
    {
        var parts = new JsonObject();
        foreach (var part in Enum.GetValues<ServingPart>())
        {
            parts[Words.Key(part)] = Json.Of(times[part]);
        }

        parts["total_s"] = Json.Of(times.Total);
        return parts;
    }
}
