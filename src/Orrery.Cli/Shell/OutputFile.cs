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

    /// <summary>Writes all files beside their places first, then moves all there: an interrupt leaves the old ones, and no half of a new one.</summary>
    /// <param name="texts">What each path is to hold.</param>
    public static void ReplaceAll(IReadOnlyDictionary<string, string> texts)
    {
        foreach (var (path, text) in texts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path + ".partial", text);
        }

        foreach (var path in texts.Keys)
        {
            File.Move(path + ".partial", path, overwrite: true);
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
