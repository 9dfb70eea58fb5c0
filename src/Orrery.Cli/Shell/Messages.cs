using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.Shell;

/// <summary>Findings on standard error, all of them, each followed by what to do about it.</summary>
internal static class Messages
{
    public static void Write(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Console.Error.WriteLine(diagnostic);
            if (diagnostic.Hint.Length > 0)
            {
                Console.Error.WriteLine($"hint: {diagnostic.Hint}");
            }
        }
    }
}
