namespace Orrery.Cli.Report.Charts;

/// <summary>One bar.</summary>
/// <param name="Low">The range's ends; null where there is none.</param>
/// <param name="Label">What is written at its end.</param>
internal sealed record Bar(string Name, int Series, double Value, double? Low, double? High, string Label);

/// <summary>Bars that lie, longest value to the right, with their ranges.</summary>
internal static class BarChart
{
    private const double Width = 760;
    private const double Row = 22;
    private const double Left = 210;
    private const double Right = 110;
    private const double Top = 34;

    /// <param name="groups">Bars that stand together, with their heading.</param>
    /// <param name="series">Names of the colours, shown where there are several.</param>
    /// <param name="mark">A value that a line is drawn at.</param>
    public static string Draw(string title, IReadOnlyList<(string Heading, IReadOnlyList<Bar> Bars)> groups, IReadOnlyList<string> series, double? mark = null)
    {
        var most = groups.SelectMany(group => group.Bars).Select(bar => Math.Max(bar.Value, bar.High ?? 0)).DefaultIfEmpty(1).Max();
        var height = Top + groups.Sum(group => (group.Bars.Count * Row) + (group.Heading.Length > 0 ? Row : 0) + 8);
        var svg = new Svg(Width, height, title);
        double X(double value) => Left + (value / most * (Width - Left - Right));
        Legend(svg, series, Left);
        if (mark is { } at)
        {
            svg.Line(X(at), Top, X(at), height, "axis");
        }

        var y = Top;
        foreach (var (heading, bars) in groups)
        {
            if (heading.Length > 0)
            {
                svg.Text(0, y + 14, heading, kind: "soft");
                y += Row;
            }

            foreach (var bar in bars)
            {
                svg.Text(Left - 8, y + 14, bar.Name, "end");
                svg.Bar(Left, y + 3, X(bar.Value) - Left, Row - 8, bar.Series, $"{bar.Name}: {bar.Label}");
                if (bar is { Low: { } low, High: { } high })
                {
                    svg.Line(X(low), y + 10, X(high), y + 10, "range");
                    svg.Line(X(low), y + 6, X(low), y + 14, "range");
                    svg.Line(X(high), y + 6, X(high), y + 14, "range");
                }

                svg.Text(X(Math.Max(bar.Value, bar.High ?? 0)) + 6, y + 14, bar.Label);
                y += Row;
            }

            y += 8;
        }

        svg.Line(Left, Top, Left, height, "axis");
        return svg.ToString();
    }

    public static void Legend(Svg svg, IReadOnlyList<string> series, double left)
    {
        for (var at = 0; at < series.Count && series.Count > 1; at++)
        {
            svg.Dot(left + 4, 10, at, series[at]);
            svg.Text(left + 13, 14, series[at]);
            left += 30 + (7 * series[at].Length);
        }
    }
}
