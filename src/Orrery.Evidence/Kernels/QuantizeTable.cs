using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Kernels;

/// <summary>Casting BF16 activations to FP8 (scale_matrix) and finding their scales (computescale); read again and again.</summary>
internal sealed class QuantizeTable : KernelTable
{
    public override IReadOnlyList<string> Columns { get; } = ["backend", "op", "quant_dtype", "m", "k", "latency_us"];

    public override string Format(KernelCells row) => $"{row.Text("op")}_{row.Text("backend")}";

    public override string Section => "quantize";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) => Format(row);

    public override string Shape(KernelCells row) => row.Text("k");

    public override KernelPrediction Predict(KernelBench bench, KernelCells row, string measured)
    {
        if (row.Text("quant_dtype") != "fp8")
        {
            return KernelPrediction.Skip($"quant_dtype '{row.Text("quant_dtype")}' is not modelled, only fp8");
        }

        double written = row.Text("op") == "scale_matrix" ? 1 : 0;
        return TryKernel(bench, bench.Kernels.Quantize, "quantisation", Format(row), out var kernel, out var missing)
            ? KernelPrediction.Of(Quantize.Seconds(kernel, bench.Bandwidth, row.Number("m"), row.Number("k"), 2, written, warm: true))
            : missing;
    }
}
