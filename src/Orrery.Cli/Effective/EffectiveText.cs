using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Effective;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Effective;

/// <summary>Effective H100-equivalents for people and programs.</summary>
internal static class EffectiveText
{
    public static void Write(Screen screen, IReadOnlyList<ReferenceWorkload> workloads, IReadOnlyList<EffectiveRow> rows, string command)
    {
        var answered = rows.Where(row => row.Of.Any(one => one.H100Equivalents is not null)).ToList();
        screen.Line(screen.Bold(Headline(workloads, answered)));
        screen.Line("A chip's best throughput over that of a chip in an H100 cluster on the same workload, each at its fastest precision; before failures.");

        screen.Heading("On paper, and delivered (H100-equivalents a chip)");
        Table(workloads, answered, one => one.H100Equivalents is { } value ? Two(value) : "-").WriteTo(screen, indent: 2);
        screen.Heading("Quality: delivered over paper (Epoch's definition)");
        var quality = new Table([new Column("system"), .. workloads.Select(workload => new Column(workload.Id, Align.Right))]);
        foreach (var row in answered)
        {
            quality.Add([row.System.Id, .. row.Of.Select(one => one.H100Equivalents / row.Paper.Epoch is { } value ? Two(value) : "-")]);
        }

        quality.WriteTo(screen, indent: 2);
        if (answered.Count <= 4)
        {
            screen.Heading("How sure, and what limits");
            foreach (var row in answered)
            {
                for (var at = 0; at < workloads.Count; at++)
                {
                    screen.Line("  " + Sure(row.Of[at]));
                }
            }
        }

        var reasons = rows.SelectMany(row => row.Of.Where(one => one.H100Equivalents is null).Select(one => (row.System.Id, one.Delivery.Workload, one.Delivery.WhyNot)))
            .GroupBy(entry => (entry.Id, entry.WhyNot)).ToList();
        if (reasons.Count > 0)
        {
            screen.Heading("Not delivered");
            foreach (var reason in reasons)
            {
                screen.Line($"  {reason.Key.Id}, {string.Join(", ", reason.Select(entry => entry.Workload.Id))}: {reason.Key.WhyNot}");
            }
        }

        screen.Heading("The workloads");
        foreach (var workload in workloads)
        {
            screen.Line($"  {workload.Id}: {workload.Model}, {What(workload)}. {workload.Why}");
        }

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    public static JsonObject Node(IReadOnlyList<ReferenceWorkload> workloads, EffectiveRow row) => new()
    {
        ["system"] = row.System.Id,
        ["chip"] = row.System.Chip.Id,
        ["paper"] = new JsonObject { ["tpp"] = Json.Of(row.Paper.Tpp), ["tpp_8_bit"] = Json.Of(row.Paper.EightBit), ["epoch"] = Json.Of(row.Paper.Epoch) },
        ["delivered"] = Json.Array(Enumerable.Range(0, workloads.Count), at => new JsonObject
        {
            ["workload"] = workloads[at].Id,
            ["chips"] = row.Of[at].Delivery.Cluster.Chips,
            ["tokens_per_s_per_chip"] = Json.Of(row.Of[at].Delivery.TokensPerSecondPerChip),
            ["h100_equivalents"] = Json.Of(row.Of[at].H100Equivalents),
            ["low"] = Json.Of(row.Of[at].Low),
            ["high"] = Json.Of(row.Of[at].High),
            ["quality"] = Json.Of(row.Of[at].H100Equivalents / row.Paper.Epoch),
            ["limited_by"] = row.Of[at].Delivery.LimitedBy.Length > 0 ? row.Of[at].Delivery.LimitedBy : null,
            ["why_not"] = row.Of[at].Delivery.WhyNot.Length > 0 ? row.Of[at].Delivery.WhyNot : null,
        }),
    };

    public static Table Flat(IReadOnlyList<ReferenceWorkload> workloads, IReadOnlyList<EffectiveRow> rows)
    {
        var table = new Table(
            new Column("system"), new Column("chip"), new Column("workload"), new Column("chips"), new Column("paper_tpp"), new Column("paper_tpp_8_bit"), new Column("paper_epoch"),
            new Column("tokens_per_s_per_chip"), new Column("h100_equivalents"), new Column("low"), new Column("high"), new Column("why_not"));
        foreach (var row in rows)
        {
            for (var at = 0; at < workloads.Count; at++)
            {
                var one = row.Of[at];
                table.Add(
                    row.System.Id, row.System.Chip.Id, workloads[at].Id, Number.Raw(one.Delivery.Cluster.Chips), Raw(row.Paper.Tpp), Raw(row.Paper.EightBit), Raw(row.Paper.Epoch),
                    Raw(one.Delivery.TokensPerSecondPerChip), Raw(one.H100Equivalents), Raw(one.Low), Raw(one.High), one.Delivery.WhyNot);
            }
        }

        return table;

        static string Raw(double? value) => value is { } number ? Number.Raw(number) : "";
    }

    /// <summary>Paper definitions first, then a column a workload.</summary>
    public static Table Table(IReadOnlyList<ReferenceWorkload> workloads, IReadOnlyList<EffectiveRow> rows, Func<EffectiveEquivalents, string> cell)
    {
        var table = new Table(
        [
            new Column("system"), new Column("TPP", Align.Right), new Column("8 bits", Align.Right), new Column("Epoch", Align.Right),
            .. workloads.Select(workload => new Column(workload.Id, Align.Right)),
        ]);
        foreach (var row in rows)
        {
            table.Add([row.System.Id, Paper(row.Paper.Tpp), Paper(row.Paper.EightBit), Paper(row.Paper.Epoch), .. row.Of.Select(cell)]);
        }

        return table;

        static string Paper(double? value) => value is { } number ? Two(number) : "-";
    }

    private static string Headline(IReadOnlyList<ReferenceWorkload> workloads, List<EffectiveRow> answered)
    {
        if (answered is [var only])
        {
            var values = only.Of.Where(one => one.H100Equivalents is not null).Select(one => one.H100Equivalents!.Value).ToList();
            return values.Count == 1
                ? $"A chip of {only.System.Name} delivers {Two(values[0])} H100s on {workloads[0].Name.ToLowerInvariant()}; on paper it is {Two(only.Paper.Epoch ?? double.NaN)}."
                : $"A chip of {only.System.Name} delivers {Two(values.Min())} to {Two(values.Max())} H100s, by workload; on paper it is {Two(only.Paper.Epoch ?? double.NaN)}.";
        }

        return $"{answered.Count} systems on {workloads.Count} workload{(workloads.Count == 1 ? "" : "s")}.";
    }

    private static string Sure(EffectiveEquivalents one)
    {
        var (delivery, workload) = (one.Delivery, one.Delivery.Workload);
        return one.H100Equivalents is not { } value
            ? $"{delivery.Cluster.System.Id}, {workload.Id}: none, {delivery.WhyNot}"
            : string.Create(CultureInfo.InvariantCulture,
                $"{delivery.Cluster.System.Id}, {workload.Id}: {Two(value)} ({Two(one.Low!.Value)} to {Two(one.High!.Value)} by the catalog's ranges), {Number.Text(delivery.TokensPerSecondPerChip!.Value)} tokens/s a chip on {Number.Count(delivery.Cluster.Chips)} chips; bound by {delivery.LimitedBy}.");
    }

    private static string What(ReferenceWorkload workload) => workload.Kind switch
    {
        ReferenceKind.Training => $"{Number.Count(workload.InputTokens)} tokens a sequence, {Number.Count(workload.Chips)} chips",
        ReferenceKind.Prefill => $"prompts of {Number.Count(workload.InputTokens)} tokens, first token within {Number.Time(workload.Ttft)} in the mean, {Number.Count(workload.Chips)} chips",
        ReferenceKind.Decode => $"{Number.Count(workload.OutputTokens)} tokens after {Number.Count(workload.InputTokens)}, {Number.Time(workload.Tpot)} a token at most, {Number.Count(workload.Chips)} chips",
        _ => $"{workload.Step.Prompts} prompts of {Number.Count(workload.InputTokens)} tokens, {workload.Step.Group} outputs each of {Number.Count(workload.OutputTokens)} tokens in the mean and {Number.Count(workload.OutputTokensP99)} at the 99th percentile, {Number.Percent(workload.RolloutShare)} of the chips sampling beside the others' training, {Number.Count(workload.Chips)} chips",
    };

    private static string Two(double value) => double.IsFinite(value) ? value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : "-";
}
