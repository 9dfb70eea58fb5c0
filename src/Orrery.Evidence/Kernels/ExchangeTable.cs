using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Kernels;

/// <summary>Expert dispatch (FP8) and combine (BF16) by DeepEP: throughput mode without copies of a token, low-latency mode with them.</summary>
internal sealed class ExchangeTable : KernelTable
{
    public override IReadOnlyList<string> Columns { get; } =
        ["mode", "num_nodes", "tokens_per_gpu", "hidden", "topk", "num_experts", "sms", "dispatch_us", "combine_us"];

    public override IReadOnlyList<string> Measured { get; } = ["dispatch_us", "combine_us"];

    public override string Format(KernelCells row) => row.Text("mode");

    public override string Section => "exchange";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) =>
        $"{row.Text("mode")}_{(measured == "dispatch_us" ? "dispatch" : "combine")}";

    public override string Shape(KernelCells row) =>
        string.Join('x', new[] { "num_nodes", "hidden", "topk", "num_experts", "sms" }.Select(row.Text));

    public override KernelPrediction Predict(KernelBench bench, KernelCells row, string measured)
    {
        var dispatch = measured == "dispatch_us";
        var nodes = row.Number("num_nodes");
        if (bench.Chip.ScaleUpBandwidth is not { } scaleUp)
        {
            return KernelPrediction.Skip($"the chip '{bench.Chip.Id}' has no scale-up bandwidth");
        }

        if (nodes > 1 && bench.ScaleOut is null)
        {
            return KernelPrediction.Skip($"the chip '{bench.Chip.Id}' has no default system, so no scale-out bandwidth");
        }

        return TryKernel(bench, bench.Kernels.Exchange, "expert exchange", Key(bench.Kernels, row, measured), out var kernel, out var missing)
            ? KernelPrediction.Of(ExpertExchange.Seconds(
                kernel, scaleUp.Value.Value, bench.ScaleOut ?? 0, row.Number("tokens_per_gpu"), row.Number("hidden") * (dispatch ? 1 : 2),
                row.Number("topk"), nodes, row.Text("mode") == "normal", row.NumberOrZero("sms")))
            : missing;
    }
}
