namespace Orrery.Policy.Fleets;

/// <summary>How far two quantities rise and fall together, whatever the shape (Spearman).</summary>
internal static class RankCorrelation
{
    /// <summary>Ranks around their mean; equal values share theirs.</summary>
    public static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to + 1 < order.Length && values[order[to + 1]] == values[order[from]])
            {
                to++;
            }

            for (var at = from; at <= to; at++)
            {
                ranks[order[at]] = ((from + to) / 2.0) - ((values.Length - 1) / 2.0);
            }

            from = to + 1;
        }

        return ranks;
    }

    /// <summary>Equation: the correlation of the ranks; 0 where either does not vary.</summary>
    public static double Of(double[] one, double[] other)
    {
        double both = 0, first = 0, second = 0;
        for (var at = 0; at < one.Length; at++)
        {
            both += one[at] * other[at];
            first += one[at] * one[at];
            second += other[at] * other[at];
        }

        return first > 0 && second > 0 ? both / Math.Sqrt(first * second) : 0;
    }
}
