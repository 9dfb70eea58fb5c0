using Orrery.Domain.Software;

namespace Orrery.Analysis.Kernels;

/// <summary>Time of the forward pass of attention over many query tokens: MHA, GQA, MQA, and MLA un-absorbed.</summary>
public static class PrefillAttention
{
    /// <summary>
    /// Equation: query-key pairs of one sequence: causal <c>S (S + 1) / 2</c>; a window W of it <c>W (W + 1) / 2 + (S - W) W</c>; else <c>S^2</c>.
    /// Assumption: a window counts the token itself. Source: definition.
    /// </summary>
    public static double Pairs(double sequence, double window, bool causal)
    {
        var reach = window > 0 ? Math.Min(sequence, window) : sequence;
        return causal
            ? (reach * (reach + 1) / 2) + ((sequence - reach) * reach)
            : sequence * reach;
    }

    /// <summary>
    /// Equation: <c>t = t0 + ((F / (P ec) (1 + s0 / W) + lam W)^3 + (Q / (B em))^3)^(1/3)</c>,
    /// <c>F = 2 (Dqk + Dv) H batch pairs</c>, <c>W = min(S, window)</c>, Q the bytes of queries and result, and of keys and values times their passes.
    /// Assumption: P is always the BF16 peak, also where keys and values are FP8; ec is the fitted one of head dimension 64, 128 or 256, between them by the logarithm.
    /// Source: fitted per chip on the context-attention tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip and the KV format.</param>
    /// <param name="peak">Dense BF16 spec peak, FLOP/s.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="heads">Query heads on this chip.</param>
    /// <param name="kvHeads">Key-value heads on this chip.</param>
    /// <param name="headDimension">Dimension of queries, keys and values.</param>
    /// <param name="sequence">Tokens of one sequence.</param>
    /// <param name="window">Tokens that a query sees; 0 for all.</param>
    /// <param name="causal">Earlier tokens only.</param>
    /// <param name="bytesQ">Bytes per element of queries and result.</param>
    /// <param name="bytesKv">Bytes per element of keys and values.</param>
    public static double Seconds(
        in AttentionKernel kernel, double peak, double bandwidth, double batch, double heads, double kvHeads,
        double headDimension, double sequence, double window, bool causal, double bytesQ = 2, double bytesKv = 2)
    {
        var used = kernel.IgnoresWindow ? 0 : window;
        var reach = used > 0 ? Math.Min(sequence, used) : sequence;
        return Seconds(kernel, peak, bandwidth, batch, heads, kvHeads, headDimension, headDimension, sequence, sequence,
            reach, Pairs(sequence, used, causal), bytesQ, bytesKv);
    }

    /// <summary>The same for queries against other keys than their own (context parallelism, chunked prefill) and for MLA, where keys and values differ in size.</summary>
    /// <param name="kernel">What was fitted for the chip and the KV format.</param>
    /// <param name="peak">Dense BF16 spec peak, FLOP/s.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="heads">Query heads on this chip.</param>
    /// <param name="kvHeads">Key-value heads on this chip; the query heads for MLA.</param>
    /// <param name="keyDimension">Dimension of queries and keys.</param>
    /// <param name="valueDimension">Dimension of values and result.</param>
    /// <param name="queries">Query tokens of one sequence.</param>
    /// <param name="keys">Key tokens of one sequence.</param>
    /// <param name="reach">Most keys that one query sees.</param>
    /// <param name="pairs">Query-key pairs of one sequence.</param>
    /// <param name="bytesQ">Bytes per element of queries and result.</param>
    /// <param name="bytesKv">Bytes per element of keys and values.</param>
    public static double Seconds(
        in AttentionKernel kernel, double peak, double bandwidth, double batch, double heads, double kvHeads,
        double keyDimension, double valueDimension, double queries, double keys, double reach, double pairs, double bytesQ, double bytesKv)
    {
        var dimensions = keyDimension + valueDimension;
        var flops = 2 * dimensions * heads * batch * pairs;
        var bytes = batch * dimensions * ((queries * heads * bytesQ) + (kernel.KeyValuePasses * keys * kvHeads * bytesKv));
        var compute = (flops / (peak * ComputeAt(kernel, dimensions / 2)) * (1 + (kernel.HalfLength / reach))) + (kernel.LoopSPerKey * reach);
        return kernel.LaunchS + Roofline.Blend(compute, bytes / (bandwidth * kernel.Memory));
    }

    /// <summary>The reachable fraction at a head dimension: 64, 128 and 256 as fitted, log-linear between, flat outside.</summary>
    public static double ComputeAt(in AttentionKernel kernel, double headDimension) => headDimension switch
    {
        <= 64 => kernel.Compute64,
        < 128 => kernel.Compute64 + ((kernel.Compute - kernel.Compute64) * Math.Log2(headDimension / 64)),
        < 256 => kernel.Compute + ((kernel.Compute256 - kernel.Compute) * Math.Log2(headDimension / 128)),
        _ => kernel.Compute256,
    };
}
