using System.Globalization;
using System.Text;
using Orrery.Domain.Diagnostics;

namespace Orrery.Comparison.Delivered;

/// <summary>How far predictions of one group of published results have been off.</summary>
/// <param name="Group">"dimension:name", as validation groups its rows.</param>
/// <param name="Rows">Published results in the group.</param>
/// <param name="MedianError">Median absolute relative error.</param>
/// <param name="P90Error">What nine rows in ten stay under.</param>
public sealed record TrackRecordEntry(string Group, int Rows, double MedianError, double P90Error);

/// <summary>The published error of this program's own predictions, committed beside the measurements it was taken on.</summary>
public sealed record TrackRecord(IReadOnlyList<TrackRecordEntry> Entries)
{
    public const string FileName = "accuracy.csv";

    private const string Header = "group,rows,median_error,p90_error";

    public static TrackRecord Empty { get; } = new([]);

    /// <summary>Reads what <see cref="ToCsv"/> wrote; a missing file is an empty record, a damaged one an error.</summary>
    public static TrackRecord Load(string path)
    {
        if (!File.Exists(path))
        {
            return Empty;
        }

        var entries = new List<TrackRecordEntry>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            // Names may hold commas, figures cannot: the last three commas are the separators.
            var cells = line.Split(',');
            if (cells.Length < 4)
            {
                throw new InvalidInputException(new Diagnostic(
                    Severity.Error, DiagnosticCode.BadValue, $"'{line}' is not a row of {Header}", path, Hint: "write it anew with validate training --write-docs"));
            }

            entries.Add(new TrackRecordEntry(
                string.Join(',', cells[..^3]), int.Parse(cells[^3], CultureInfo.InvariantCulture),
                double.Parse(cells[^2], CultureInfo.InvariantCulture), double.Parse(cells[^1], CultureInfo.InvariantCulture)));
        }

        return new TrackRecord(entries);
    }

    public string ToCsv()
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var entry in Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Group},{entry.Rows},{entry.MedianError:0.####},{entry.P90Error:0.####}\n");
        }

        return text.ToString();
    }

    /// <summary>The entry of the first group that has enough rows to speak from; null where none has.</summary>
    public TrackRecordEntry? Nearest(IEnumerable<string> groups, int atLeast = 5) =>
        groups.Select(group => Entries.FirstOrDefault(entry => entry.Group == group && entry.Rows >= atLeast)).FirstOrDefault(entry => entry is not null);
}
