namespace Orrery.Cli.Terminal;

/// <summary>Where an answer is written, and what that place can show.</summary>
/// <param name="Width">Columns, or <see cref="int.MaxValue"/> where the output goes to a file or pipe, which has no edge.</param>
internal sealed record Screen(TextWriter Output, int Width, bool Styled)
{
    /// <summary>Standard output; styled only where a person looks at it and has not asked for plain text.</summary>
    public static Screen Standard()
    {
        var piped = Console.IsOutputRedirected;
        var width = int.MaxValue;
        if (!piped)
        {
            width = Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }

        var plain = piped
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        return new Screen(Console.Out, width, !plain);
    }

    public void Line(string text = "")
    {
        foreach (var line in Wrap(text))
        {
            Output.WriteLine(line);
        }
    }

    /// <summary>A heading: bold where that can be shown, set off by an empty line everywhere.</summary>
    public void Heading(string text)
    {
        Output.WriteLine();
        foreach (var line in Wrap(text))
        {
            Output.WriteLine(Bold(line));
        }
    }

    public string Bold(string text) => Styled ? $"\e[1m{text}\e[22m" : text;

    /// <summary>Breaks at spaces, keeping the indent; a word longer than the screen stays whole, so that it can be copied.</summary>
    private IEnumerable<string> Wrap(string text)
    {
        if (text.Length <= Width)
        {
            yield return text;
            yield break;
        }

        var indent = text.Length - text.TrimStart().Length;
        var prefix = new string(' ', indent);
        var line = prefix;
        foreach (var word in text[indent..].Split(' '))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = prefix;
            }

            line += line.Length > indent ? " " + word : word;
        }

        yield return line;
    }
}
