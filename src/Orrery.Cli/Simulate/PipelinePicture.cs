using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>A played step drawn in letters: a row a stage, a column a stretch of time, each the letter of what filled most of it.</summary>
internal static class PipelinePicture
{
    public const string Legend = "F forward, B backward, W weight gradients, X forward beside backward, - exchange that is waited for, d data-parallel exchange, o optimizer, . waiting";

    /// <summary>Letters that the shortest forward pass gets.</summary>
    private const int LettersAPass = 2;

    /// <summary>The whole step where it can be drawn so that a pass is seen, else its beginning and its end.</summary>
    /// <returns>What a part shows, and its rows.</returns>
    public static IEnumerable<(string Title, string[] Rows)> Draw(TimelineStudy study, int width)
    {
        var end = study.Slices.Max(slice => slice.End.Ticks);
        var passes = study.Slices.Where(slice => slice.Work is TimelineWork.Forward or TimelineWork.Pair).Select(slice => slice.Length.Ticks).ToArray();
        var column = Math.Max(1, passes.Min() / LettersAPass);
        if (end <= column * width)
        {
            yield return ("", Rows(study, 0, Math.Max(1, (end + width - 1) / width), width));
            yield break;
        }

        var shown = column * width;
        if (2 * shown >= end)
        {
            // Coarser letters for the whole say more than two halves.
            yield return ("", Rows(study, 0, (end + width - 1) / width, width));
            yield break;
        }

        yield return ("beginning", Rows(study, 0, column, width));
        yield return ("end", Rows(study, end - shown, column, width));
    }

    private static string[] Rows(TimelineStudy study, long from, long column, int width)
    {
        var stages = study.Plan.Stages;
        var most = new long[stages, width];
        var letters = new char[stages, width];
        foreach (var slice in study.Slices)
        {
            if (slice.Stream == TimelineStream.PointToPoint)
            {
                continue;
            }

            // What compute does goes before what runs beside it.
            var weight = slice.Stream == TimelineStream.DataParallel ? 0 : 1;
            var first = Math.Max(0, (slice.Start.Ticks - from) / column);
            for (var at = first; at < width && from + (at * column) < slice.End.Ticks; at++)
            {
                var begin = from + (at * column);
                var filled = (Math.Min(slice.End.Ticks, begin + column) - Math.Max(slice.Start.Ticks, begin)) * weight;
                if (slice.End.Ticks > begin && (filled > most[slice.Stage, at] || letters[slice.Stage, at] == 0))
                {
                    (most[slice.Stage, at], letters[slice.Stage, at]) = (filled, TimelineWords.Letter(slice.Work));
                }
            }
        }

        return [.. Enumerable.Range(0, stages).Select(stage =>
            new string([.. Enumerable.Range(0, width).Select(at => letters[stage, at] == 0 ? '.' : letters[stage, at])]).TrimEnd())];
    }
}
