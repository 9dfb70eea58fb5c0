namespace Orrery.Simulation.Timeline;

/// <summary>How steps spread.</summary>
public static class StepSpread
{
    /// <summary>The smallest value that so large a share of the values does not exceed.</summary>
    /// <param name="values">At least one.</param>
    public static double Quantile(IReadOnlyList<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
