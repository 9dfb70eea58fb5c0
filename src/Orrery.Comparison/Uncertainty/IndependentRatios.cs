namespace Orrery.Comparison.Uncertainty;

/// <summary>Effects that are independent of each other and multiply.</summary>
public static class IndependentRatios
{
    /// <summary>
    /// How far all of them together move a product, as a logarithm. Equation: <c>sqrt(sum of ln(ratio)^2)</c>.
    /// Assumption: the effects are independent; each ratio is what one alone does, and its direction does not count.
    /// </summary>
    public static double Together(params ReadOnlySpan<double> ratios)
    {
        var sum = 0.0;
        foreach (var ratio in ratios)
        {
            sum += Math.Pow(Math.Log(ratio), 2);
        }

        return Math.Sqrt(sum);
    }

    /// <inheritdoc cref="Together(ReadOnlySpan{double})"/>
    public static double Together(IEnumerable<double> ratios) => Together([.. ratios]);
}
