using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Domain.Policies;
using Orrery.Policy.Rules;

namespace Orrery.Cli.Policy;

/// <summary>Rules and verdicts for programs.</summary>
internal static class PolicyJson
{
    public static JsonObject Rule(ExportRule rule) => new()
    {
        ["id"] = rule.Id,
        ["name"] = rule.Name,
        ["status"] = Key(rule.Status),
        ["since"] = Day(rule.Since),
        ["until"] = rule.Until is { } until ? Day(until) : null,
        ["says"] = rule.Says,
        ["consequence"] = rule.Consequence,
        ["source"] = rule.Source,
        ["when_met"] = Key(rule.Effect),
    };

    public static JsonObject Verdict(RuleVerdict verdict) => new()
    {
        ["rule"] = verdict.Rule.Id,
        ["chip"] = verdict.Chip.Id,
        ["outcome"] = Key(verdict.Outcome),
        ["verdict"] = PolicyText.Word(verdict),
        ["clauses"] = Json.Array(verdict.Clauses, clause => new JsonObject
        {
            ["name"] = clause.Clause.Name,
            ["outcome"] = Key(clause.Outcome),
            ["tests"] = Json.Array(clause.Tests, test => new JsonObject
            {
                ["quantity"] = Key(test.Test.Quantity),
                ["sense"] = Key(test.Test.Sense),
                ["threshold"] = Json.Of(test.Test.Threshold.Value),
                ["value"] = Json.Of(test.Figure?.Value),
                ["low"] = Json.Of(test.Figure?.Low),
                ["high"] = Json.Of(test.Figure?.High),
                ["margin"] = Json.Of(test.Margin),
                ["missing"] = test.Missing.Length > 0 ? test.Missing : null,
                ["outcome"] = Key(test.Outcome),
            }),
        }),
    };

    public static JsonObject Reach(RuleReach reach) => new()
    {
        ["rule"] = Rule(reach.Rule),
        ["verdicts"] = Json.Array(reach.Verdicts, Verdict),
        ["relative"] = reach.Cap is not { } cap ? null : new JsonObject
        {
            ["qualifying_chip"] = cap.Best?.Chip.Id,
            ["made"] = Json.Array(cap.Made, made => new JsonObject
            {
                ["chip"] = made.Chip.Id,
                ["indigenous"] = made.Made.IsIndigenous,
                ["share_of_demand"] = Json.Of(made.Share),
                ["low"] = Json.Of(made.ShareLow),
                ["high"] = Json.Of(made.ShareHigh),
                ["outcome"] = Key(made.Outcome),
            }),
            ["limits"] = Json.Array(cap.Limits, limit => new JsonObject { ["quantity"] = Key(limit.Quantity), ["limit"] = Json.Of(limit.Limit) }),
        },
        ["best_permitted"] = Json.Array(reach.Best, worth => new JsonObject
        {
            ["chip"] = worth.Chip.Id,
            ["paper_h100e"] = Json.Of(worth.Paper),
            ["effective_h100e"] = Json.Array(worth.Effective, one => new JsonObject
            {
                ["workload"] = one.Delivery.Workload.Id, ["value"] = Json.Of(one.H100Equivalents), ["low"] = Json.Of(one.Low), ["high"] = Json.Of(one.High),
            }),
        }),
        ["aggregates"] = Json.Array(reach.Aggregates, aggregate => new JsonObject
        {
            ["name"] = aggregate.Limit.Name,
            ["kind"] = Key(aggregate.Limit.Kind),
            ["amount"] = Json.Of(aggregate.Limit.Amount.Value),
            ["paper_h100e"] = Json.Of(aggregate.H100s),
            ["held"] = Json.Array(aggregate.Held, held => new JsonObject
            {
                ["estimate"] = held.Estimate, ["share"] = Json.Of(held.Share), ["low"] = Json.Of(held.Low), ["high"] = Json.Of(held.High), ["outcome"] = Key(held.Outcome),
            }),
        }),
        ["notice"] = PolicyText.Notice,
    };

    public static string Key<T>(T word) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
