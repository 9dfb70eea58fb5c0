using System.Globalization;
using Orrery.Quantities;

namespace Orrery.Cli.Terminal;

/// <summary>Numbers as people read them: three significant digits, thousands set apart.</summary>
internal static class Number
{
    public static string Text(double value) => Math.Abs(value) switch
    {
        _ when !double.IsFinite(value) => "-",
        >= 1000 => Rounded(value).ToString("#,0", CultureInfo.InvariantCulture),
        _ => QuantityText.Significant(value),
    };

    public static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => double.IsFinite(share)
        ? (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %"
        : "-";

    /// <summary>A change with its sign: "+4.2 %".</summary>
    public static string Change(double share) => (share * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %";

    public static string Ratio(double ratio) => double.IsFinite(ratio)
        ? (ratio < 1000 ? ratio.ToString(ratio < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : Text(ratio)) + "x"
        : "-";

    /// <summary>A time; seconds stay seconds however many, since steps are compared in them.</summary>
    public static string Time(double seconds) => double.IsPositiveInfinity(seconds) ? "no end" : Math.Abs(seconds) >= 1 ? Text(seconds) + " s" : new Seconds(seconds).ToString();

    /// <summary>For files that programs read: as many digits as the number has.</summary>
    public static string Raw(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Rounded(double value)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 3);
        return Math.Round(value / unit) * unit;
    }
}
