using Orrery.Domain.Hardware;

namespace Orrery.Comparison.Scaling;

/// <summary>The numbers of chips on a curve.</summary>
public static class ChipCounts
{
    /// <summary>
    /// Doubling numbers between two ends. From a system or more: whole systems. From less: one system halved while that leaves
    /// whole chips and no fewer than the first number, then doubled. Empty where no such number lies between the ends.
    /// </summary>
    public static IReadOnlyList<int> Of(AiSystem system, int from, int to)
    {
        long count = system.Chips;
        if (from > count)
        {
            count *= ((long)from + count - 1) / count;
        }
        else
        {
            while (count % 2 == 0 && count / 2 >= from)
            {
                count /= 2;
            }
        }

        var counts = new List<int>();
        for (; count <= to; count *= 2)
        {
            counts.Add((int)count);
        }

        return counts;
    }
}
