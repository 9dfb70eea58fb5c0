using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Cli.Terminal;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>Predicted against measured as an SVG picture: one log-log panel a measured quantity, colours by kind of model.</summary>
internal static class AccuracyPlot
{
    private const int Panel = 340;
    private const int Margin = 68;
    private const int Legend = 54;

    // Distinguishable with the common colour-vision deficiencies (Okabe and Ito's palette).
    private static readonly string[] Palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    public static string Svg(ValidationReport report)
    {
        var panels = report.Rows.Where(row => row.Measured > 0 && row.Predicted > 0)
            .GroupBy(row => row.Metric).OrderByDescending(rows => rows.Count()).ToList();
        var kinds = report.Rows.Select(Kind).Distinct().Order(StringComparer.Ordinal).ToList();
        var columns = Math.Max(1, Math.Min(2, panels.Count));
        var (width, height) = (columns * (Panel + Margin) + 24, (int)Math.Ceiling(panels.Count / (double)columns) * (Panel + Margin + 10) + Legend);
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add(svg, $"<title>Predicted against measured</title><rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        for (var i = 0; i < kinds.Count; i++)
        {
            var x = Margin + (i * 130);
            Add(svg, $"<circle cx=\"{x}\" cy=\"18\" r=\"4\" fill=\"{Palette[i % Palette.Length]}\"/><text x=\"{x + 9}\" y=\"22\" fill=\"#222222\">{WebUtility.HtmlEncode(kinds[i])}</text>");
        }

        for (var i = 0; i < panels.Count; i++)
        {
            Draw(svg, panels[i].Key, [.. panels[i]], kinds, Margin + (i % columns * (Panel + Margin)), Legend + (i / columns * (Panel + Margin + 10)));
        }

        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Draw(StringBuilder svg, string metric, IReadOnlyList<ValidationRow> rows, List<string> kinds, int left, int top)
    {
        var low = Math.Floor(rows.Min(row => Math.Log10(Math.Min(row.Measured, row.Predicted))));
        var high = Math.Ceiling(rows.Max(row => Math.Log10(Math.Max(row.Measured, row.Predicted))));
        high = high > low ? high : low + 1;
        double At(double log) => (log - low) / (high - low) * Panel;
        double X(double value) => left + At(Math.Log10(value));
        double Y(double value) => top + Panel - At(Math.Log10(value));

        Add(svg, $"<g><rect x=\"{left}\" y=\"{top}\" width=\"{Panel}\" height=\"{Panel}\" fill=\"none\" stroke=\"#888888\"/>");
        for (var decade = low; decade <= high; decade++)
        {
            var (x, y, label) = (left + At(decade), top + Panel - At(decade), Decade(decade));
            Add(svg, $"<path d=\"M{x:0.#} {top}V{top + Panel}M{left} {y:0.#}H{left + Panel}\" stroke=\"#dddddd\"/>");
            Add(svg, $"<text x=\"{x:0.#}\" y=\"{top + Panel + 15}\" text-anchor=\"middle\" fill=\"#444444\">{label}</text><text x=\"{left - 5}\" y=\"{y + 4:0.#}\" text-anchor=\"end\" fill=\"#444444\">{label}</text>");
        }

        // The diagonal, and 20 % to either side of it.
        Add(svg, $"<path d=\"M{left} {top + Panel}L{left + Panel} {top}\" stroke=\"#444444\"/>");
        var off = At(low + Math.Log10(1.2));
        Add(svg, $"<path d=\"M{left} {top + Panel - off:0.#}L{left + Panel - off:0.#} {top}M{left + off:0.#} {top + Panel}L{left + Panel} {top + off:0.#}\" stroke=\"#444444\" stroke-dasharray=\"4 4\" fill=\"none\"/>");
        foreach (var row in rows)
        {
            var colour = Palette[kinds.IndexOf(Kind(row)) % Palette.Length];
            Add(svg, $"<circle cx=\"{X(row.Measured):0.#}\" cy=\"{Y(row.Predicted):0.#}\" r=\"2.6\" fill=\"{colour}\" fill-opacity=\"0.55\"><title>{WebUtility.HtmlEncode(row.Id)}: measured {Number.Text(row.Measured)}, predicted {Number.Text(row.Predicted)} {WebUtility.HtmlEncode(row.Unit)}</title></circle>");
        }

        Add(svg, $"<text x=\"{left}\" y=\"{top - 8}\" fill=\"#222222\">{WebUtility.HtmlEncode(metric)}, {rows.Count} rows; dashes: 20 % off</text>");
        Add(svg, $"<text x=\"{left + (Panel / 2)}\" y=\"{top + Panel + 31}\" text-anchor=\"middle\" fill=\"#222222\">measured</text>");
        Add(svg, $"<text transform=\"translate({left - 46} {top + (Panel / 2)}) rotate(-90)\" text-anchor=\"middle\" fill=\"#222222\">predicted</text></g>");
    }

    /// <summary>"0.01", "10", "100k", "1M": short enough to stand under a tick.</summary>
    private static string Decade(double power)
    {
        var value = Math.Pow(10, power);
        var (scaled, unit) = value switch { >= 1e6 => (value / 1e6, "M"), >= 1e4 => (value / 1e3, "k"), _ => (value, "") };
        return scaled.ToString("0.######", CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>The kind of model or system a row is of, as its groups name it.</summary>
    private static string Kind(ValidationRow row) =>
        row.Groups.FirstOrDefault(group => group.StartsWith("class:", StringComparison.Ordinal))?.Split(':', 2)[1] ?? "all";

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
