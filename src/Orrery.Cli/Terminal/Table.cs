using System.Text;

namespace Orrery.Cli.Terminal;

internal enum Align
{
    Left,
    Right,
}

internal sealed record Column(string Header, Align Align = Align.Left);

/// <summary>Rows of text under headers: columns where there is room, one block a row where there is not, CSV on request.</summary>
internal sealed class Table(params Column[] columns)
{
    private const int Gap = 2;
    private readonly List<string[]> _rows = [];

    private readonly List<string> _notes = [];

    public IReadOnlyList<Column> Columns => columns;

    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    public int Count => _rows.Count;

    public Table Add(params string[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"a row of {cells.Length} cells in a table of {columns.Length} columns", nameof(cells));
        }

        _rows.Add(cells);
        return this;
    }

    /// <summary>A line of running text under the rows.</summary>
    public Table Note(string text)
    {
        _notes.Add(text);
        return this;
    }

    public void WriteTo(Screen screen, int indent = 0)
    {
        var widths = new int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            widths[i] = _rows.Select(row => row[i].Length).Append(columns[i].Header.Length).Max();
        }

        if (indent + widths.Sum() + (Gap * (columns.Length - 1)) <= screen.Width)
        {
            WriteColumns(screen, widths, new string(' ', indent));
        }
        else
        {
            WriteBlocks(screen, new string(' ', indent));
        }

        foreach (var note in _notes)
        {
            screen.Line(new string(' ', indent) + note);
        }
    }

    /// <summary>Comma-separated values as RFC 4180 has them: quoted where a cell needs it.</summary>
    public void WriteCsv(TextWriter output)
    {
        output.WriteLine(string.Join(',', columns.Select(column => Quoted(column.Header))));
        foreach (var row in _rows)
        {
            output.WriteLine(string.Join(',', row.Select(Quoted)));
        }
    }

    public void WriteMarkdown(TextWriter output)
    {
        output.WriteLine($"| {string.Join(" | ", columns.Select(column => column.Header))} |");
        output.WriteLine($"|{string.Join('|', columns.Select(column => column.Align == Align.Right ? "---:" : "---"))}|");
        foreach (var row in _rows)
        {
            output.WriteLine($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        }
    }

    private void WriteColumns(Screen screen, int[] widths, string indent)
    {
        if (columns.Any(column => column.Header.Length > 0))
        {
            screen.Output.WriteLine(indent + screen.Bold(Row([.. columns.Select(column => column.Header)], widths)));
        }

        foreach (var row in _rows)
        {
            screen.Output.WriteLine(indent + Row(row, widths));
        }
    }

    private string Row(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(columns[i].Align == Align.Right ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
            line.Append(' ', i + 1 < cells.Length ? Gap : 0);
        }

        return line.ToString().TrimEnd();
    }

    // A cut number is a wrong number: on a narrow screen each row becomes a block of "header: cell" instead.
    private void WriteBlocks(Screen screen, string indent)
    {
        foreach (var row in _rows)
        {
            screen.Line(indent + row[0]);
            for (var i = 1; i < row.Length; i++)
            {
                if (row[i].Length > 0)
                {
                    var label = columns[i].Header.Length > 0 ? columns[i].Header + ": " : "";
                    screen.Line($"{indent}  {label}{row[i]}");
                }
            }
        }
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
