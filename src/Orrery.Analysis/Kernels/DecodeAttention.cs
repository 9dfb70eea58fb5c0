using Orrery.Domain.Software;

namespace Orrery.Analysis.Kernels;

/// <summary>Time of attention of one new token a sequence against its cache: MHA, GQA, MQA, and MLA absorbed.</summary>
public static class DecodeAttention
{
    /// <summary>Rows of queries that a tensor-core tile computes at least: fewer query heads a KV head cost as much. A property of the form.</summary>
    public const double MinimumQueryRows = 8;

    /// <summary>
    /// Equation: <c>t = t0 + [(tau max(batch KVH / units - 1, 0))^1.5 + tm^1.5 + tc^1.5]^(2/3)</c>,
    /// <c>tm = Q / B (hot / eL2 + (1 - hot) / em)</c>, <c>Q = 2 batch L KVH D bKV + 2 batch H D bQ</c>,
    /// <c>tc = 4 batch KVH max(H / KVH, 8) L D / (P ec)</c>.
    /// Assumption: hot = 0 in a real step, where the cache of a sequence is cold; the tables were measured warm.
    /// Source: fitted per chip and KV format on the generation-attention tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip and the KV format.</param>
    /// <param name="peak">Dense BF16 spec peak, FLOP/s.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="heads">Query heads on this chip.</param>
    /// <param name="kvHeads">Key-value heads on this chip.</param>
    /// <param name="headDimension">Dimension of queries, keys and values.</param>
    /// <param name="keys">Cached tokens.</param>
    /// <param name="window">Tokens that the new one sees; 0 for all.</param>
    /// <param name="bytesKv">Bytes per element of the cache.</param>
    /// <param name="warm">Read the same cache again and again, as the tables were measured.</param>
    public static double Seconds(
        in DecodeKernel kernel, double peak, double bandwidth, double batch, double heads, double kvHeads,
        double headDimension, double keys, double window = 0, double bytesKv = 2, bool warm = false)
    {
        const double BytesQ = 2;
        if (window > 0)
        {
            keys = Math.Min(keys, window);
            kvHeads = kernel.UngroupsWindow ? heads : kvHeads;
        }

        var bytes = (2 * batch * keys * kvHeads * headDimension * bytesKv) + (2 * batch * heads * headDimension * BytesQ);
        var flops = 4 * batch * kvHeads * Math.Max(heads / kvHeads, MinimumQueryRows) * keys * headDimension;
        return Combine(kernel, peak, bandwidth, batch * kvHeads, bytes, flops, warm);
    }

    /// <summary>
    /// Equation: the same with one shared latent of R + Dr elements a token: <c>Q = batch L (R + Dr) bKV + batch H (2 R + Dr) bQ</c>,
    /// <c>tc = 2 batch max(H, 8) L (2 R + Dr) / (P ec)</c>.
    /// Assumption: projections are absorbed, so keys and values are the latent itself.
    /// Source: fitted per chip and KV format on the MLA generation tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip and the KV format.</param>
    /// <param name="peak">Dense BF16 spec peak, FLOP/s.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="heads">Query heads on this chip.</param>
    /// <param name="latentRank">Elements of the compressed keys and values.</param>
    /// <param name="ropeDimension">Elements of the shared positional key.</param>
    /// <param name="keys">Cached tokens.</param>
    /// <param name="bytesKv">Bytes per element of the cache.</param>
    /// <param name="warm">Read the same cache again and again, as the tables were measured.</param>
    public static double LatentSeconds(
        in DecodeKernel kernel, double peak, double bandwidth, double batch, double heads,
        double latentRank, double ropeDimension, double keys, double bytesKv = 2, bool warm = false)
    {
        const double BytesQ = 2;
        var pair = (2 * latentRank) + ropeDimension;
        var bytes = (batch * keys * (latentRank + ropeDimension) * bytesKv) + (batch * heads * pair * BytesQ);
        var flops = 2 * batch * Math.Max(heads, MinimumQueryRows) * keys * pair;
        return Combine(kernel, peak, bandwidth, batch, bytes, flops, warm);
    }

    private static double Combine(in DecodeKernel kernel, double peak, double bandwidth, double tasks, double bytes, double flops, bool warm)
    {
        var hot = warm ? Roofline.WarmShare(bytes, kernel.CacheBytes) : 0;
        var memory = hot > 0
            ? bytes / bandwidth * ((hot / kernel.CacheSpeedup) + ((1 - hot) / kernel.Memory))
            : bytes / (bandwidth * kernel.Memory);
        var compute = flops / (peak * kernel.Compute);
        var waves = kernel.Units > 0 ? kernel.WaveS * Math.Max((tasks / kernel.Units) - 1, 0) : 0;
        var sum = (waves * Math.Sqrt(waves)) + (memory * Math.Sqrt(memory)) + (compute * Math.Sqrt(compute));
        var root = Math.Cbrt(sum);
        return kernel.LaunchS + (root * root);
    }
}
