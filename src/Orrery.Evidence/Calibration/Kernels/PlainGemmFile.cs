using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Csv;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>
/// Timings of matrix products as anybody may have them: columns m, n, k, precision (or dtype) and a time whose name ends in its unit
/// (<c>time_us</c>, <c>time_ms</c>, <c>time_s</c>, <c>time (us)</c>, <c>latency_us</c>).
/// </summary>
public static class PlainGemmFile
{
    /// <summary>The form, for whoever gave another one.</summary>
    public const string Form = "columns m, n, k, precision and time_us, time_ms or time_s";

    private static readonly Dictionary<string, double> Units = new(StringComparer.OrdinalIgnoreCase) { ["ns"] = 1e-9, ["us"] = 1e-6, ["ms"] = 1e-3, ["s"] = 1 };

    /// <summary>The rows under the names of a GEMM table, and seconds per unit of their time; null where the file is not of this form, with what is missing in <paramref name="diagnostics"/>.</summary>
    internal static (CsvTable Table, double SecondsPerUnit)? Load(string path, DiagnosticList diagnostics)
    {
        if (CsvTable.Load(path, [], diagnostics) is not { } csv)
        {
            return null;
        }

        var columns = csv.Header.Select(column => column.Trim()).ToList();
        string? Named(params string[] words) => columns.Find(column => words.Contains(column, StringComparer.OrdinalIgnoreCase));
        var timed = columns.Select(column => (Column: column, Factor: Factor(column))).FirstOrDefault(item => item.Factor is not null);
        var found = new (string? Column, string Name, string Said)[]
        {
            (Named("m"), "m", "m"), (Named("n"), "n", "n"), (Named("k"), "k", "k"), (Named("precision", "dtype"), "dtype", "precision"),
            (timed.Column, "latency_us", "time with its unit"),
        };
        foreach (var (_, _, said) in found.Where(item => item.Column is null))
        {
            diagnostics.Error(DiagnosticCode.MissingKey, $"there is no column '{said}'", path, 1, 1, $"timings of matrix products have {Form}; the header has {string.Join(", ", columns)}");
        }

        return found.Any(item => item.Column is null)
            ? null
            : (csv.Renamed(found.ToDictionary(item => item.Column!, item => item.Name, StringComparer.Ordinal)), timed.Factor!.Value);
    }

    private static double? Factor(string column)
    {
        var words = column.Split([' ', '_', '(', ')', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        return words is [var what, var unit] && what.ToLowerInvariant() is "time" or "latency" && Units.TryGetValue(words[1], out var factor) ? factor : null;
    }
}
