using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Catalog;
using Orrery.Evidence.Training;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Orrery.Evidence.Tests;

/// <summary>The model book names files, catalog keys, tests and measured rows: all of them exist, and nothing fitted goes unnamed.</summary>
public sealed partial class ModelBookTests
{
    private static readonly string Root = Path.GetDirectoryName(Repository.Folder("docs"))!;
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Folder("docs"), "model-book.md"));
    private static readonly Dictionary<string, HashSet<string>> KeysOf = new(StringComparer.Ordinal);

    [Fact]
    public void Every_file_named_exists()
    {
        var missing = Lines.SelectMany(line => Quoted().Matches(line)).Select(match => match.Groups[1].Value)
            .Where(IsFile).Distinct().Where(path => !Files(path).Any());
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_formula_says_what_it_assumes_where_it_is_and_what_holds_it()
    {
        string[] wanted = ["- Assumes:", "- Source:", "- Code:", "- Parameters:", "- Tests:"];
        var wrong =
            from section in Sections()
            from word in wanted
            where section.Lines.Count(line => line.StartsWith(word, StringComparison.Ordinal)) != 1
            select $"'{section.Title}' does not have one line '{word}'";
        Assert.Empty(wrong);
        Assert.True(Sections().Count() > 30);
    }

    [Fact]
    public void Every_catalog_key_named_exists()
    {
        var named = Named("- Parameters:").ToList();
        Assert.True(named.Count > 100);
        Assert.Empty(named.Where(item => !Files(item.File).Any(file => Keys(file).Any(Pattern(item.Name).IsMatch)))
            .Select(item => $"{item.File} has no key '{item.Name}'"));
    }

    [Fact]
    public void Every_test_named_exists()
    {
        var named = Named("- Tests:").ToList();
        Assert.True(named.Count > 50);
        Assert.Empty(named.Where(item => !Files(item.File).Any(file => File.ReadAllText(file).Contains($" void {item.Name}(", StringComparison.Ordinal)))
            .Select(item => $"{item.File} has no test '{item.Name}'"));
    }

    [Fact]
    public void Every_formula_file_is_in_the_book()
    {
        var text = string.Join('\n', Lines);
        var absent = Directory.EnumerateFiles(Repository.Folder("src/Orrery.Analysis"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !text.Contains($"`{file}`", StringComparison.Ordinal));
        Assert.Empty(absent);
    }

    /// <summary>What a kernel profile or a software stack holds is explained under some formula; keys of the outermost level are about the file itself.</summary>
    [Theory]
    [InlineData("catalog/kernels/*.yaml")]
    [InlineData("catalog/software/*.yaml")]
    [InlineData("catalog/engines/*.yaml")]
    public void Every_fitted_parameter_is_in_the_book(string files)
    {
        string[] ofAValue = ["value", "low", "high", "note", "source", "confidence"];
        var patterns = Named("- Parameters:").Where(item => item.File == files).Select(item => Pattern(item.Name)).ToList();
        var unexplained =
            from file in Files(files)
            from key in Keys(file)
            where key.Contains('.', StringComparison.Ordinal) && !ofAValue.Contains(key[(key.LastIndexOf('.') + 1)..])
            where !patterns.Exists(pattern => pattern.IsMatch(key)) && !Keys(file).Any(other => other.StartsWith(key + ".", StringComparison.Ordinal) && !ofAValue.Contains(other[(key.Length + 1)..]))
            select $"{Path.GetFileName(file)}: {key}";
        Assert.Empty(unexplained);
    }

    /// <summary>The rows that the book calls badly predicted are there and still are, to about a quarter; else the table is out of date.</summary>
    [Fact]
    public void Rows_named_as_badly_predicted_still_are()
    {
        const double Room = 0.25;
        var evidence = Repository.Folder("evidence");
        var report = TrainingValidation.Run(
            OrreryCatalog.Open(Repository.Folder("catalog")), Path.Combine(evidence, "training.csv"), Path.Combine(evidence, "training-sources.yaml"));
        var speed = report.Rows.ToDictionary(row => row.Id, row => row.Metric == "iteration_s" ? row.Measured / row.Predicted : row.Predicted / row.Measured);
        var rows = Lines.SkipWhile(line => !line.StartsWith("| rows of", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')).ToList();
        Assert.NotEmpty(rows);
        foreach (var cells in rows.Select(line => line.Split('|', StringSplitOptions.TrimEntries)))
        {
            var range = cells[2].Split(" to ").Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            foreach (Match id in Quoted().Matches(cells[1]))
            {
                Assert.True(speed.TryGetValue(id.Groups[1].Value, out var found), $"no row '{id.Groups[1].Value}' is predicted");
                Assert.True(found > range[0] * (1 - Room) && found < range[^1] * (1 + Room), $"{id.Groups[1].Value}: the book says {cells[2]}, now it is {found:F2}");
            }
        }
    }

    private sealed record Section(string Title, IReadOnlyList<string> Lines);

    private static IEnumerable<Section> Sections()
    {
        var at = Lines.Select((line, index) => (line, index)).Where(item => item.line.StartsWith("### ", StringComparison.Ordinal)).ToList();
        foreach (var (line, index) in at)
        {
            yield return new Section(line[4..], [.. Lines.Skip(index + 1).TakeWhile(other => !other.StartsWith('#'))]);
        }
    }

    /// <summary>The quoted words of all lines that start so, each with the file named before it.</summary>
    private static IEnumerable<(string File, string Name)> Named(string start)
    {
        foreach (var line in Lines.Where(line => line.StartsWith(start, StringComparison.Ordinal)))
        {
            var file = "";
            foreach (var word in Quoted().Matches(line).Select(match => match.Groups[1].Value))
            {
                if (IsFile(word))
                {
                    file = word;
                }
                else
                {
                    Assert.True(file.Length > 0, $"'{word}' stands before any file: {line}");
                    yield return (file, word);
                }
            }
        }
    }

    private static bool IsFile(string word) => FileName().IsMatch(word);

    private static IEnumerable<string> Files(string path)
    {
        // A name in angle brackets stands for any, as an asterisk does.
        var whole = Path.Combine(Root, Placeholder().Replace(path, "*"));
        var folder = Path.GetDirectoryName(whole)!;
        return Directory.Exists(whole) ? [whole]
            : Directory.Exists(folder) && Path.GetFileName(whole) is { Length: > 0 } name ? Directory.EnumerateFiles(folder, name)
            : [];
    }

    /// <summary>The key itself or anything below it; a placeholder stands for one name.</summary>
    private static Regex Pattern(string key) =>
        new("^" + Placeholder().Replace(Regex.Escape(key), "[^.]+") + @"(\.|$)", RegexOptions.CultureInvariant);

    private static HashSet<string> Keys(string file)
    {
        if (!KeysOf.TryGetValue(file, out var keys))
        {
            KeysOf[file] = keys = new HashSet<string>(StringComparer.Ordinal);
            var stream = new YamlStream();
            using var reader = File.OpenText(file);
            stream.Load(reader);
            Collect(stream.Documents[0].RootNode, "", keys);
        }

        return keys;
    }

    private static void Collect(YamlNode node, string path, HashSet<string> keys)
    {
        if (path.Length > 0)
        {
            keys.Add(path);
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping)
                {
                    Collect(value, path.Length > 0 ? $"{path}.{key}" : $"{key}", keys);
                }

                break;
            case YamlSequenceNode sequence:
                foreach (var item in sequence)
                {
                    Collect(item, path, keys);
                }

                break;
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(src|tests|catalog|evidence|docs|bench)/\S+$")]
    private static partial Regex FileName();

    [GeneratedRegex("<[a-z]+>")]
    private static partial Regex Placeholder();
}
