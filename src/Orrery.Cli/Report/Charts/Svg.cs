using System.Globalization;
using System.Net;
using System.Text;

namespace Orrery.Cli.Report.Charts;

/// <summary>An SVG picture in the making, numbers written without a culture and words escaped.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new();

    public Svg(double width, double height, string title) =>
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0} {height:0}\" width=\"{width:0}\" height=\"{height:0}\" role=\"img\"><title>{Escaped(title)}</title>");

    public void Line(double x1, double y1, double x2, double y2, string kind) => Add($"<path class=\"{kind}\" d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\"/>");

    /// <param name="series">Which colour, from 0.</param>
    public void Bar(double x, double y, double width, double height, int series, string said) =>
        Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(0.5, width):0.#}\" height=\"{height:0.#}\" rx=\"2\" style=\"fill:var(--s{series % 6})\"><title>{Escaped(said)}</title></rect>");

    public void Bar(double x, double y, double width, double height, bool isGain, string said) =>
        Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(0.5, width):0.#}\" height=\"{height:0.#}\" rx=\"2\" style=\"fill:var(--{(isGain ? "gain" : "loss")})\"><title>{Escaped(said)}</title></rect>");

    public void Curve(IEnumerable<(double X, double Y)> points, int series) => Add(
        $"<path d=\"M{string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#} {point.Y:0.#}")))}\" style=\"fill:none;stroke:var(--s{series % 6});stroke-width:2\"/>");

    public void Dot(double x, double y, int series, string said) =>
        Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4\" style=\"fill:var(--s{series % 6})\"><title>{Escaped(said)}</title></circle>");

    /// <param name="anchor">"start", "middle" or "end".</param>
    public void Text(double x, double y, string text, string anchor = "start", string kind = "") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{(kind.Length > 0 ? $" class=\"{kind}\"" : "")}>{Escaped(text)}</text>");

    public override string ToString() => _text + "</svg>\n";

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private void Add(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
