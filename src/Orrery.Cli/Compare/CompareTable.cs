using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Delivered;
using Orrery.Quantities;

namespace Orrery.Cli.Compare;

/// <summary>One line of the delivered table.</summary>
/// <param name="Id">Snake case, for CSV.</param>
/// <param name="Value">In <paramref name="Unit"/>; null for lines of text.</param>
/// <param name="Text">As people read it.</param>
/// <param name="HasRatio">Whether a ratio between contestants says something.</param>
internal sealed record CompareLine(
    string Id, string Label, string Unit, Func<DeliveredResult, double?>? Value, Func<DeliveredResult, string> Text, bool HasRatio);

/// <summary>What each contestant delivers, side by side.</summary>
internal static class CompareTable
{
    public static IReadOnlyList<CompareLine> Lines { get; } =
    [
        Figure("delivered_tokens_per_s", "throughput", "tokens/s", result => result.TokensPerSecond),
        Figure("delivered_tokens_per_s_per_chip", "  a chip", "tokens/s", result => result.TokensPerSecondPerChip),
        Figure("delivered_tokens_per_s_per_kw", "  a kW", "tokens/s", result => result.TokensPerSecondPerKilowatt),
        Figure("delivered_tokens_per_s_per_kusd", "  a thousand USD", "tokens/s", result => result.TokensPerSecondPerThousandUsd),
        Figure("tokens_per_s", "  while steps run", "tokens/s", result => result.Best?.TokensPerSecond),
        new("ettr", "  effective training time (ETTR)", "", result => result.Goodput?.Goodput?.Ettr,
            result => result.Goodput is { } goodput ? goodput.Goodput is { } known ? Number.Percent(known.Ettr) : "unknown" : "-", true),
        new("mttf_s", "  a failure every", "s", result => result.Goodput?.Goodput?.Mttf.Value,
            result => result.Goodput is { } goodput ? goodput.Goodput is { } known ? known.Mttf.ToString() : "unknown" : "-", false),
        Figure("peak_pflop_per_s", "dense peak, all chips", "PFLOP/s", result => result.Peak?.Value / 1e15),
        Share("mfu", "MFU", shares => shares.Useful, ratio: true),
        Share("kernel_loss_share", "  kernels under their peak", shares => shares.KernelLoss),
        Share("overhead_share", "  element-wise, casts, optimizer", shares => shares.Overhead),
        Share("recompute_share", "  recompute", shares => shares.Recompute),
        Share("exposed_communication_share", "  exposed communication", shares => shares.Communication),
        Share("bubble_share", "  pipeline bubble", shares => shares.Bubble),
        Share("host_share", "  host and jitter", shares => shares.Host),
        new("iteration_s", "one step", "s", result => result.Best?.Iteration.Value, result => result.Best is { } best ? Number.Time(best.Iteration.Value) : "-", false),
        new("tokens_per_step", "tokens a step", "", result => result.Best?.Workload.TokensPerStep, result => Count(result.Best?.Workload.TokensPerStep), false),
        new("memory_bytes", "memory a chip", "B", result => result.Best?.Memory.Total.Value,
            result => result.Best is { } best ? $"{best.Memory.Total} of {best.Memory.Capacity}" : "-", false),
        new("limited_by", "bound by", "", null, result => result.Levers.Count > 0 ? result.Levers[0].Lever.Name : "-", false),
        new("precision", "precision", "", null, result => Words.Of(Words.Precisions, result.Precision), false),
    ];

    public static Table Of(Bout bout, IReadOnlyList<Contestant> contestants)
    {
        var table = new Table(
        [
            new Column(""), new Column(""),
            .. contestants.Select(contestant => new Column(contestant.Name, Align.Right)),
            .. RatioColumns(contestants),
        ]);
        foreach (var line in Lines)
        {
            table.Add(
            [
                line.Label, line.Value is null || line.Unit is "s" or "B" ? "" : line.Unit,
                .. bout.Results.Select(line.Text),
                .. bout.Results.Skip(1).Select(result =>
                    line.HasRatio && line.Value!(result) / line.Value(bout.Results[0]) is { } ratio ? Number.Ratio(ratio) : ""),
            ]);
        }

        for (var i = 0; i < bout.Results.Count; i++)
        {
            if (bout.Results[i].Best is { } best)
            {
                // A strategy is longer than a column; it goes under the table's name for the system.
                table.Note($"{contestants[i].Name}: {StrategyText.Short(best.Strategy)}");
            }
        }

        return table;
    }

    public static IEnumerable<Column> RatioColumns(IReadOnlyList<Contestant> contestants) =>
        contestants.Skip(1).Select(contestant => new Column(contestants.Count == 2 ? "ratio" : $"{contestant.Text} ratio", Align.Right));

    private static CompareLine Figure(string id, string label, string unit, Func<DeliveredResult, double?> value) =>
        new(id, label, unit, value, result => value(result) is { } number ? Number.Text(number) : "-", true);

    private static CompareLine Share(string id, string label, Func<TimeShares, double> share, bool ratio = false)
    {
        double? Value(DeliveredResult result) => result.Best is { } best ? share(TimeShares.Of(best)) : null;
        return new CompareLine(id, label, "", Value, result => Value(result) is { } number ? Number.Percent(number) : "-", ratio);
    }

    private static string Count(double? value) => value is { } number ? Number.Count(number) : "-";
}
