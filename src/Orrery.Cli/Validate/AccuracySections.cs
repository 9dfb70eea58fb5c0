using Orrery.Cli.Terminal;

namespace Orrery.Cli.Validate;

/// <summary>Sections of the accuracy page that other runs than the row-by-row one write, each between two marks before the worst rows.</summary>
internal static class AccuracySections
{
    public const string Pairs = "pairs";
    public const string Ablation = "ablation";
    public const string Timeline = "timeline";
    public const string Transfer = "transfer";

    private static readonly string[] Order = [Pairs, Ablation, Timeline, Transfer];

    /// <summary>The named sections of the page as it stands; empty where there is no page.</summary>
    public static IReadOnlyDictionary<string, string> Read(string home)
    {
        var page = File.Exists(PathOf(home)) ? File.ReadAllText(PathOf(home)) : "";
        return Order.Select(name => (name, Text: Between(page, name))).Where(section => section.Text.Length > 0).ToDictionary(section => section.name, section => section.Text);
    }

    /// <summary>Puts one section in place of the one that is there, and leaves the rest of the page alone.</summary>
    public static void Write(string home, string name, string section)
    {
        var sections = new Dictionary<string, string>(Read(home)) { [name] = section };
        Write(home, sections);
    }

    public static void Write(string home, IReadOnlyDictionary<string, string> sections)
    {
        var path = PathOf(home);
        var page = File.Exists(path) ? File.ReadAllText(path) : "# How far off predictions have been\n";
        foreach (var name in Order)
        {
            page = Without(page, name);
        }

        var text = string.Concat(Order.Where(sections.ContainsKey).Select(name => $"\n{Begin(name)}\n{sections[name]}{End(name)}\n"));
        var at = page.IndexOf("\n## The ", StringComparison.Ordinal); // the worst rows, and what was not simulated
        File.WriteAllText(path, at < 0 ? page + text : page[..at] + text + page[at..]);
    }

    public static string Markdown(Table table)
    {
        var text = new StringWriter { NewLine = "\n" };
        table.WriteMarkdown(text);
        return text.ToString();
    }

    private static string PathOf(string home) => Path.Combine(home, "docs", "accuracy.md");

    private static string Begin(string name) => $"<!-- {name}: begin -->";

    private static string End(string name) => $"<!-- {name}: end -->";

    private static string Between(string page, string name)
    {
        var (begin, end) = Places(page, name);
        return end < 0 ? "" : page[(begin + Begin(name).Length + 1)..end];
    }

    private static string Without(string page, string name)
    {
        var (begin, end) = Places(page, name);
        return end < 0 ? page : page[..(begin - 1)] + page[(end + End(name).Length + 1)..];
    }

    private static (int Begin, int End) Places(string page, string name)
    {
        var begin = page.IndexOf("\n" + Begin(name), StringComparison.Ordinal) + 1;
        return (begin, begin == 0 ? -1 : page.IndexOf(End(name), begin, StringComparison.Ordinal));
    }
}
