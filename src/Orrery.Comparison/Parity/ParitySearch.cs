using Orrery.Comparison.Scaling;

namespace Orrery.Comparison.Parity;

/// <summary>
/// The fewest chips that deliver a rate. A strategy may leave chips idle, so the best on at most so many chips only grows with
/// their number: doubling finds a number that is enough, halving the gap the fewest, with the best strategy planned at each.
/// </summary>
internal static class ParitySearch
{
    // Two orders of the same sums differ by rounding.
    private const double Rounding = 1e-9;

    public static ParitySide Of(ScaledSystem scaled, double usefulTokensPerSecond, int mostChips, CancellationToken stop)
    {
        var system = scaled.Contestant.Cluster.System;
        var counts = ChipCounts.Of(system, 1, mostChips).Where(count => count >= Math.Min(system.Chips, mostChips)).Append(mostChips);
        var (tooFew, enough) = (0, (ScalePoint?)null);
        foreach (var count in counts)
        {
            enough = Reached(count);
            if (enough is not null)
            {
                break;
            }

            tooFew = count;
        }

        if (enough is null)
        {
            var fastest = scaled.At(mostChips, stop)?.WithoutIdleChips;
            var gained = LastDoubling(scaled, mostChips, stop);
            return new ParitySide(scaled.Contestant, null, fastest, scaled.Tried, gained, fastest is null ? scaled.WhyNothing(mostChips, stop) : "");
        }

        // Whole systems first, then single chips of the last one: numbers that a reader can check are on the way.
        enough = Narrow(system.Chips, tooFew / system.Chips, (enough.UsedChips + system.Chips - 1) / system.Chips);
        enough = Narrow(1, Math.Max(tooFew, ((enough.UsedChips - 1) / system.Chips) * system.Chips), enough.UsedChips);
        return new ParitySide(scaled.Contestant, enough, enough, scaled.Tried, null, "");

        ScalePoint? Reached(int chips) =>
            scaled.At(chips, stop) is { } point && point.UsefulTokensPerSecond >= usefulTokensPerSecond * (1 - Rounding) ? point : null;

        ScalePoint Narrow(int unit, int below, int most)
        {
            var best = enough!;
            while (most - below > 1)
            {
                var middle = below + ((most - below) / 2);
                if (Reached(middle * unit) is { } point)
                {
                    (best, most) = (point, Math.Min(middle, (point.UsedChips + unit - 1) / unit));
                }
                else
                {
                    below = middle;
                }
            }

            return best.WithoutIdleChips;
        }
    }

    private static double? LastDoubling(ScaledSystem scaled, int mostChips, CancellationToken stop)
    {
        var (half, all) = (mostChips > 1 ? scaled.At(mostChips / 2, stop) : null, scaled.At(mostChips, stop));
        return half is not null && all is not null ? ScalingCurve.GainOf(half, all) : null;
    }
}
