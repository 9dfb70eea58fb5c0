namespace Orrery.EndToEnd.Tests;

/// <summary>Commands and what they print, as the documents show them.</summary>
/// <param name="Line">Where in the document the block starts, counted from 1.</param>
internal sealed record Documented(string File, int Line, string Command, IReadOnlyList<string> Output)
{
    /// <summary>Every "$ command" of the console blocks of a Markdown file, with the lines under it.</summary>
    public static IReadOnlyList<Documented> In(string file)
    {
        var found = new List<Documented>();
        var inside = false;
        var (command, start, output) = ("", 0, new List<string>());
        void Close()
        {
            if (command.Length > 0)
            {
                found.Add(new Documented(file, start, command, output));
            }

            (command, output) = ("", []);
        }

        var lines = System.IO.File.ReadAllLines(Path.Combine(Orrery.Root, file));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                Close();
                inside = !inside && lines[i] == "```console";
            }
            else if (inside && lines[i].StartsWith("$ ", StringComparison.Ordinal))
            {
                Close();
                (command, start) = (lines[i][2..], i + 1);
            }
            else if (inside && command.Length > 0)
            {
                output.Add(lines[i]);
            }
        }

        Close();
        return found;
    }
}
