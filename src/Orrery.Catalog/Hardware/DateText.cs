using System.Globalization;

namespace Orrery.Catalog.Hardware;

/// <summary>A date as precise as it is known ("2025", "2025-Q3", "2025-09", "2025-09-18") to a fractional year.</summary>
public static class DateText
{
    public static bool TryParse(string text, out double year, out string expected)
    {
        expected = "a date: 2025, 2025-Q3, 2025-09 or 2025-09-18";
        year = 0;
        var parts = text.Trim().Split('-');
        if (parts.Length is < 1 or > 3 || parts[0].Length != 4 || !TryWhole(parts[0], 1950, 2100, out var whole))
        {
            return false;
        }

        year = whole;
        if (parts.Length == 1)
        {
            return true;
        }

        if (parts.Length == 2 && parts[1].StartsWith('Q'))
        {
            var isQuarter = TryWhole(parts[1][1..], 1, 4, out var quarter);
            year += (quarter - 1) / 4.0;
            return isQuarter;
        }

        if (!TryWhole(parts[1], 1, 12, out var month))
        {
            return false;
        }

        var day = 1;
        if (parts.Length == 3 && !TryWhole(parts[2], 1, DateTime.DaysInMonth(whole, month), out day))
        {
            return false;
        }

        year += (new DateOnly(whole, month, day).DayOfYear - 1) / (DateTime.IsLeapYear(whole) ? 366.0 : 365.0);
        return true;
    }

    private static bool TryWhole(string text, int low, int high, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= low && number <= high;
}
