using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Serving;

namespace Orrery.Cli.Compare;

/// <summary>One line of the table of what is served.</summary>
/// <param name="Id">Snake case, for CSV and JSON.</param>
/// <param name="Value">In <paramref name="Unit"/>; null for lines of text.</param>
internal sealed record ServeLine(string Id, string Label, string Unit, Func<ServedResult, double?>? Value, Func<ServedResult, string> Text, bool HasRatio);

/// <summary>What each contestant serves, side by side.</summary>
internal static class CompareServeTable
{
    public static IReadOnlyList<ServeLine> Lines { get; } =
    [
        Figure("tokens_per_s", "throughput", result => result.TokensPerSecond),
        Figure("tokens_per_s_per_chip", "  a chip", result => result.TokensPerSecondPerChip),
        Figure("tokens_per_s_per_kw", "  a kW", result => result.TokensPerSecondPerKilowatt),
        Figure("tokens_per_s_per_kusd", "  a thousand USD", result => result.TokensPerSecondPerThousandUsd),
        Figure("tokens_per_s_per_m2", "  a square metre", result => result.TokensPerSecondPerSquareMetre),
        Time("tpot_s", "TPOT", result => result.Best?.Estimate.Tpot.Total),
        Time("ttft_s", "TTFT", result => result.Best?.Estimate.Ttft.Total),
        new("batch_per_replica", "requests a replica", "", result => result.Best?.Candidate.Batch, result => Or(result.Best?.Candidate.Batch, Number.Count), false),
        new("chips_used", "chips used", "", result => result.Best?.Candidate.Deployment.Chips, result => Or(result.Best?.Candidate.Deployment.Chips, Number.Count), false),
        new("limited_by", "bound by", "", null, result => result.Levers.Count > 0 ? result.Levers[0].Lever.Name : "-", false),
        new("weights", "weights", "", null, Weights, false),
    ];

    public static Table Of(ServingBout bout)
    {
        var contestants = bout.Results.Select(result => result.Contestant).ToList();
        var table = new Table(
        [
            new Column(""), new Column(""), .. contestants.Select(contestant => new Column(contestant.Name, Align.Right)),
            .. contestants.Skip(1).Select(contestant => new Column(contestants.Count == 2 ? "ratio" : $"{contestant.Text} ratio", Align.Right)),
        ]);
        foreach (var line in Lines)
        {
            table.Add(
            [
                line.Label, line.Unit is "s" ? "" : line.Unit, .. bout.Results.Select(line.Text),
                .. bout.Results.Skip(1).Select(result => line.HasRatio && line.Value!(result) / line.Value(bout.Results[0]) is { } ratio ? Number.Ratio(ratio) : ""),
            ]);
        }

        foreach (var result in bout.Results.Where(result => result.Best is not null))
        {
            // A deployment is longer than a column; it goes under the table's name for the system.
            table.Note($"{result.Contestant.Name}: {ServingText.Short(result.Best!.Candidate.Deployment)}; engine {result.Contestant.Question.Engine.Name}");
        }

        return table;
    }

    /// <summary>Every figure on a line of its own, for programs.</summary>
    public static Table Flat(ServingComparison comparison)
    {
        var table = new Table(new Column("section"), new Column("formats"), new Column("figure"), new Column("unit"), new Column("system"), new Column("value"), new Column("ratio"));
        foreach (var bout in comparison.Bouts)
        {
            foreach (var line in Lines.Where(line => line.Value is not null))
            {
                foreach (var result in bout.Results)
                {
                    var (value, first) = (line.Value!(result), line.Value(bout.Results[0]));
                    table.Add(bout.Shared is null ? "fastest" : "same format", Weights(result), line.Id, line.Unit, result.Contestant.Text,
                        value is { } number ? Number.Raw(number) : "", value / first is { } ratio ? Number.Raw(ratio) : "");
                }
            }
        }

        return table;
    }

    /// <summary>Formats of the weights: those of the best deployment, or those tried.</summary>
    public static string Weights(ServedResult result)
    {
        var formats = result.Best is { } best ? [best.Candidate.Precision] : result.Contestant.Question.Precisions;
        return string.Join(", ", formats.Select(format => format.Experts == format.Dense
            ? Words.Of(Words.WeightFormats, format.Dense)
            : $"{Words.Of(Words.WeightFormats, format.Dense)}/{Words.Of(Words.WeightFormats, format.Experts)}").Distinct());
    }

    private static string Or(double? value, Func<double, string> text) => value is { } number ? text(number) : "-";

    private static ServeLine Figure(string id, string label, Func<ServedResult, double?> value) =>
        new(id, label, "tokens/s", value, result => Or(value(result), Number.Text), true);

    private static ServeLine Time(string id, string label, Func<ServedResult, double?> value) =>
        new(id, label, "s", value, result => Or(value(result), Number.Time), false);
}
