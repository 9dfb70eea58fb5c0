namespace Orrery.Analysis.Kernels;

/// <summary>How times that overlap imperfectly add up, shared by the kernel forms.</summary>
internal static class Roofline
{
    /// <summary>
    /// Equation: <c>(a^3 + b^3)^(1/3)</c>, between the maximum and the sum.
    /// Assumption: compute and memory overlap except near the ridge, where both cost; the exponent is global.
    /// Source: chosen on the kernel tables of ai-dynamo/aiconfigurator against 1, 2 and infinity.
    /// </summary>
    public static double Blend(double computeS, double memoryS) =>
        Math.Cbrt((computeS * computeS * computeS) + (memoryS * memoryS * memoryS));

    /// <summary>
    /// Equation: <c>1 / (1 + (Q / C)^6)</c>, the share of reads that a cache of C bytes serves when the same Q bytes are read again and again.
    /// Assumption: a benchmark without flush; a real step reads cold. Source: decode tables of ai-dynamo/aiconfigurator.
    /// </summary>
    public static double WarmShare(double bytes, double cacheBytes)
    {
        if (cacheBytes <= 0)
        {
            return 0;
        }

        var ratio = bytes / cacheBytes;
        var cube = ratio * ratio * ratio;
        return 1 / (1 + (cube * cube));
    }
}
