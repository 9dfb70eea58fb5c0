using System.Numerics;

namespace Orrery.Comparison.Attribution;

/// <summary>What one factor adds, over all orders in which the factors may be exchanged.</summary>
/// <param name="Mean">Its Shapley value: the mean of what it adds over all orders.</param>
/// <param name="Low">The least that it adds in any of them.</param>
public readonly record struct OrderValue(double Mean, double Low, double High);

/// <summary>Shapley values of a game on a lattice of sets, some of which may have no value.</summary>
public static class OrderValues
{
    /// <summary>
    /// Equation: <c>phi_i = sum over sets S without i of f(S) g(S + i) (v(S + i) - v(S)) / f(all)</c>, with f(S) the orders that lead to S and g(S) those that
    /// lead from it to all, through sets that have a value. Where all have one, f(S) = |S|! and g(S) = (n - |S|)!, and phi is the Shapley value (Shapley 1953);
    /// where some have none, orders through them are left out and the others count alike. The values sum to v(all) - v(none).
    /// </summary>
    /// <param name="count">Factors, at most 20.</param>
    /// <param name="value">By set, as bits; NaN where it has none.</param>
    /// <param name="share">Of all orders, those that count.</param>
    /// <returns>Empty where no order leads from none to all.</returns>
    public static IReadOnlyList<OrderValue> Of(int count, IReadOnlyList<double> value, out double share)
    {
        var all = (1 << count) - 1;
        var (to, from) = (new double[all + 1], new double[all + 1]);
        to[0] = double.IsNaN(value[0]) ? 0 : 1;
        from[all] = double.IsNaN(value[all]) ? 0 : 1;
        for (var set = 1; set <= all; set++)
        {
            to[set] = double.IsNaN(value[set]) ? 0 : Members(set).Sum(i => to[set & ~(1 << i)]);
        }

        for (var set = all - 1; set >= 0; set--)
        {
            from[set] = double.IsNaN(value[set]) ? 0 : Members(all & ~set).Sum(i => from[set | (1 << i)]);
        }

        share = to[all] / Enumerable.Range(1, count).Aggregate(1.0, (product, i) => product * i);
        if (to[all] == 0)
        {
            return [];
        }

        var found = new OrderValue[count];
        for (var i = 0; i < count; i++)
        {
            var (sum, low, high) = (0.0, double.PositiveInfinity, double.NegativeInfinity);
            foreach (var set in Enumerable.Range(0, all + 1).Where(set => (set & (1 << i)) == 0))
            {
                var orders = to[set] * from[set | (1 << i)];
                if (orders > 0)
                {
                    var added = value[set | (1 << i)] - value[set];
                    (sum, low, high) = (sum + (orders * added), Math.Min(low, added), Math.Max(high, added));
                }
            }

            found[i] = new OrderValue(sum / to[all], low, high);
        }

        return found;
    }

    private static IEnumerable<int> Members(int set)
    {
        for (var rest = set; rest != 0; rest &= rest - 1)
        {
            yield return BitOperations.TrailingZeroCount(rest);
        }
    }
}
