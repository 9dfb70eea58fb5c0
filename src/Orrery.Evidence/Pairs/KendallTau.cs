namespace Orrery.Evidence.Pairs;

/// <summary>Kendall's rank correlation with ties (tau-b): pairs in the same order less pairs in the other, over the pairs that have an order.</summary>
public static class KendallTau
{
    private const double Tied = 1e-9;

    /// <summary>
    /// Equation: <c>(concordant - discordant) / sqrt((pairs - tied in one) (pairs - tied in other))</c>. 0 where only the second
    /// has no order, null where the first has none: there is nothing to get right.
    /// </summary>
    public static double? Of(IReadOnlyList<double> measured, IReadOnlyList<double> predicted)
    {
        int sum = 0, ordered = 0, predictedOrdered = 0;
        for (var i = 0; i < measured.Count; i++)
        {
            for (var j = i + 1; j < measured.Count; j++)
            {
                var (a, b) = (Order(measured[i], measured[j]), Order(predicted[i], predicted[j]));
                sum += a * b;
                ordered += a * a;
                predictedOrdered += b * b;
            }
        }

        return ordered == 0 ? null : predictedOrdered == 0 ? 0 : sum / Math.Sqrt((double)ordered * predictedOrdered);
    }

    private static int Order(double one, double other) =>
        Math.Abs(one - other) <= Tied * Math.Max(Math.Abs(one), Math.Abs(other)) ? 0 : one < other ? -1 : 1;
}
