using System.Text.RegularExpressions;
using Orrery.Domain.Diagnostics;

namespace Orrery.Interchange.NcclTests;

/// <summary>
/// Reads what NCCL's tests (and RCCL's, which print the same) write to standard output: <c>all_reduce_perf</c> and its siblings, several
/// runs in one file, other programs' lines between theirs, a launcher's tag before each line.
/// </summary>
public static partial class NcclTestsLog
{
    /// <summary>Far above any log of these tests, far below what would exhaust memory.</summary>
    public const long MaxBytes = 64L << 20;

    private const int MaxRanks = 1 << 20;

    /// <summary>Reads a file; what is wrong with it is added to <paramref name="diagnostics"/>, and what can be read is returned.</summary>
    public static IReadOnlyList<CollectiveRun> Load(string path, DiagnosticList diagnostics)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                diagnostics.Error(DiagnosticCode.TooLarge, $"the file is larger than {MaxBytes} bytes", path);
                return [];
            }

            using var reader = new StreamReader(path);
            return Read(reader, path, diagnostics);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(DiagnosticCode.Unreadable, "the file cannot be read: " + error.Message, path);
            return [];
        }
    }

    public static IReadOnlyList<CollectiveRun> Read(TextReader reader, string name, DiagnosticList diagnostics)
    {
        var runs = new List<CollectiveRun>();
        var program = Path.GetFileName(name) is var file && ProgramName().Match(file) is { Success: true } named ? Perf(named) : "";
        var open = new OpenRun(name, program, 1);
        var number = 0;
        while (reader.ReadLine() is { } raw)
        {
            number++;
            var line = LauncherTag().Replace(raw, "", 1);
            if (StartsRun(line, open))
            {
                open.Close(runs, diagnostics);
                open = new OpenRun(name, open.HasTable ? program : open.Program, number);
            }

            open.Take(line, number, diagnostics);
        }

        open.Close(runs, diagnostics);
        if (runs.Count == 0 && !diagnostics.HasErrors)
        {
            diagnostics.Error(
                DiagnosticCode.Syntax, "there is no table of NCCL's tests in it, expected lines '#  Rank  0 ...' and rows of size, count, type, ..., time, algbw, busbw", name,
                hint: "give the standard output of all_reduce_perf, all_gather_perf, reduce_scatter_perf, alltoall_perf or sendrecv_perf");
        }

        return runs;
    }

    /// <summary>A header after a table, or the line that names the test.</summary>
    private static bool StartsRun(string line, OpenRun open) =>
        open.HasTable && (line.Contains("Collective test starting", StringComparison.Ordinal) || line.Contains(" nGpus ", StringComparison.Ordinal)
            || line.Contains("Using devices", StringComparison.Ordinal) || Device().IsMatch(line) || Command().IsMatch(line));

    private static string Perf(Match named) => named.Groups[1].Value + "_perf";

    /// <summary>A run as its lines come in.</summary>
    private sealed class OpenRun(string file, string program, int line)
    {
        private readonly HashSet<int> _ranks = [];
        private readonly HashSet<string> _hosts = new(StringComparer.Ordinal);
        private readonly List<string> _devices = [];
        private readonly List<CollectiveTiming> _timings = [];
        private string[]? _columns;

        public string Program { get; private set; } = program;

        public bool HasTable => _timings.Count > 0;

        public void Take(string text, int number, DiagnosticList diagnostics)
        {
            if (Command().Match(text) is { Success: true } command)
            {
                Program = Perf(command);
            }

            if (Device().Match(text) is { Success: true } device)
            {
                TakeDevice(device, number, diagnostics);
                return;
            }

            var cells = text.TrimStart('#', ' ', '\t').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (cells is ["size", "count", ..])
            {
                _columns = cells;
            }
            else if (!text.TrimStart().StartsWith('#') && IsRow(cells))
            {
                TakeRow(cells, number, diagnostics);
            }
        }

        /// <summary>Adds what was read as a run, where there was a table.</summary>
        public void Close(List<CollectiveRun> runs, DiagnosticList diagnostics)
        {
            if (!HasTable)
            {
                return;
            }

            if (_ranks.Count == 0)
            {
                diagnostics.Error(
                    DiagnosticCode.MissingKey, "there is no line '#  Rank  0 ...' before this table, so how many ranks met is not known", file, _timings[0].Line, 1,
                    "give the whole standard output of the test, its header too");
                return;
            }

            runs.Add(new CollectiveRun(file, line, Program, _ranks.Count, Math.Max(1, _hosts.Count), _devices, _timings));
        }

        private void TakeDevice(Match device, int number, DiagnosticList diagnostics)
        {
            if (!int.TryParse(device.Groups[1].ValueSpan, out var rank) || rank >= MaxRanks)
            {
                diagnostics.Error(DiagnosticCode.OutOfRange, $"rank '{device.Groups[1].Value}' is beyond {MaxRanks}", file, number, 1);
                return;
            }

            _ranks.Add(rank);
            _hosts.Add(device.Groups[2].Value);
            if (device.Groups[3].Value.Trim() is { Length: > 0 } name && !_devices.Contains(name))
            {
                _devices.Add(name);
            }
        }

        private static bool IsRow(string[] cells) =>
            cells.Length > 2 && cells[0].All(char.IsAsciiDigit) && cells[1].All(char.IsAsciiDigit) && ElementType().IsMatch(cells[2]);

        private void TakeRow(string[] cells, int number, DiagnosticList diagnostics)
        {
            if (RowReader.Read(cells, _columns) is not { } row)
            {
                var expected = _columns is null ? "" : $", expected {_columns.Length} as in its header: {string.Join(' ', _columns)}";
                diagnostics.Error(DiagnosticCode.Syntax, $"the row has {cells.Length} cells that do not make a result{expected}", file, number, 1, "was the log cut off, or did two programs write into one line?");
                return;
            }

            if (row.Bytes > 0)
            {
                _timings.Add(row with { Line = number });
            }
        }
    }

    [GeneratedRegex(@"^(?:\[\d+,\d+\]<std(?:out|err)>:\s?|\s*\d+:\s(?=\s*[#\d]))", RegexOptions.CultureInvariant)]
    private static partial Regex LauncherTag();

    [GeneratedRegex(@"^#?\s*Rank\s+(\d{1,9})\s+(?:Group\s+\d+\s+)?Pid\s+\d+\s+on\s+(\S+)\s+device\s+\d+\s+\[[^\]]*\]\s*(.{0,200})", RegexOptions.CultureInvariant)]
    private static partial Regex Device();

    [GeneratedRegex(@"\b(all_reduce|all_gather|reduce_scatter|alltoall|sendrecv|broadcast|reduce|gather|scatter|hypercube|alltoallv)_perf", RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex(@"(all_reduce|all_gather|reduce_scatter|alltoall|sendrecv)", RegexOptions.CultureInvariant)]
    private static partial Regex ProgramName();

    [GeneratedRegex(@"^(?:u?int(?:8|32|64)|half|float|double|bfloat16|f8e\dm\d|fp8_e\dm\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex ElementType();
}
