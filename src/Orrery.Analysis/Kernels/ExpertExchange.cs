using Orrery.Domain.Software;

namespace Orrery.Analysis.Kernels;

/// <summary>Time of sending tokens to their experts' ranks, or of bringing results back.</summary>
public static class ExpertExchange
{
    /// <summary>
    /// Equation: <c>n (1 - (1 - 1 / n)^topk)</c>, the ranks (or nodes) that one token's experts sit on.
    /// Assumption: experts are spread evenly and chosen independently. Source: expectation of the coupon count.
    /// </summary>
    public static double DistinctTargets(double targets, double topK) => targets * (1 - Math.Pow(1 - (1 / targets), topK));

    /// <summary>
    /// Equation: on one node <c>t = t0 + I / min(fu BWup, cores rate)</c>; across nodes <c>t = t0x + max(I / min(fu BWup, cores rate), O / (fx BWout))</c>.
    /// Deduplicated, <c>I = T s n (1 - (1 - 1 / n)^k)</c> over n ranks and <c>O = T s N (1 - (1 - 1 / N)^k) (N - 1) / N</c> over N nodes;
    /// otherwise every copy goes by itself, <c>I = T s k / N</c>, <c>O = T s k (N - 1) / N</c>.
    /// Assumption: routing is uniform; both networks work side by side. Source: fitted on the DeepEP tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip, the mode and the direction.</param>
    /// <param name="scaleUp">Spec scale-up bandwidth, bytes/s per direction.</param>
    /// <param name="scaleOut">Spec scale-out bandwidth of one chip, bytes/s per direction; of no meaning on one node.</param>
    /// <param name="tokens">Tokens of one rank, T.</param>
    /// <param name="tokenBytes">Bytes of one token on the wire, s.</param>
    /// <param name="topK">Experts of a token, k.</param>
    /// <param name="nodes">Nodes, N.</param>
    /// <param name="deduplicated">A token crosses once to each rank and node that needs it.</param>
    /// <param name="cores">Cores lent to the exchange; 0 where they do not bind.</param>
    public static double Seconds(
        in ExchangeKernel kernel, double scaleUp, double scaleOut, double tokens, double tokenBytes, double topK, double nodes,
        bool deduplicated, double cores = 0)
    {
        var sent = tokens * tokenBytes;
        var inside = sent * (deduplicated ? DistinctTargets(nodes * kernel.NodeRanks, topK) : topK / nodes);
        var rate = kernel.Fraction * scaleUp;
        if (cores > 0 && kernel.CoreRate > 0)
        {
            rate = Math.Min(rate, cores * kernel.CoreRate);
        }

        if (nodes <= 1)
        {
            return kernel.LaunchS + (inside / rate);
        }

        var outside = sent * (deduplicated ? DistinctTargets(nodes, topK) : topK) * (nodes - 1) / nodes;
        return kernel.LaunchAcrossS + Math.Max(inside / rate, outside / (kernel.FractionAcross * scaleOut));
    }
}
