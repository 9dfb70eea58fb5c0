namespace Orrery.Cli.Report.Charts;

/// <summary>From one value to another by factors, each a step on a logarithmic axis.</summary>
/// <param name="Factor">What the value is multiplied by.</param>
/// <param name="Low">Least factor over the orders in which the steps may be taken.</param>
internal sealed record WaterfallStep(string Name, double Factor, double Low, double High, string Label);

internal static class Waterfall
{
    private const double Width = 760;
    private const double Row = 24;
    private const double Left = 210;
    private const double Right = 130;
    private const double Top = 8;

    public static string Draw(string title, (string Name, double Value, string Label) from, IReadOnlyList<WaterfallStep> steps, (string Name, double Value, string Label) to)
    {
        var (levels, level) = (new List<double> { from.Value }, from.Value);
        foreach (var step in steps)
        {
            level *= step.Factor;
            levels.Add(level);
        }

        var (least, most) = (Math.Min(levels.Min(), to.Value) / 1.3, Math.Max(levels.Max(), to.Value) * 1.1);
        double X(double value) => Left + (Math.Log(Math.Clamp(value, least, most) / least) / Math.Log(most / least) * (Width - Left - Right));
        var svg = new Svg(Width, Top + ((steps.Count + 2) * Row), title);
        Whole(from, 0);
        for (var at = 0; at < steps.Count; at++)
        {
            var (step, y) = (steps[at], Top + ((at + 1) * Row));
            var (begin, end) = (X(levels[at]), X(levels[at + 1]));
            svg.Text(Left - 8, y + 15, step.Name, "end");
            svg.Bar(Math.Min(begin, end), y + 4, Math.Abs(end - begin), Row - 10, step.Factor >= 1, $"{step.Name}: {step.Label}");
            svg.Line(X(levels[at] * step.Low), y + 11, X(levels[at] * step.High), y + 11, "range");
            svg.Line(end, y + Row - 6, end, y + Row + 4, "grid");
            svg.Text(Math.Max(Math.Max(begin, end), X(levels[at] * step.High)) + 6, y + 15, step.Label);
        }

        Whole(to, steps.Count + 1);
        svg.Line(Left, Top, Left, Top + ((steps.Count + 2) * Row), "axis");
        return svg.ToString();

        void Whole((string Name, double Value, string Label) one, int at)
        {
            var y = Top + (at * Row);
            svg.Text(Left - 8, y + 15, one.Name, "end");
            svg.Bar(Left, y + 4, X(one.Value) - Left, Row - 10, 0, $"{one.Name}: {one.Label}");
            svg.Text(X(one.Value) + 6, y + 15, one.Label);
        }
    }
}
