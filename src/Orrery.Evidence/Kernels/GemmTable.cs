using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Kernels;

/// <summary>Dense matrix products: M, N, K and the format; activations come in BF16.</summary>
internal sealed class GemmTable : KernelTable
{
    /// <summary>From here on a product counts as large.</summary>
    private const double LargeFlops = 1e10;

    public override IReadOnlyList<string> Columns { get; } = ["dtype", "m", "n", "k", "latency_us"];

    public override string Format(KernelCells row) => row.Text("dtype");

    public override string Section => "gemm";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) =>
        TableFormat.TryRead(row.Text("dtype"), out var format) ? format.Key : "";

    public override string Shape(KernelCells row) => $"{row.Text("n")}x{row.Text("k")}";

    public override KernelPrediction Predict(KernelBench bench, KernelCells row, string measured)
    {
        var (m, n, k) = (row.Number("m"), row.Number("n"), row.Number("k"));
        if (!TableFormat.TryRead(row.Text("dtype"), out var format))
        {
            return KernelPrediction.Skip($"dtype '{row.Text("dtype")}' is not known");
        }

        if (m <= 0 || n <= 0 || k <= 0)
        {
            return KernelPrediction.Skip("m, n or k is zero: nothing to compute");
        }

        if (bench.PeakFor(format.Peak) is not { } peak)
        {
            return KernelPrediction.Skip($"the chip '{bench.Chip.Id}' has no {format.Peak} peak");
        }

        return TryKernel(bench, bench.Kernels.Gemm, "gemm", format.Key, out var kernel, out var missing)
            ? KernelPrediction.Of(
                Gemm.Seconds(kernel, peak, bench.Bandwidth, m, n, k, format.ActivationBytes, format.WeightBytes, 2), 2 * m * n * k >= LargeFlops)
            : missing;
    }
}
