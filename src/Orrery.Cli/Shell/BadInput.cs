using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.Shell;

/// <summary>Makes the exception for something wrong on the command line.</summary>
internal static class BadInput
{
    public static InvalidInputException Because(string code, string message, string hint = "") => new(Error(code, message, hint));

    public static Diagnostic Error(string code, string message, string hint = "") =>
        new(Severity.Error, code, message, Hint: hint);
}
