using CsvHelper;
using Orrery.Domain.Diagnostics;

namespace Orrery.Interchange.Csv;

/// <summary>A CSV file in memory: a header and rows, each with the line it starts on.</summary>
public sealed class CsvTable
{
    /// <summary>Far above any evidence file, far below what would exhaust memory.</summary>
    public const long MaxBytes = 512L << 20;

    private readonly Dictionary<string, int> _columns;

    private CsvTable(string name, IReadOnlyList<string> header, IReadOnlyList<CsvRow> rows)
    {
        Name = name;
        Header = header;
        Rows = rows;
        _columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Count; i++)
        {
            _columns.TryAdd(header[i].Trim(), i);
        }
    }

    public string Name { get; }
    public IReadOnlyList<string> Header { get; }
    public IReadOnlyList<CsvRow> Rows { get; }

    /// <summary>The same rows under other column names; columns that are not named keep theirs.</summary>
    public CsvTable Renamed(IReadOnlyDictionary<string, string> names) =>
        new(Name, [.. Header.Select(column => names.GetValueOrDefault(column.Trim(), column))], Rows);

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>The trimmed text of a cell; empty where the column is absent.</summary>
    public string Text(CsvRow row, string column) =>
        _columns.TryGetValue(column, out var at) && at < row.Cells.Count ? row.Cells[at].Trim() : "";

    /// <summary>Reads a file; what is wrong with it is added to <paramref name="diagnostics"/>. Null where there is no table to speak of; rows of the wrong width are left out.</summary>
    public static CsvTable? Load(string path, IReadOnlyList<string> required, DiagnosticList diagnostics)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                diagnostics.Error(DiagnosticCode.TooLarge, $"the file is larger than {MaxBytes} bytes", path);
                return null;
            }

            using var reader = new StreamReader(path);
            return Read(reader, path, required, diagnostics);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(DiagnosticCode.Unreadable, "the file cannot be read: " + error.Message, path);
            return null;
        }
    }

    public static CsvTable? Read(TextReader reader, string name, IReadOnlyList<string> required, DiagnosticList diagnostics)
    {
        using var csv = CsvReader.Create(reader, new CsvReaderOptions { HasHeader = false, TrackLineNumbers = true, SkipEmptyLines = true }, true);
        if (!csv.Read())
        {
            diagnostics.Error(DiagnosticCode.Syntax, "the file is empty, expected a header line", name);
            return null;
        }

        var header = Cells(csv);
        if (header.Any(cell => cell.Any(letter => letter is '\0' or '\uFFFD')))
        {
            diagnostics.Error(DiagnosticCode.Syntax, "the file is not text in UTF-8, expected a header line of column names", name, 1, 1);
            return null;
        }

        var table = new CsvTable(name, header, ReadRows(csv, header.Length, name, diagnostics));
        var missing = required.Where(column => !table.Has(column)).ToList();
        foreach (var column in missing)
        {
            diagnostics.Error(DiagnosticCode.MissingKey, $"there is no column '{column}'", name, 1, 1,
                hint: column == missing[^1] ? $"the header has {string.Join(", ", header)}" : "");
        }

        return missing.Count == 0 ? table : null;
    }

    private static List<CsvRow> ReadRows(CsvReader csv, int width, string name, DiagnosticList diagnostics)
    {
        var rows = new List<CsvRow>();
        while (csv.Read())
        {
            var line = (int)csv.LineNumber;
            if (csv.FieldCount != width)
            {
                diagnostics.Error(DiagnosticCode.Syntax, $"the row has {csv.FieldCount} cells, expected {width} as in the header", name, line, 1);
            }
            else
            {
                rows.Add(new CsvRow(line, Cells(csv)));
            }
        }

        return rows;
    }

    private static string[] Cells(CsvReader csv)
    {
        var cells = new string[csv.FieldCount];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = csv.GetString(i);
        }

        return cells;
    }
}

/// <summary>One row and the line it starts on.</summary>
public sealed record CsvRow(int Line, IReadOnlyList<string> Cells);
