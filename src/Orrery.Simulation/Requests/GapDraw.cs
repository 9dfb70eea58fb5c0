using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Requests;

/// <summary>Draws the seconds between arrivals: gamma with a mean and a coefficient of variation; 1 is a Poisson process, above is bursty, 0 is even.</summary>
/// <param name="mean">Seconds.</param>
/// <param name="variation">Standard deviation over mean.</param>
public struct GapDraw(double mean, double variation, RandomStream stream)
{
    private RandomStream _stream = stream;

    /// <summary>
    /// Equation: gamma of shape <c>1 / cv^2</c> and mean as given; exponential where cv is 1.
    /// Assumption: gaps are independent. Source: Marsaglia and Tsang, "A simple method for generating gamma variables", TOMS 26 (2000).
    /// </summary>
    public double Next() => variation switch
    {
        0 => mean,
        1 => _stream.NextExponential(mean),
        _ => mean * variation * variation * Gamma(1 / (variation * variation)),
    };

    private double Gamma(double shape)
    {
        // Below 1 the density has no mode: draw one shape higher and scale down by a power of a uniform.
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(1 - _stream.NextUniform(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = _stream.NextNormal();
            var v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v *= v * v;
            if (Math.Log(1 - _stream.NextUniform()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
