using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Policy.Fleets;

namespace Orrery.Cli.Fleets;

/// <summary>Fleets for programs.</summary>
internal static class FleetJson
{
    public static JsonObject Inputs(FleetAnswer answer)
    {
        var question = answer.Study.Question;
        return new JsonObject
        {
            ["fleets"] = Json.Array(answer.Study.Results.Select(result => result.Fleet.Id)),
            ["days"] = Json.Of(question.Days),
            ["frontier_flop"] = Json.Of(question.FrontierFlop.Value),
            ["frontier_low_flop"] = Json.Of(question.FrontierFlop.Low),
            ["frontier_high_flop"] = Json.Of(question.FrontierFlop.High),
            ["dense_model"] = question.Dense.Model,
            ["moe_model"] = question.Moe.Model,
            ["served_model"] = question.Served.Id,
            ["precision"] = PrecisionWord.Of(question.Precision),
            ["input_tokens"] = ServingText.Range(question.Input),
            ["output_tokens"] = ServingText.Range(question.Output),
            ["ttft_target_s"] = Json.Of(question.Targets.Ttft),
            ["tpot_target_s"] = Json.Of(question.Targets.Tpot),
            ["engine_where_none"] = question.Engine?.Id,
            ["big_cluster_h100e"] = Json.Of(question.BigCluster),
            ["law"] = question.Law.Id,
            ["samples"] = question.Samples,
            ["seed"] = question.Seed,
            ["interval"] = Json.Of(question.Level),
            ["ranges"] = Json.Array(answer.Study.Inputs.Where(input => input.IsRanged), input => new JsonObject
            {
                ["name"] = input.Name,
                ["value"] = Json.Of(input.Value),
                ["low"] = Json.Of(input.Low),
                ["high"] = Json.Of(input.High),
                ["source"] = input.Source,
                ["distribution"] = input.IsFactor ? "two-piece log-normal, ends at 10 and 90 %" : "triangular",
            }),
            ["command"] = answer.Command,
        };
    }

    public static JsonObject Result(FleetAnswer answer) => new()
    {
        ["fleets"] = Json.Array(answer.Study.Results, result => Fleet(answer, result)),
        ["parity"] = Json.Array(answer.Parities, Parity),
        ["systems"] = Json.Array(answer.Study.Plans.Values.OrderBy(plan => plan.System.Id, StringComparer.Ordinal), plan => new JsonObject
        {
            ["system"] = plan.System.Id,
            ["dense"] = Rate(plan.Dense),
            ["moe"] = Rate(plan.Moe),
            ["decode"] = Rate(plan.Decode),
            ["serving"] = Rate(plan.Serving),
            ["clusters"] = Json.Array(plan.Run.Nodes, node => new JsonObject
            {
                ["chips"] = node.Chips,
                ["failure_share"] = Json.Of(1 - Math.Exp(-node.FailureLoss)),
                ["strategy"] = node.Best is { } best ? StrategyText.Options(best.Strategy) : null,
                ["batches"] = Json.Array(node.Rates, rate => new JsonObject { ["batch_tokens"] = Json.Of(rate.BatchTokens), ["tokens_per_s"] = Json.Of(rate.TokensPerSecond) }),
            }),
        }),
    };

    private static JsonObject Fleet(FleetAnswer answer, FleetResult result) => new()
    {
        ["id"] = result.Fleet.Id,
        ["name"] = result.Fleet.Name,
        ["counted_by"] = result.Fleet.CountedBy.ToString(),
        ["figures"] = new JsonObject(FleetFigures.All.Select(figure => KeyValuePair.Create(figure.Id(), (JsonNode?)new JsonObject
        {
            ["value"] = Json.Of(result[figure].Value),
            ["low"] = Json.Of(result[figure].Low),
            ["high"] = Json.Of(result[figure].High),
            ["widened_by"] = Json.Array(result[figure].Drivers.Take(5), driver => new JsonObject { ["input"] = driver.Input.Name, ["rank_correlation_squared"] = Json.Of(driver.Share) }),
        }))),
        ["holdings"] = Json.Array(result.Holdings, holding => new JsonObject
        {
            ["name"] = holding.Holding.Name,
            ["system"] = holding.Holding.System.Id,
            ["owner"] = holding.Holding.Owner,
            ["country"] = holding.Holding.Country,
            ["site"] = holding.Holding.Site,
            ["amount_known_how"] = holding.Holding.Amount.Confidence.ToString().ToLowerInvariant(),
            ["amount_source"] = holding.Holding.Amount.Source,
            ["chips"] = Json.Of(holding.Chips),
            ["paper_h100e"] = Json.Of(holding.Paper),
            ["dense_pretraining_h100e"] = Json.Of(holding.Dense),
            ["moe_pretraining_h100e"] = Json.Of(holding.Moe),
            ["decode_h100e"] = Json.Of(holding.Decode),
            ["served_tokens_per_s"] = Json.Of(holding.Served),
            ["largest_cluster_chips"] = Json.Of(holding.LargestCluster),
            ["largest_run_flop"] = Json.Of(holding.LargestRun),
            ["frontier_runs_per_year"] = Json.Of(holding.FrontierRuns),
            ["in_big_clusters_h100e"] = Json.Of(holding.Big),
            ["site_power_w"] = Json.Of(holding.Power),
        }),
        ["left_out"] = Json.Array(result.Gaps, gap => new JsonObject { ["figures"] = gap.What, ["which"] = gap.Which, ["paper_h100e"] = Json.Of(gap.H100e), ["why"] = gap.Why }),
        ["rows"] = answer.Rows.TryGetValue(result.Fleet.Id, out var rows) ? rows.Rows : null,
        ["rows_taken_as_one_cluster"] = answer.Rows.TryGetValue(result.Fleet.Id, out var grouped)
            ? new JsonObject { ["rows"] = grouped.Groups.Rows, ["h100e"] = Json.Of(grouped.Groups.H100e) } : null,
        ["unknown_chips"] = answer.Rows.TryGetValue(result.Fleet.Id, out var read)
            ? Json.Array(read.Unknown, one => new JsonObject { ["country"] = one.Country, ["h100e"] = Json.Of(one.H100e) }) : null,
        ["rows_left_out"] = answer.Rows.TryGetValue(result.Fleet.Id, out var left)
            ? Json.Array(left.LeftOut, one => new JsonObject { ["why"] = one.Why, ["rows"] = one.Rows, ["h100e"] = Json.Of(one.H100e) }) : null,
    };

    private static JsonObject Parity(FleetParity parity) => new()
    {
        ["first"] = parity.First.Fleet.Id,
        ["other"] = parity.Other.Fleet.Id,
        ["figures"] = new JsonObject(parity.Ratios.Select(ratio => KeyValuePair.Create(ratio.Figure.Id(), (JsonNode?)new JsonObject
        {
            ["over_first"] = Json.Of(ratio.Value),
            ["low"] = Json.Of(ratio.Low),
            ["high"] = Json.Of(ratio.High),
            ["chips_to_match"] = Json.Of(parity.ChipsToMatch(ratio.Figure)),
        }))),
        ["cluster_run"] = parity.Run is not { } run ? null : new JsonObject
        {
            ["system"] = run.System.Id,
            ["chips_in_one_cluster"] = Json.Of(run.Chips),
            ["low"] = Json.Of(run.Low),
            ["high"] = Json.Of(run.High),
            ["largest_cluster_chips"] = Json.Of(run.Has),
            ["looked_up_to_chips"] = Json.Of(run.LookedUpTo),
        },
    };

    private static JsonObject Rate(ChipRate rate) => new()
    {
        ["tokens_per_s_per_chip"] = rate.IsKnown ? Json.Of(rate.TokensPerSecond) : null,
        ["low_over_value"] = Json.Of(rate.Low),
        ["high_over_value"] = Json.Of(rate.High),
        ["planned_as"] = rate.How,
        ["why_not"] = rate.WhyNot,
    };
}
