using Orrery.Domain.Strategies;

namespace Orrery.Simulation.Timeline;

/// <summary>Which layers go to which virtual stage, in order: as the closed form's split says, and where it only says "level", as level as whole layers go.</summary>
public static class LayerDeal
{
    /// <summary>Layers of each virtual stage.</summary>
    /// <param name="seconds">What each layer takes, prediction modules last.</param>
    /// <param name="first">What the first virtual stage does besides layers.</param>
    /// <param name="last">What the last one does.</param>
    public static int[] Of(Strategy s, IReadOnlyList<double> seconds, double first, double last)
    {
        var chunks = s.PipelineParallel * s.VirtualStages;
        var layers = seconds.Count;
        if (s is { FirstStageLayers: { } stated, LastStageLayers: { } statedLast })
        {
            var middle = chunks > 2 ? Evenly(layers - stated - statedLast, chunks - 2) : [];
            return [stated, .. middle, statedLast];
        }

        if (s.EmbeddingAndLossCountAsLayers && (layers + 2) % chunks == 0 && chunks > 1)
        {
            var each = (layers + 2) / chunks;
            return [each - 1, .. Enumerable.Repeat(each, chunks - 2), each - 1];
        }

        return layers % chunks == 0 ? Evenly(layers, chunks) : Levelled(seconds, chunks, first, last);
    }

    private static int[] Evenly(int layers, int chunks) =>
        [.. Enumerable.Range(0, chunks).Select(chunk => (layers / chunks) + (chunk < layers % chunks ? 1 : 0))];

    /// <summary>The split whose longest chunk is shortest and, of those, whose chunks differ least: dynamic programming over prefixes.</summary>
    private static int[] Levelled(IReadOnlyList<double> seconds, int chunks, double first, double last)
    {
        var layers = seconds.Count;
        var sums = new double[layers + 1];
        for (var i = 0; i < layers; i++)
        {
            sums[i + 1] = sums[i] + seconds[i];
        }

        // After each chunk: the best deal of the first n layers to the chunks so far.
        var (best, next) = (new (double Longest, double Squares)[layers + 1], new (double Longest, double Squares)[layers + 1]);
        Array.Fill(best, (double.PositiveInfinity, 0));
        best[0] = (0, 0);
        var dealtBefore = new int[chunks + 1, layers + 1];
        for (var c = 1; c <= chunks; c++)
        {
            var beside = (c == 1 ? first : 0) + (c == chunks ? last : 0);
            for (var n = 0; n <= layers; n++)
            {
                next[n] = (double.PositiveInfinity, double.PositiveInfinity);
                for (var before = c == 1 ? 0 : n; before >= 0; before--)
                {
                    var chunk = sums[n] - sums[before] + beside;
                    if (chunk > next[n].Longest)
                    {
                        break; // and longer still with every further layer
                    }

                    var found = (Longest: Math.Max(best[before].Longest, chunk), Squares: best[before].Squares + (chunk * chunk));
                    if (found.CompareTo(next[n]) < 0)
                    {
                        (next[n], dealtBefore[c, n]) = (found, before);
                    }
                }
            }

            (best, next) = (next, best);
        }

        var counts = new int[chunks];
        for (var (c, n) = (chunks, layers); c > 0; c--)
        {
            counts[c - 1] = n - dealtBefore[c, n];
            n = dealtBefore[c, n];
        }

        return counts;
    }
}
