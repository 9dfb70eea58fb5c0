using System.Text.Json.Nodes;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Simulation.Requests;
using Orrery.Simulation.Statistics;

namespace Orrery.Cli.Simulate;

/// <summary>Simulated requests for programs; base units, named in the keys.</summary>
internal static class SimulateServeJson
{
    public static JsonObject Inputs(SimulateServeRequest request)
    {
        var (run, scenario) = (request.Run, request.Scenario);
        var inputs = ServingText.Json(run.Workload, run.Cluster, run.Engine);
        inputs["load"] = Load(request);
        inputs["requests"] = scenario.Requests;
        inputs["warm_up"] = scenario.WarmUp;
        inputs["seed"] = scenario.Seed;
        inputs["routing"] = scenario.Routing == Routing.RoundRobin ? "round-robin" : "least-outstanding";
        inputs["target_ttft_s"] = Json.Of(scenario.Targets.Ttft);
        inputs["target_tpot_s"] = Json.Of(scenario.Targets.Tpot);
        inputs["pool"] = ServingText.Json(run.Deployment.Main);
        inputs["prefill_pool"] = run.Deployment.Prefill is { } prefill ? ServingText.Json(prefill) : null;
        inputs["command"] = request.Command;
        return inputs;
    }

    public static JsonObject Result(SimulateServeRequest request, SimulateServeAnswer answer)
    {
        var outcome = answer.Outcome;
        var log = outcome.Log;
        var result = new JsonObject
        {
            ["is_whole"] = outcome.IsWhole,
            ["is_overloaded"] = answer.IsOverloaded,
            ["arrived"] = log.Arrived,
            ["finished"] = log.Finished,
            ["counted"] = log.Counted,
            ["refused"] = new JsonObject { ["context"] = log.RefusedBecause(RefusedBy.Context), ["cache"] = log.RefusedBecause(RefusedBy.Cache) },
            ["seconds"] = Json.Of(log.Seconds),
            ["input_tokens"] = Json.Of(log.InputTokens),
            ["cached_tokens"] = Json.Of(log.CachedTokens),
            ["output_tokens"] = Json.Of(log.OutputTokens),
            ["requests_per_s"] = Json.Of(log.Finished / log.Seconds),
            ["tokens_per_s"] = Json.Of(log.OutputTokens / log.Seconds),
            ["tokens_per_s_per_chip"] = Json.Of(log.OutputTokens / log.Seconds / request.Run.Cluster.Chips),
            ["preemptions"] = log.Main.Whole.Preemptions,
            ["goodput"] = new JsonObject
            {
                ["met_ttft"] = log.MetTtft,
                ["met_tpot"] = log.MetTpot,
                ["met_all"] = log.Good,
                ["share"] = Json.Of((double)log.Good / log.Counted),
                ["requests_per_s"] = Json.Of((double)log.Good / log.Counted * log.Finished / log.Seconds),
            },
            ["decode_step_s"] = Json.Of(outcome.DecodeStep.Total),
            ["decode_steps"] = outcome.Steps,
            ["pool"] = Pool(log.Main),
            ["prefill_pool"] = log.Prefill is { } prefill ? Pool(prefill) : null,
            ["closed_form"] = outcome.Estimate is { } estimate ? EstimateServeJson.Brief(estimate) : null,
            ["requests_csv"] = request.RequestsPath,
        };
        foreach (var (key, _, histogram) in SimulateServeTables.Latencies(log))
        {
            result[key] = Latency(histogram);
        }

        if (answer.Range is { } range)
        {
            ServingWhyText.AddTo(result, outcome.Estimate!, answer.Levers, range);
        }

        return result;
    }

    private static JsonObject Load(SimulateServeRequest request) => request.Scenario.Arrivals switch
    {
        Arrivals.AtRate rate => new JsonObject { ["kind"] = "rate", ["amount"] = rate.PerSecond, ["burstiness"] = rate.Variation },
        Arrivals.InFlight loop => new JsonObject { ["kind"] = "concurrency", ["amount"] = loop.Requests },
        Arrivals.Recorded trace => new JsonObject
        {
            ["kind"] = "trace",
            ["amount"] = Json.Of(trace.Mean),
            ["file"] = request.TracePath,
            ["speed"] = trace.Speed,
            ["block_tokens"] = trace.BlockTokens,
        },
        _ => new JsonObject { ["kind"] = "at-once" },
    };

    private static JsonObject Latency(QuantileHistogram histogram)
    {
        var latency = new JsonObject { ["requests"] = histogram.Count, ["mean_s"] = Json.Of(histogram.Mean), ["standard_deviation_s"] = Json.Of(histogram.StandardDeviation) };
        foreach (var share in SimulateServeTables.Shares)
        {
            latency[FormattableString.Invariant($"p{share * 100:0}_s")] = Json.Of(histogram.Quantile(share));
        }

        latency["least_s"] = Json.Of(histogram.Least);
        latency["most_s"] = Json.Of(histogram.Most);
        return latency;
    }

    private static JsonObject Pool(PoolSeries series)
    {
        var pool = Span(series.Whole);
        pool["spans"] = Json.Array(series.Spans, Span);
        return pool;
    }

    private static JsonObject Span(SeriesSpan span) => new()
    {
        ["from_s"] = Json.Of(span.From),
        ["to_s"] = Json.Of(span.To),
        ["running"] = Json.Of(span.Running),
        ["waiting"] = Json.Of(span.Waiting),
        ["most_waiting"] = span.MostWaiting,
        ["kv_share"] = Json.Of(span.Cache),
        ["most_kv_share"] = Json.Of(span.MostCache),
        ["preemptions"] = span.Preemptions,
        ["busy_share"] = Json.Of(span.Busy),
        ["held_by_kv_share"] = Json.Of(span.HeldByCache),
        ["held_by_sequences_share"] = Json.Of(span.HeldBySequences),
    };
}
