namespace Orrery.Cli.Shell;

/// <summary>A file that a verb writes beside its answer.</summary>
internal static class OutputFile
{
    /// <summary>Notes why a file could not be written, before minutes go into what it should hold.</summary>
    /// <param name="path">Null where the option is not given.</param>
    public static void Check(Facts facts, string option, string? path)
    {
        if (path is not null && WhyNot(option, path) is { } reason)
        {
            facts.Wrong(CommandLineCode.Unreadable, reason, $"give {option} the name of a file in a folder that exists");
        }
    }

    private static string? WhyNot(string option, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return $"{option} is '{path}', expected the name of a file";
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(path) ? $"{option} is '{path}', which is a folder"
            : folder is null || !Directory.Exists(folder) ? $"{option} is '{path}', and there is no folder '{folder}'"
            : null;
    }
}
