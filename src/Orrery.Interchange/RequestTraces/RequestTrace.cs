using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.RequestTraces;

/// <summary>A recorded trace of requests: looked through once for what is wrong and what it holds, then read row by row, in memory that does not grow with it.</summary>
public sealed class RequestTrace
{
    /// <summary>Tokens of a block of the Mooncake traces.</summary>
    public const int MooncakeBlockTokens = 512;

    private readonly string _path;
    private readonly int _blockTokens;

    private RequestTrace(string path, int blockTokens) => (_path, _blockTokens) = (path, blockTokens);

    public long Requests { get; private set; }

    /// <summary>From the first request to the last, seconds.</summary>
    public double Seconds { get; private set; }
    public double MeanInput { get; private set; }
    public double MeanOutput { get; private set; }

    /// <summary>Whether rows name the blocks of their prompts.</summary>
    public bool NamesBlocks { get; private set; }

    /// <summary>Looks through a file; what is wrong with it is added to <paramref name="diagnostics"/>, the first twenty of it.</summary>
    /// <param name="most">Requests that are wanted; what stands behind them is not looked at.</param>
    /// <param name="blockTokens">Tokens of a block, where rows name theirs.</param>
    /// <returns>Null where something was wrong.</returns>
    public static RequestTrace? Inspect(string path, DiagnosticList diagnostics, long most = long.MaxValue, int blockTokens = MooncakeBlockTokens)
    {
        var trace = new RequestTrace(path, blockTokens);
        var wrong = new DiagnosticList();
        try
        {
            foreach (var row in trace.Read(wrong))
            {
                trace.Requests++;
                trace.Seconds = row.At;
                trace.MeanInput += (row.Input - trace.MeanInput) / trace.Requests;
                trace.MeanOutput += (row.Output - trace.MeanOutput) / trace.Requests;
                trace.NamesBlocks |= row.Blocks is not null;
                if (trace.Requests >= most)
                {
                    break;
                }
            }

            if (trace.Requests == 0 && !wrong.HasErrors)
            {
                wrong.Error(DiagnosticCode.Syntax, "the trace holds no request", path, hint: "a CSV file with TIMESTAMP, ContextTokens, GeneratedTokens, or JSON lines with timestamp, input_length, output_length");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            wrong.Error(DiagnosticCode.Unreadable, "the trace cannot be read: " + error.Message, path);
        }

        diagnostics.AddRange(wrong);
        return wrong.HasErrors ? null : trace;
    }

    /// <summary>The rows in order of time, the first at 0.</summary>
    /// <exception cref="InvalidInputException">The file is no longer the one looked through.</exception>
    public IEnumerable<TraceRequest> Rows()
    {
        var wrong = new DiagnosticList();
        foreach (var row in Read(wrong))
        {
            wrong.ThrowOnErrors();
            yield return row;
        }

        wrong.ThrowOnErrors();
    }

    private IEnumerable<TraceRequest> Read(DiagnosticList wrong)
    {
        var findings = new TraceFindings(_path, wrong);
        using var lines = new TextLines(new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1));
        ITraceRows? rows = null;
        double? first = null;
        var last = 0.0;
        while (!findings.AreFull && TryNext(lines, ref rows, findings, out var row))
        {
            if (row is not { } found)
            {
                continue;
            }

            var start = first ??= found.At;
            if (found.At - start < last)
            {
                findings.Add(DiagnosticCode.OutOfRange, FormattableString.Invariant($"the request comes {last - (found.At - start):R} s before the one above it, expected rows in order of time"), lines.Number, 1, "sort the trace by time");
                continue;
            }

            last = found.At - start;
            yield return found with { At = last };
        }

        if (lines.IsTooLong)
        {
            findings.Add(DiagnosticCode.TooLarge, $"the line is longer than {TextLines.MostBytes} bytes", lines.Number, 1);
        }
    }

    /// <summary>Reads a line; false at the end. The row is null where the line is empty, a header or wrong.</summary>
    private bool TryNext(TextLines lines, ref ITraceRows? rows, TraceFindings findings, out TraceRequest? row)
    {
        row = null;
        if (!lines.TryRead(out var line))
        {
            return false;
        }

        var text = line.TrimStart((byte)' ');
        if (text.IsEmpty)
        {
            return true;
        }

        rows ??= text[0] == (byte)'{' || text[0] == (byte)'[' ? new MooncakeRows(_blockTokens) : new AzureRows();
        row = rows.TryRead(line, lines.Number, findings, out var found) ? found : null;
        return true;
    }
}
