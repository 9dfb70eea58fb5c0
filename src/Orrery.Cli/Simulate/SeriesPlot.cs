using Orrery.Simulation.Statistics;

namespace Orrery.Cli.Simulate;

/// <summary>A quantity over time in letters: a column a stretch of time, its height the mean over it.</summary>
internal static class SeriesPlot
{
    private const int Width = 64;
    private const int Height = 5;

    /// <param name="value">What is drawn of a span, at least 0.</param>
    /// <param name="top">What the highest row stands for.</param>
    /// <param name="label">How a height is written beside the plot.</param>
    public static IEnumerable<string> Draw(IReadOnlyList<SeriesSpan> spans, Func<SeriesSpan, double> value, double top, Func<double, string> label)
    {
        var columns = Columns(spans, value);
        var (high, low) = (label(top), label(0));
        var margin = Math.Max(high.Length, low.Length);
        for (var row = Height - 1; row >= 0; row--)
        {
            var beside = row == Height - 1 ? high : row == 0 ? low : "";
            yield return $"{beside.PadLeft(margin)} |{new string([.. columns.Select(column => Letter(top > 0 ? column / top * Height : 0, row))])}".TrimEnd();
        }
    }

    /// <summary>Full below the height, half where it ends in the row; the lowest row shows whatever is above zero.</summary>
    private static char Letter(double height, int row) => height >= row + 0.75 ? '#' : height >= row + 0.25 || (row == 0 && height > 0) ? '.' : ' ';

    private static double[] Columns(IReadOnlyList<SeriesSpan> spans, Func<SeriesSpan, double> value)
    {
        var end = spans[^1].To;
        var columns = new double[Math.Min(Width, spans.Count)];
        var each = end / columns.Length;
        foreach (var span in spans)
        {
            for (var at = Math.Min(columns.Length - 1, (int)(span.From / each)); at < columns.Length && at * each < span.To; at++)
            {
                var seconds = Math.Min(span.To, (at + 1) * each) - Math.Max(span.From, at * each);
                columns[at] += value(span) * Math.Max(0, seconds) / each;
            }
        }

        return columns;
    }
}
