using Orrery.Domain.Software;

namespace Orrery.Analysis.Kernels;

/// <summary>Time of the routed experts of one layer on one rank: gate, up and down projections as grouped products.</summary>
public static class MoeGemm
{
    /// <summary>
    /// Equation: <c>E / ep</c> or the routed rows, whichever is fewer, when routing is balanced;
    /// <c>E (1 - (1 - topk / E)^T) / ep</c> when it is random.
    /// Assumption: tokens choose independently. Source: expectation of the coupon count.
    /// </summary>
    public static double ActiveExperts(double tokens, double topK, double experts, double expertParallel, bool balanced)
    {
        var local = experts / expertParallel;
        return balanced
            ? Math.Min(local, tokens * topK / expertParallel)
            : local * (1 - Math.Pow(1 - (topK / experts), tokens));
    }

    /// <summary>
    /// Equation: <c>T topk / ep (1 + (chi - 1) log2(ep) / 3)</c>, the rows of the hottest rank, at most <c>T min(topk, E / ep)</c>; chi = 1 when routing is balanced.
    /// Assumption: imbalance grows with the logarithm of the ranks. Source: power-law rows of the MoE tables of ai-dynamo/aiconfigurator.
    /// </summary>
    public static double RoutedRows(double tokens, double topK, double experts, double expertParallel, double skew) => Math.Min(
        tokens * topK / expertParallel * (1 + ((skew - 1) * Math.Log2(expertParallel) / 3)),
        tokens * Math.Min(topK, experts / expertParallel));

    /// <summary>
    /// Equation: <c>t = t0 + 2 h (q W + qT T) / (B em) + (tc^3 + tm^3)^(1/3)</c>,
    /// <c>tc = [2 p h I (W + mt act) / (P ec) + lam (h + I)] [1 + (1 / r - 1) u / (1 + u)]</c>, <c>u = (2 p h I W / P) / 2 ms</c>,
    /// <c>tm = (act p h I bW + W (h bA + I ((p - 1) 2 + bA) + 2 h)) / (B em)</c>, with p = 3 products (gated) or 2.
    /// Assumption: weights of active experts are read once; each active expert pads its last tile; all T tokens that enter are routed and cleared on every rank.
    /// Source: fitted per chip and format on the MoE tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip and the format.</param>
    /// <param name="peak">Dense spec peak of the format, FLOP/s.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="tokens">Tokens that enter the layer on this rank, T, whether or not an expert of this rank gets them.</param>
    /// <param name="rows">Routed rows on this rank, W.</param>
    /// <param name="activeExperts">Experts on this rank that have a row.</param>
    /// <param name="hidden">Width that the experts work in.</param>
    /// <param name="inner">Inner size of one expert on this rank.</param>
    /// <param name="bytesWeight">Bytes per weight.</param>
    /// <param name="bytesActivation">Bytes per activation as the products read it.</param>
    /// <param name="gated">Two up-projections instead of one.</param>
    public static double Seconds(
        in MoeKernel kernel, double peak, double bandwidth, double tokens, double rows, double activeExperts,
        double hidden, double inner, double bytesWeight, double bytesActivation, bool gated = true)
    {
        double products = gated ? 3 : 2;
        var reached = bandwidth * kernel.Memory;
        var perRow = 2 * products * hidden * inner;
        var load = perRow * rows / peak / Gemm.ThrottleSeconds;
        var throttle = 1 + (((1 / kernel.Sustained) - 1) * load / (1 + load));
        var compute = ((perRow * (rows + (kernel.PaddedRows * activeExperts)) / (peak * kernel.Compute))
            + (kernel.LoopSPerRow * (hidden + inner))) * throttle;
        var weights = activeExperts * products * hidden * inner * bytesWeight;
        var activations = rows * ((hidden * bytesActivation) + (inner * (((products - 1) * 2) + bytesActivation)) + (2 * hidden));
        return kernel.LaunchS + (2 * hidden * ((kernel.QuantizeBytes * rows) + (kernel.TokenBytes * tokens)) / reached)
            + Roofline.Blend(compute, (weights + activations) / reached);
    }
}
