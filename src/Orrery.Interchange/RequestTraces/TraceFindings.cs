using System.Text;
using Orrery.Domain.Diagnostics;

namespace Orrery.Interchange.RequestTraces;

/// <summary>What is wrong with a trace, each with its place; so many at most, since a file of the wrong kind is wrong in every line.</summary>
internal sealed class TraceFindings(string name, DiagnosticList found)
{
    private const int Most = 20;
    private int _count;

    public bool AreFull => _count >= Most;

    public void Add(string code, string message, int line, int column, string hint = "")
    {
        if (!AreFull)
        {
            found.Error(code, message, name, line, column, hint);
            _count++;
        }
    }

    /// <summary>Some bytes of the file as they can be shown in a message.</summary>
    public static string Shown(ReadOnlySpan<byte> bytes)
    {
        const int Enough = 40;
        var text = Encoding.UTF8.GetString(bytes.Length > Enough ? bytes[..Enough] : bytes);
        var clean = new StringBuilder("'");
        foreach (var letter in text)
        {
            clean.Append(char.IsControl(letter) ? '\uFFFD' : letter);
        }

        return clean.Append(bytes.Length > Enough ? "...'" : "'").ToString();
    }
}
