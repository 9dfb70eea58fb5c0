using System.Text.Json.Nodes;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Comparison;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Paper;
using Orrery.Domain.Models;

namespace Orrery.Cli.Compare;

/// <summary>The comparison for programs.</summary>
internal static class CompareJson
{
    public static JsonObject Inputs(SystemComparison comparison) => new()
    {
        ["systems"] = Json.Array(comparison.Question.Contestants, contestant => new JsonObject
        {
            ["text"] = contestant.Text,
            ["system"] = contestant.Cluster.System.Id,
            ["chip"] = contestant.Cluster.Chip.Id,
            ["chips"] = contestant.Cluster.Chips,
            ["stack"] = contestant.Stack.Id,
        }),
        ["models"] = Json.Array(comparison.Question.Models.Select(model => model.Id)),
        ["precisions"] = Json.Array(comparison.Question.Precisions.Select(Precision)),
        ["sequence_tokens"] = comparison.Question.SequenceLength,
        ["global_batch_sequences"] = comparison.Question.GlobalBatch,
    };

    public static JsonObject Result(SystemComparison comparison, Func<Transformer, string> modelText) => new()
    {
        ["paper"] = new JsonObject
        {
            ["rows"] = Json.Array(comparison.Paper.Rows, Row),
            ["notes"] = Json.Array(comparison.Paper.Notes),
        },
        ["delivered"] = Json.Array(comparison.Bouts, bout => new JsonObject
        {
            ["model"] = bout.Model.Id,
            ["precision"] = Precision(bout.Choice),
            ["sequence_tokens"] = bout.SequenceLength,
            ["results"] = Json.Array(bout.Results, result => Delivered(result, modelText(bout.Model))),
            ["paper_ratios"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.PaperRatio(i))),
            ["matmul_peak_ratios"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.MatmulRatio(i))),
            ["delivered_ratios"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.DeliveredRatio(i))),
            ["delivered_ratios_low"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.DeliveredRange(i)?.Low)),
            ["delivered_ratios_high"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.DeliveredRange(i)?.High)),
        }),
    };

    private static string Precision(PrecisionChoice choice) => choice.Precision is { } one ? Words.Of(Words.Precisions, one) : "best";

    private static JsonObject Row(PaperRow row) => new()
    {
        ["id"] = row.Id,
        ["label"] = row.Label,
        ["unit"] = row.Unit,
        ["alternative_convention"] = row.Alternative,
        ["figures"] = Json.Array(row.Figures, figure => figure is null ? null : new JsonObject
        {
            ["value"] = Json.Of(figure.Value),
            ["low"] = Json.Of(figure.Low),
            ["high"] = Json.Of(figure.High),
            ["source"] = figure.Source,
            ["confidence"] = figure.Confidence.ToString().ToLowerInvariant(),
        }),
        ["ratios"] = Json.Array(Enumerable.Range(0, row.Figures.Count), i => Json.Of(row.Ratio(i))),
    };

    private static JsonObject Delivered(DeliveredResult result, string model)
    {
        if (result.Best is not { } best)
        {
            return new JsonObject
            {
                ["system"] = result.Contestant.Text,
                ["precision"] = Words.Of(Words.Precisions, result.Precision),
                ["fits"] = false,
                ["why_not"] = result.WhyNot,
            };
        }

        var node = EstimateTrainJson.Throughput(best);
        node["system"] = result.Contestant.Text;
        node["precision"] = Words.Of(Words.Precisions, result.Precision);
        node["delivered_tokens_per_s"] = Json.Of(result.Goodput!.TokensPerSecond);
        node["goodput"] = GoodputText.Json(result.Goodput, result.GoodputRange);
        node["tokens_per_s_per_kw"] = Json.Of(result.TokensPerSecondPerKilowatt);
        node["tokens_per_s_per_kusd"] = Json.Of(result.TokensPerSecondPerThousandUsd);
        node["peak_flop_per_s"] = Json.Of(result.Peak?.Value);
        node["global_batch_sequences"] = best.Workload.GlobalBatch;
        node["limited_by"] = result.Levers[0].Lever.Id;
        node["levers"] = Json.Array(result.Levers, lever => new JsonObject { ["id"] = lever.Lever.Id, ["throughput_gain"] = Json.Of(lever.Gain) });
        node["strategy"] = StrategyText.Json(best.Strategy);
        node["strategies"] = result.Proof is { } proof ? Json.Of((double)proof.Strategies) : null;
        node["strategies_evaluated"] = result.Proof is { } counted ? Json.Of((double)counted.Evaluated) : null;
        node["parts"] = EstimateTrainJson.Parts(best);
        node["memory"] = EstimateTrainJson.Memory(best.Memory);
        node["interval"] = IntervalText.Json(best, result.Interval);
        node["tokens_per_s_low"] = Json.Of(result.Range is { } slow ? best.Workload.TokensPerStep / slow.Slowest : null);
        node["tokens_per_s_high"] = Json.Of(result.Range is { } fast ? best.Workload.TokensPerStep / fast.Fastest : null);
        node["widest_input"] = result.Range?.Widest?.Input.Path;
        node["published_error"] = result.Record is not { } record ? null : new JsonObject
        {
            ["group"] = record.Group,
            ["rows"] = record.Rows,
            ["median_ape"] = Json.Of(record.MedianError),
            ["p90_ape"] = Json.Of(record.P90Error),
        };
        node["command"] = CompareText.Command(result, model);
        return node;
    }
}
