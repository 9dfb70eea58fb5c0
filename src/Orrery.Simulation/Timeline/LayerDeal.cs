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

        // best[c, n]: the first c chunks hold the first n layers.
        var best = new (double Longest, double Squares, int Before)[chunks + 1, layers + 1];
        for (var c = 0; c <= chunks; c++)
        {
            for (var n = 0; n <= layers; n++)
            {
                best[c, n] = (c == 0 && n == 0 ? 0 : double.PositiveInfinity, 0, 0);
                for (var before = 0; c > 0 && before <= n; before++)
                {
                    var (longest, squares, _) = best[c - 1, before];
                    var chunk = sums[n] - sums[before] + (c == 1 ? first : 0) + (c == chunks ? last : 0);
                    var found = (Math.Max(longest, chunk), squares + (chunk * chunk), before);
                    if (found.Item1 < best[c, n].Longest || (found.Item1 == best[c, n].Longest && found.Item2 < best[c, n].Squares))
                    {
                        best[c, n] = found;
                    }
                }
            }
        }

        var counts = new int[chunks];
        for (var (c, n) = (chunks, layers); c > 0; c--)
        {
            counts[c - 1] = n - best[c, n].Before;
            n = best[c, n].Before;
        }

        return counts;
    }
}
