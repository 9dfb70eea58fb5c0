using System.Globalization;

namespace Orrery.Interchange.NcclTests;

/// <summary>Reads one row of a table: size, count, type, operation, root, then time, two bandwidths and the check, out of place and in place.</summary>
internal static class RowReader
{
    private const double Microsecond = 1e-6;

    /// <summary>No collective takes a day.</summary>
    private const double MostMicroseconds = 86_400e6;

    private const double MostBytes = 1e18;

    /// <summary>Cells of one of the two results: time, algorithm and bus bandwidth, wrong elements.</summary>
    private const int Result = 4;

    /// <summary>The row without its line; null where its cells make no result.</summary>
    /// <param name="columns">The header's words; null where there was none.</param>
    public static CollectiveTiming? Read(string[] cells, string[]? columns)
    {
        var at = 3;
        if (at < cells.Length && !IsNumber(cells[at]))
        {
            at++; // the operation; an all-to-all of older versions has none
        }

        int[] times = columns is null ? [] : [.. Enumerable.Range(0, columns.Length).Where(i => columns[i] == "time")];
        if (columns is null ? (cells.Length - at) % Result == 1 : columns.Contains("root"))
        {
            at++;
        }

        if (columns is null)
        {
            times = [.. Enumerable.Range(0, (cells.Length - at) / Result).Select(place => place * Result)];
        }

        // Columns of some versions beside the two results (clocks, statistics of single iterations) are not read.
        var width = columns is null ? times.Length * Result : times.Length == 0 ? 0 : columns.Length - times[0];
        var left = cells.Length - at;
        if (times.Length is not (1 or 2) || !Number(cells[0], out var bytes) || bytes > MostBytes)
        {
            return null;
        }

        if (times.Length == 2 && left == Result)
        {
            return One(cells, at) is { } only ? new CollectiveTiming(0, bytes, null, only.Right, only.Wrong) : null; // only in place
        }

        if (left < width || One(cells, at) is not { } first)
        {
            return null;
        }

        if (times.Length == 1)
        {
            return new CollectiveTiming(0, bytes, first.Right, null, first.Wrong);
        }

        return One(cells, at + times[1] - times[0]) is { } second ? new CollectiveTiming(0, bytes, first.Right, second.Right, first.Wrong || second.Wrong) : null;
    }

    private readonly record struct Place(double Seconds, bool Wrong)
    {
        public double? Right => Wrong ? null : Seconds;
    }

    private static Place? One(string[] cells, int at)
    {
        if (at + Result > cells.Length || !Number(cells[at], out var time) || time <= 0 || time > MostMicroseconds || !Number(cells[at + 1], out _) || !Number(cells[at + 2], out _))
        {
            return null;
        }

        var check = cells[at + 3];
        if (check == "N/A")
        {
            return new Place(time * Microsecond, false);
        }

        // Older versions print the largest relative error here, newer ones how many elements are wrong.
        return Number(check, out var wrong) ? new Place(time * Microsecond, wrong >= 1) : null;
    }

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool Number(string cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= 0;
}
