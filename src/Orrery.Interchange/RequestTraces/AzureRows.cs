using System.Globalization;
using System.Text.Unicode;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.RequestTraces;

/// <summary>
/// Rows as in the Azure LLM inference traces: a CSV file with the columns TIMESTAMP (date and time, up to seven digits of a second, with or
/// without an offset), ContextTokens and GeneratedTokens, in any order and beside others.
/// </summary>
internal sealed class AzureRows : ITraceRows
{
    private static readonly string[] Wanted = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];

    private static readonly string Kinds = $"a trace is a CSV file with {string.Join(", ", Wanted)}, or JSON lines with timestamp, input_length and output_length";

    private readonly int[] _places = [-1, -1, -1];
    private int _columns;
    private long? _firstTick;

    public bool TryRead(ReadOnlySpan<byte> line, int number, TraceFindings findings, out TraceRequest row)
    {
        row = default;
        if (_columns == 0)
        {
            ReadHeader(line, number, findings);
            return false;
        }

        if (_places.AsSpan().Contains(-1))
        {
            return false; // said at the header
        }

        Span<Range> found = stackalloc Range[Wanted.Length];
        var columns = 0;
        foreach (var cell in line.Split((byte)','))
        {
            var wanted = _places.AsSpan().IndexOf(columns++);
            if (wanted >= 0)
            {
                found[wanted] = cell;
            }
        }

        if (columns != _columns)
        {
            findings.Add(DiagnosticCode.Syntax, $"the row has {columns} cells, expected {_columns} as in the header", number, 1);
            return false;
        }

        var time = Cell(line, found[0], out var timeAt);
        var input = Cell(line, found[1], out var inputAt);
        var output = Cell(line, found[2], out var outputAt);
        var isTime = TryReadTime(time, out var at);
        if (!isTime)
        {
            findings.Add(
                DiagnosticCode.BadValue, $"TIMESTAMP is {TraceFindings.Shown(time)}, expected date and time", number, timeAt, "for example 2023-11-16 18:15:46.6805900");
        }

        // Not &&: all that is wrong with a row is said.
        var isRow = TokenCount.TryRead(input, Wanted[1], number, inputAt, findings, out var inputTokens)
            & TokenCount.TryRead(output, Wanted[2], number, outputAt, findings, out var outputTokens) & isTime;
        row = new TraceRequest(at, inputTokens, outputTokens);
        return isRow;
    }

    private void ReadHeader(ReadOnlySpan<byte> line, int number, TraceFindings findings)
    {
        if (line.Contains((byte)0) || !Utf8.IsValid(line))
        {
            findings.Add(DiagnosticCode.Syntax, "the file is not text in UTF-8, expected a trace", number, 1, Kinds);
            _columns = 1;
            return;
        }

        foreach (var range in line.Split((byte)','))
        {
            var name = System.Text.Encoding.UTF8.GetString(Cell(line, range, out _));
            var wanted = Array.FindIndex(Wanted, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (wanted >= 0)
            {
                _places[wanted] = _columns;
            }

            _columns++;
        }

        var missing = Wanted.Where((_, wanted) => _places[wanted] < 0).ToList();
        foreach (var name in missing)
        {
            findings.Add(DiagnosticCode.MissingKey, $"there is no column '{name}'", number, 1, name == missing[^1] ? $"the header is {TraceFindings.Shown(line)}; {Kinds}" : "");
        }
    }

    private static ReadOnlySpan<byte> Cell(ReadOnlySpan<byte> line, Range range, out int column)
    {
        var (start, length) = range.GetOffsetAndLength(line.Length);
        column = start + 1;
        var cell = line.Slice(start, length).Trim((byte)' ');
        return cell.Length >= 2 && cell[0] == (byte)'"' && cell[^1] == (byte)'"' ? cell[1..^1] : cell;
    }

    private bool TryReadTime(ReadOnlySpan<byte> text, out double seconds)
    {
        const int WithoutFraction = 19;
        const int Most = 40;
        seconds = 0;
        if (text.Length is < WithoutFraction or > Most)
        {
            return false;
        }

        Span<char> letters = stackalloc char[Most];
        for (var i = 0; i < text.Length; i++)
        {
            letters[i] = (char)text[i];
        }

        if (!DateTimeOffset.TryParse(letters[..text.Length], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return false;
        }

        // Counted from the first one, so that no digit of a second is lost.
        seconds = (time.UtcTicks - (_firstTick ??= time.UtcTicks)) / (double)TimeSpan.TicksPerSecond;
        return true;
    }
}
