using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>How much work to put between two checkpoints.</summary>
public static class CheckpointInterval
{
    private const int MostSteps = 60;

    /// <summary>
    /// The interval that leaves the most useful time.
    /// Equation: the root of <c>1 - r t = exp(-r (t + w))</c>, with failures at rate r and w seconds of each checkpoint during which nothing else runs;
    /// where r w is small, <c>sqrt(2 w / r)</c>. Assumption: as <see cref="WallTime"/>. Source: daly-2006 (the exact optimum), young-1974 (the square root).
    /// </summary>
    /// <param name="failures">Of the job; 0 makes the best interval infinite.</param>
    /// <param name="write">At least 0; 0 makes it 0.</param>
    public static Seconds Best(PerSecond failures, Seconds write)
    {
        if (failures.Value <= 0)
        {
            return new Seconds(double.PositiveInfinity);
        }

        // In units of the mean time between failures; from one step on, Newton's method comes down to the root from above.
        var blocked = failures.Value * write.Value;
        var root = Math.Min(1, Math.Sqrt(2 * blocked));
        for (var step = 0; step < MostSteps && root > 0; step++)
        {
            var rest = Expm1(-root - blocked);
            var next = Math.Clamp(root - ((-rest - root) / rest), 0, 1);
            if (Math.Abs(next - root) <= 1e-15 * root)
            {
                break;
            }

            root = next;
        }

        return new Seconds(root / failures.Value);
    }

    /// <summary>The first order of <see cref="Best"/>: <c>sqrt(2 w / r)</c>. Source: young-1974.</summary>
    public static Seconds Young(PerSecond failures, Seconds write) => new(Math.Sqrt(2 * write.Value / failures.Value));

    /// <summary>e^x - 1 without the loss of digits near 0.</summary>
    internal static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;
}
