using Orrery.Simulation.Engine;

namespace Orrery.Planning.Reinforcement;

/// <summary>Lengths of sampled outputs, long-tailed: lognormal, cut at a longest.</summary>
/// <param name="Mean">Tokens, before the cut.</param>
/// <param name="P99">Tokens that 99 in a hundred stay under, before the cut.</param>
/// <param name="Most">Where sampling stops.</param>
public sealed record OutputLengths(double Mean, double P99, int Most)
{
    // The standard normal's 99th percentile.
    private const double Z99 = 2.3263478740408408;

    /// <summary>No lognormal distribution has its 99th percentile further over its mean: <c>e^(z^2 / 2)</c>.</summary>
    public static double MostP99OverMean { get; } = Math.Exp(Z99 * Z99 / 2);

    /// <summary>
    /// Equation: <c>mean = e^(m + s^2 / 2)</c>, <c>p99 = e^(m + z s)</c>, so <c>s = z - sqrt(z^2 - 2 ln(p99 / mean))</c>, of two solutions the
    /// narrower one. Source: definition of the lognormal distribution.
    /// </summary>
    public double Sigma => Z99 - Math.Sqrt(Math.Max(0, (Z99 * Z99) - (2 * Math.Log(P99 / Mean))));

    /// <summary>So many lengths, at least 1 token each; the same for the same seed.</summary>
    public int[] Draw(int count, ulong seed)
    {
        var stream = RandomStream.For(seed, "rollout lengths");
        var (sigma, centre) = (Sigma, Math.Log(Mean) - (Sigma * Sigma / 2));
        var lengths = new int[count];
        for (var i = 0; i < count; i++)
        {
            lengths[i] = (int)Math.Clamp(Math.Round(Math.Exp(centre + (sigma * stream.NextNormal()))), 1, Most);
        }

        return lengths;
    }
}
