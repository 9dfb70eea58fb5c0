using System.Globalization;

namespace Orrery.Quantities;

/// <summary>Text to quantity and back: number, space, unit. One parser, one formatter.</summary>
public static class QuantityText
{
    /// <summary>Reads "3.35 TB/s" and the like; on failure says what was expected.</summary>
    public static bool TryParse<T>(string text, out T quantity, out string expected) where T : struct, IQuantity<T>
    {
        quantity = default;
        expected = "";
        var trimmed = text.AsSpan().Trim();
        var space = trimmed.LastIndexOf(' ');
        var number = space < 0 ? trimmed : trimmed[..space];
        var unit = space < 0 ? "" : trimmed[(space + 1)..];
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && double.IsFinite(amount))
        {
            foreach (var (name, factor) in T.Dimension.Units)
            {
                if (unit.SequenceEqual(name))
                {
                    quantity = T.From(amount * factor);
                    return true;
                }
            }
        }

        expected = Expected(T.Dimension);
        return false;
    }

    private static string Expected(Dimension dimension) => dimension.Units.Count == 1 || dimension.Units[0].Unit.Length == 0
        ? $"a {dimension.Name}"
        : $"a {dimension.Name}: a number and a unit ({string.Join(", ", dimension.Units.Select(unit => unit.Unit))})";

    /// <summary>Three significant digits in the largest unit that keeps the number at or above one.</summary>
    public static string Format<T>(T quantity) where T : struct, IQuantity<T>
    {
        var value = quantity.Value;
        var units = T.Dimension.Units;
        var chosen = units[0];
        var previous = double.PositiveInfinity;
        foreach (var unit in units)
        {
            if (unit.Factor >= previous)
            {
                break; // binary and bit units come after the decimal ladder and are for reading only
            }

            chosen = unit;
            previous = unit.Factor;
            if (Math.Abs(value) >= unit.Factor)
            {
                break;
            }
        }

        return $"{Significant(value / chosen.Factor)} {chosen.Unit}".TrimEnd();
    }

    /// <summary>A number with three significant digits and no exponent in the everyday range.</summary>
    public static string Significant(double value, int digits = 3)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (magnitude is > 8 or < -4)
        {
            return value.ToString("0.##e+0", CultureInfo.InvariantCulture);
        }

        var decimals = Math.Max(0, digits - 1 - magnitude);
        return value.ToString(magnitude >= 4 ? "#,0" : "F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
