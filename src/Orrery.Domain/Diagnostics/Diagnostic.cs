using System.Globalization;

namespace Orrery.Domain.Diagnostics;

public enum Severity
{
    Error,
    Warning,
}

/// <summary>One finding about something a person wrote: where it is, what was found, what was expected.</summary>
/// <param name="Code">Stable, "ORR" and four digits; see <see cref="DiagnosticCode"/>.</param>
/// <param name="Message">What was found and what was expected, in one sentence.</param>
/// <param name="File">The file as the person knows it; empty where the text came from a command line.</param>
/// <param name="Line">Counted from 1; 0 where there is no position.</param>
/// <param name="Column">Counted from 1; 0 where there is no position.</param>
/// <param name="Hint">What to do about it; empty where the message says enough.</param>
public sealed record Diagnostic(
    Severity Severity, string Code, string Message, string File = "", int Line = 0, int Column = 0, string Hint = "")
{
    /// <summary><c>file:line:column: error ORR0103: message</c>, without the hint.</summary>
    public override string ToString()
    {
        var place = (File.Length, Line) switch
        {
            (0, _) => "",
            (_, 0) => File + ": ",
            _ => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: "),
        };
        return $"{place}{(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message}";
    }
}
