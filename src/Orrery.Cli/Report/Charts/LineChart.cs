using System.Globalization;

namespace Orrery.Cli.Report.Charts;

/// <param name="Points">In the order of x; both above zero.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Curves over logarithmic axes, named at their ends.</summary>
internal static class LineChart
{
    private const double Width = 760;
    private const double Height = 380;
    private const double Left = 70;
    private const double Right = 150;
    private const double Top = 24;
    private const double Bottom = 46;

    public static string Draw(string title, string x, string y, IReadOnlyList<Series> series)
    {
        var points = series.SelectMany(one => one.Points).ToList();
        var (left, right) = Decades(points.Select(point => point.X));
        var (low, high) = Decades(points.Select(point => point.Y));
        double X(double value) => Left + ((Math.Log10(value) - left) / (right - left) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((Math.Log10(value) - low) / (high - low) * (Height - Top - Bottom));
        var svg = new Svg(Width, Height, title);
        for (var decade = left; decade <= right; decade++)
        {
            svg.Line(X(Math.Pow(10, decade)), Top, X(Math.Pow(10, decade)), Height - Bottom, "grid");
            svg.Text(X(Math.Pow(10, decade)), Height - Bottom + 16, Decade(decade), "middle", "soft");
        }

        for (var decade = low; decade <= high; decade++)
        {
            svg.Line(Left, Y(Math.Pow(10, decade)), Width - Right, Y(Math.Pow(10, decade)), "grid");
            svg.Text(Left - 6, Y(Math.Pow(10, decade)) + 4, Decade(decade), "end", "soft");
        }

        svg.Text(Left, 14, y, kind: "soft");
        svg.Text((Left + Width - Right) / 2, Height - 8, x, "middle", "soft");
        var taken = new List<double>();
        for (var at = 0; at < series.Count; at++)
        {
            var one = series[at];
            svg.Curve(one.Points.Select(point => (X(point.X), Y(point.Y))), at);
            foreach (var point in one.Points)
            {
                svg.Dot(X(point.X), Y(point.Y), at, string.Create(CultureInfo.InvariantCulture, $"{one.Name}: {point.X:#,0.##}, {point.Y:#,0.##}"));
            }

            if (one.Points.Count > 0)
            {
                var place = Y(one.Points[^1].Y) + 4;
                while (taken.Any(other => Math.Abs(other - place) < 14))
                {
                    place += 14; // names never stand on each other
                }

                taken.Add(place);
                svg.Text(X(one.Points[^1].X) + 10, place, one.Name);
            }
        }

        return svg.ToString();
    }

    private static (double Low, double High) Decades(IEnumerable<double> values)
    {
        var logs = values.Select(Math.Log10).DefaultIfEmpty(0).ToList();
        var (low, high) = (Math.Floor(logs.Min()), Math.Ceiling(logs.Max()));
        return (low, high > low ? high : low + 1);
    }

    private static string Decade(double power) => power switch
    {
        >= 12 => string.Create(CultureInfo.InvariantCulture, $"1e{power:0}"),
        >= 9 => Math.Pow(10, power - 9).ToString("0", CultureInfo.InvariantCulture) + "G",
        >= 6 => Math.Pow(10, power - 6).ToString("0", CultureInfo.InvariantCulture) + "M",
        >= 4 => Math.Pow(10, power - 3).ToString("0", CultureInfo.InvariantCulture) + "k",
        _ => Math.Pow(10, power).ToString("0.######", CultureInfo.InvariantCulture),
    };
}
