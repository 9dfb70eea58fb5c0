using System.Buffers.Text;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.RequestTraces;

/// <summary>Reads the rows of one kind of trace.</summary>
internal interface ITraceRows
{
    /// <summary>Reads one line; where it is no request, what is wrong is among the findings, or the line is a header.</summary>
    /// <param name="row">With the time as the trace counts it, in seconds.</param>
    bool TryRead(ReadOnlySpan<byte> line, int number, TraceFindings findings, out TraceRequest row);
}

/// <summary>Numbers of tokens as traces state them.</summary>
internal static class TokenCount
{
    /// <summary>Far above any context, far below what overflows a sum.</summary>
    public const int Most = 1 << 24;

    public static bool TryRead(ReadOnlySpan<byte> text, string name, int line, int column, TraceFindings findings, out int tokens)
    {
        if (Utf8Parser.TryParse(text, out tokens, out var used) && used == text.Length && tokens is >= 1 and <= Most)
        {
            return true;
        }

        findings.Add(
            DiagnosticCode.BadValue, $"{name} is {TraceFindings.Shown(text)}, expected a whole number from 1 to {Most}", line, column,
            text.SequenceEqual("0"u8) ? "a request without tokens is none: leave the row out" : "");
        return false;
    }
}
