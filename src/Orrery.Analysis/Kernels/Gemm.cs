using Orrery.Domain.Software;

namespace Orrery.Analysis.Kernels;

/// <summary>Time of a dense matrix product, M x K by K x N, or of several of one shape.</summary>
public static class Gemm
{
    /// <summary>K iterations that a tile spends on filling and draining its pipeline: a property of the form, the same on every chip fitted.</summary>
    public const double PrologueK = 150;

    /// <summary>Compute time at which a kernel is half way from the burst to the sustained rate: a property of the form.</summary>
    public const double ThrottleSeconds = 2e-3;

    /// <summary>
    /// Equation: <c>t = t0 + q M K / (B em) + qr M + (tc^3 + tm^3)^(1/3)</c>,
    /// <c>tc = [F / (P ec) (1 + 150 / K) + lam K] [1 + (1 / r - 1) u / (1 + u)]</c>, <c>tm = Q / (B em)</c>,
    /// <c>F = 2 M N K</c>, <c>Q = M K bA + K N bB + M N bOut</c>, <c>u = (F / P) / 2 ms</c>; F, Q and M K times the number of groups.
    /// Assumption: operands are read once; a quantising pass costs each row a fixed time besides its bytes; groups run as one launch and fill the chip together.
    /// Source: fitted per chip and format on the GEMM tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip and the format.</param>
    /// <param name="peak">Dense spec peak of the format, FLOP/s.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Columns of B.</param>
    /// <param name="k">The summed dimension.</param>
    /// <param name="bytesA">Bytes per element of A as the kernel reads it.</param>
    /// <param name="bytesB">Bytes per element of B.</param>
    /// <param name="bytesOut">Bytes per element of the result.</param>
    /// <param name="groups">Products of this shape in one launch.</param>
    public static double Seconds(
        in GemmKernel kernel, double peak, double bandwidth, double m, double n, double k, double bytesA, double bytesB, double bytesOut, double groups = 1)
    {
        var flops = 2 * groups * m * n * k;
        var bytes = groups * ((m * k * bytesA) + (k * n * bytesB) + (m * n * bytesOut));
        var load = flops / peak / ThrottleSeconds;
        var throttle = 1 + (((1 / kernel.Sustained) - 1) * load / (1 + load));
        var compute = ((flops / (peak * kernel.Compute) * (1 + (PrologueK / k))) + (kernel.LoopSPerK * k)) * throttle;
        var reached = bandwidth * kernel.Memory;

        // Without bytes to quantise there is no pass, so no time per row either.
        var quantize = kernel.QuantizeBytes > 0 ? groups * m * ((kernel.QuantizeBytes * k / reached) + kernel.QuantizeSPerRow) : 0;
        return kernel.LaunchS + quantize + Roofline.Blend(compute, bytes / reached);
    }
}
