namespace Orrery.Catalog;

/// <summary>Names and aliases of one kind, read by a text scan of the files' heads: no YAML is parsed for it.</summary>
internal sealed class NameIndex
{
    private readonly Dictionary<string, string> _ids = [];
    private readonly List<(string Name, string Id)> _names = [];

    public NameIndex(IEnumerable<(string Id, string Path)> files)
    {
        foreach (var (id, path) in files)
        {
            Add(id, id);
            foreach (var name in Scan(path))
            {
                Add(name, id);
            }
        }
    }

    /// <summary>Two things that answer to one name; the first keeps it.</summary>
    public List<(string Name, string First, string Second)> Clashes { get; } = [];

    /// <summary>The id that a name means: by the whole text, else by the text without its bracketed remarks.</summary>
    public string? Find(string name) =>
        _ids.GetValueOrDefault(Spelling.Normalize(name)) ?? _ids.GetValueOrDefault(Spelling.Normalize(Spelling.WithoutRemarks(name)));

    /// <summary>The id or alias that reads most like the name.</summary>
    public string? Suggest(string name) => Spelling.Closest(name, _names.Select(entry => entry.Name)) is not { } closest
        ? null
        : _names.Find(entry => entry.Name == closest).Id;

    /// <summary>The texts of <c>name:</c> and <c>aliases:</c> (a list in brackets or one item a line).</summary>
    internal static List<string> Scan(string path)
    {
        var found = new List<string>();
        var list = default(System.Text.StringBuilder);
        foreach (var line in File.ReadLines(path))
        {
            if (list is not null && (line.StartsWith(' ') || line.StartsWith('-')))
            {
                list.Append(line.TrimStart().StartsWith('-') ? "," + line.TrimStart()[1..] : line);
            }
            else if (list is not null)
            {
                break; // a new key ends the aliases, and the name stands above them
            }
            else if (line.StartsWith("name:", StringComparison.Ordinal))
            {
                found.Add(line["name:".Length..].Trim().Trim('"', '\''));
            }
            else if (line.StartsWith("aliases:", StringComparison.Ordinal))
            {
                list = new System.Text.StringBuilder(line["aliases:".Length..]);
            }
        }

        found.AddRange(list is null ? [] : Items(list.ToString().Trim().TrimStart('[').TrimEnd(']')));
        return found;
    }

    private void Add(string name, string id)
    {
        _names.Add((name, id));
        var key = Spelling.Normalize(name);
        if (!_ids.TryAdd(key, id) && _ids[key] != id)
        {
            Clashes.Add((name, _ids[key], id));
        }
    }

    private static IEnumerable<string> Items(string text)
    {
        var item = new System.Text.StringBuilder();
        var quote = '\0';
        foreach (var letter in text)
        {
            if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter is '"' or '\'' && item.ToString().Trim().Length == 0)
            {
                quote = letter;
            }
            else if (quote == '\0' && letter == ',')
            {
                if (item.ToString().Trim() is { Length: > 0 } done)
                {
                    yield return done;
                }

                item.Clear();
            }
            else
            {
                item.Append(letter);
            }
        }

        if (item.ToString().Trim() is { Length: > 0 } last)
        {
            yield return last;
        }
    }
}
