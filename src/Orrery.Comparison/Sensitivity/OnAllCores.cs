namespace Orrery.Comparison.Sensitivity;

/// <summary>Independent computations on all cores; the results stand in order whatever the number of cores.</summary>
internal static class OnAllCores
{
    /// <param name="count">How many.</param>
    /// <param name="compute">The result of an index; called from many threads.</param>
    public static T[] Of<T>(int count, Func<int, T> compute) where T : class
    {
        var results = new T[count];
        if (count > 0)
        {
            // The first one here, not in the loop: a fact that all of them miss surfaces as itself and not inside an AggregateException.
            results[0] = compute(0);
            Parallel.For(1, count, at => results[at] = compute(at));
        }

        return results;
    }
}
