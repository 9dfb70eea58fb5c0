using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Comparison.Scaling;

/// <summary>
/// Batches that divide well: a power of two times 4, 5, 6, 7 or the odd part of a number of chips.
/// </summary>
public static class BatchLadder
{
    private static readonly int[] Quarters = [4, 5, 6, 7];

    /// <summary>
    /// The batch near <see cref="DefaultWorkload.TokensPerStep"/> that divides over whole systems of each kind: the power of two
    /// times the least number that the odd parts of their chips divide. Systems whose odd parts would leave no such batch are
    /// passed over, the last ones first.
    /// </summary>
    public static int Default(int sequenceLength, params IReadOnlyList<AiSystem> systems)
    {
        var sequences = (double)DefaultWorkload.TokensPerStep / sequenceLength;
        long odd = 1;
        foreach (var system in systems)
        {
            var both = odd / Gcd(odd, OddPart(system.Chips)) * OddPart(system.Chips);
            odd = both <= sequences ? both : odd;
        }

        var doublings = Math.Max(0, Math.Round(Math.Log2(sequences / odd)));
        return (int)Math.Min(int.MaxValue, odd * Math.Pow(2, doublings));
    }

    /// <summary>The batches from one sequence to <paramref name="most"/>, each once, in order.</summary>
    /// <param name="chips">Numbers of chips to divide over: those of one system, those of the cluster.</param>
    public static List<int> UpTo(int most, params IReadOnlyList<int> chips)
    {
        var batches = new SortedSet<int>();
        foreach (var multiple in Quarters.Concat(chips.Select(OddPart)))
        {
            for (long batch = multiple; batch <= most; batch *= 2)
            {
                batches.Add((int)batch);
            }
        }

        for (var batch = 1; batch < Quarters[0] && batch <= most; batch++)
        {
            batches.Add(batch);
        }

        return [.. batches];
    }

    /// <summary>The number without its factors of two.</summary>
    public static int OddPart(int number) => number >> int.TrailingZeroCount(number);

    private static long Gcd(long one, long other) => other == 0 ? one : Gcd(other, one % other);
}
