using Orrery.Domain.Software;

namespace Orrery.Analysis.Kernels;

/// <summary>Time of a kernel that only moves bytes: element-wise ops, norms, optimizer, activation quantisation.</summary>
public static class Streaming
{
    /// <summary>
    /// Equation: <c>t = t0 + Q / (B em)</c>; warm, <c>t = t0 + Q / B (hot / eL2 + (1 - hot) / em)</c>.
    /// Assumption: every byte is read or written once, cold, unless the same bytes are streamed again and again as in the tables.
    /// Source: activation-quantisation tables of ai-dynamo/aiconfigurator (Apache-2.0).
    /// </summary>
    /// <param name="kernel">What was fitted for the chip.</param>
    /// <param name="bandwidth">Spec memory bandwidth, bytes/s.</param>
    /// <param name="bytes">Bytes read and written.</param>
    /// <param name="warm">Stream the same bytes again and again, as the tables were measured.</param>
    public static double Seconds(in StreamingKernel kernel, double bandwidth, double bytes, bool warm = false)
    {
        var hot = warm ? Roofline.WarmShare(bytes, kernel.CacheBytes) : 0;
        return hot > 0
            ? kernel.LaunchS + (bytes / bandwidth * ((hot / kernel.CacheSpeedup) + ((1 - hot) / kernel.Memory)))
            : kernel.LaunchS + (bytes / (bandwidth * kernel.Memory));
    }
}

/// <summary>Time of casting activations to a narrower format.</summary>
public static class Quantize
{
    /// <summary>
    /// Equation: streaming of <c>M K (bIn + bOut)</c> bytes.
    /// Assumption: scales are negligible. Source: as <see cref="Streaming.Seconds"/>.
    /// </summary>
    public static double Seconds(
        in StreamingKernel kernel, double bandwidth, double m, double k, double bytesIn = 2, double bytesOut = 1, bool warm = false) =>
        Streaming.Seconds(kernel, bandwidth, m * k * (bytesIn + bytesOut), warm);
}
