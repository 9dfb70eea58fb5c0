using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Kernels;

/// <summary>Routed experts of one layer on the hottest rank; the inner size is that before tensor parallelism.</summary>
internal sealed class MoeTable : KernelTable
{
    public override IReadOnlyList<string> Columns { get; } =
        ["dtype", "num_tokens", "hidden", "inter", "topk", "num_experts", "moe_tp", "moe_ep", "distribution", "latency_us"];

    /// <summary>The table does not say; of the models measured, only Nemotron's experts (1,856 wide, or 22 a token) have no gate.</summary>
    private static bool IsGated(double inner, double topK) => inner != 1856 && topK != 22;

    public override string Format(KernelCells row) => row.Text("dtype");

    public override string Section => "moe";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) =>
        TableFormat.TryRead(row.Text("dtype"), out var format) ? format.Key : "";

    public override string Shape(KernelCells row) =>
        string.Join('x', new[] { "hidden", "inter", "topk", "num_experts", "moe_tp", "moe_ep" }.Select(row.Text));

    public override KernelPrediction Predict(KernelBench bench, KernelCells row, string measured)
    {
        if (!TableFormat.TryRead(row.Text("dtype"), out var format))
        {
            return KernelPrediction.Skip($"dtype '{row.Text("dtype")}' is not known");
        }

        if (bench.PeakFor(format.Peak) is not { } peak)
        {
            return KernelPrediction.Skip($"the chip '{bench.Chip.Id}' has no {format.Peak} peak");
        }

        if (!TryKernel(bench, bench.Kernels.Moe, "MoE", format.Key, out var kernel, out var missing))
        {
            return missing;
        }

        var balanced = row.Text("distribution") == "balanced";
        var (tokens, topK, experts, parallel) = (row.Number("num_tokens"), row.Number("topk"), row.Number("num_experts"), row.Number("moe_ep"));
        var rows = MoeGemm.RoutedRows(tokens, topK, experts, parallel, balanced ? 1 : kernel.Skew);
        var active = MoeGemm.ActiveExperts(tokens, topK, experts, parallel, balanced);
        return KernelPrediction.Of(MoeGemm.Seconds(
            kernel, peak, bench.Bandwidth, tokens, rows, active, row.Number("hidden"), row.Number("inter") / row.Number("moe_tp"),
            format.WeightBytes, format.ActivationBytes, IsGated(row.Number("inter"), topK)));
    }
}
