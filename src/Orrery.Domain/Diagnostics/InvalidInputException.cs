namespace Orrery.Domain.Diagnostics;

/// <summary>Input that cannot be used, with every finding; the shell prints them and leaves with exit code 2.</summary>
public sealed class InvalidInputException(IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join(Environment.NewLine, diagnostics))
{
    public InvalidInputException(Diagnostic diagnostic) : this([diagnostic])
    {
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
