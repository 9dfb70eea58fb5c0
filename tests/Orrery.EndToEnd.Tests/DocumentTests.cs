using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary>What the documents show is what the program does. ORRERY_ACCEPT=1 rewrites what they show.</summary>
public sealed partial class DocumentTests
{
    private const string Elision = "...";
    private const double Drift = 0.03;

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/guide.md")]
    public void Every_command_shown_prints_what_is_shown(string file)
    {
        var blocks = Documented.In(file);
        Assert.NotEmpty(blocks);
        if (Environment.GetEnvironmentVariable("ORRERY_ACCEPT") is "1")
        {
            Accept(file);
            return;
        }

        foreach (var block in blocks)
        {
            var run = Orrery.Shell(block.Command);
            Assert.True(run.Code is 0 or 1, $"{file}:{block.Line}: '{block.Command}' left with {run.Code}: {run.Error}");
            var actual = Lines(run.Output);
            var at = 0;
            foreach (var line in block.Output)
            {
                if (line == Elision)
                {
                    continue;
                }

                var next = actual.FindIndex(at, candidate => Same(candidate, line));
                Assert.True(next >= 0, $"{file}: '{block.Command}' no longer prints, after line {at}:\n{line}\nIt prints:\n{run.Output}");
                at = next + 1;
            }
        }
    }

    [Fact]
    public void Every_row_of_the_error_table_happens_as_written()
    {
        var rows = File.ReadLines(Path.Combine(Orrery.Root, "docs/errors.md")).Select(line => ErrorRow().Match(line)).Where(match => match.Success).ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var (code, command, message, exit) = (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value);
            var run = Orrery.Shell(command);
            Assert.True(exit == run.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), $"'{command}' left with {run.Code}, the table says {exit}: {run.Error}");
            Assert.True(run.Error.Contains($"error {code}: ", StringComparison.Ordinal), $"'{command}' does not say {code}: {run.Error}");
            Assert.True(run.Error.Contains(message, StringComparison.Ordinal), $"'{command}' does not say '{message}': {run.Error}");
            Assert.Equal("", run.Output);
        }
    }

    [Fact]
    public void Every_code_in_the_sources_has_a_row_in_the_error_table()
    {
        var table = File.ReadAllText(Path.Combine(Orrery.Root, "docs/errors.md"));
        var codes = Directory.EnumerateFiles(Path.Combine(Orrery.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Code().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        Assert.All(codes, code => Assert.Contains(code, table, StringComparison.Ordinal));
    }

    [Fact]
    public void The_accuracy_stated_is_the_accuracy_measured()
    {
        var first = Lines(Orrery.Ask("validate", "training").Output)[0];
        var median = Figure().Match(first).Value;
        foreach (var file in new[] { "README.md", "docs/accuracy.md" })
        {
            Assert.True(
                File.ReadAllText(Path.Combine(Orrery.Root, file)).Contains($"Median absolute error **{median} %**", StringComparison.Ordinal),
                $"{file} is older than the program, which says: {first}\nwrite it anew: ./orrery validate training --write-docs");
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("AGENTS.md")]
    [InlineData("docs/guide.md")]
    [InlineData("docs/errors.md")]
    public void Every_link_leads_somewhere(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Orrery.Root, file))!;
        var broken = Link().Matches(File.ReadAllText(Path.Combine(Orrery.Root, file))).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !File.Exists(Path.Combine(folder, target)));
        Assert.Empty(broken);
    }

    /// <summary>Puts what the commands print now where the document shows older figures, line by line between its elisions.</summary>
    private static void Accept(string file)
    {
        var path = Path.Combine(Orrery.Root, file);
        var text = File.ReadAllText(path);
        foreach (var block in Documented.In(file))
        {
            var actual = Lines(Orrery.Shell(block.Command).Output);
            var shown = new List<string>();
            var at = 0;
            foreach (var line in block.Output)
            {
                // A line is known by its words; the figures are what may have changed.
                var next = line is Elision or "" ? -1 : actual.FindIndex(at, candidate => candidate.TrimStart().StartsWith(Key(line), StringComparison.Ordinal));
                shown.Add(next >= 0 ? actual[next] : line);
                at = Math.Max(at, next + 1);
            }

            text = text.Replace($"$ {block.Command}\n{string.Join('\n', block.Output)}", $"$ {block.Command}\n{string.Join('\n', shown)}", StringComparison.Ordinal);
        }

        File.WriteAllText(path, text);
    }

    /// <summary>The same words and, within a refit's drift, the same figures; how far columns stand apart is no matter.</summary>
    private static bool Same(string actual, string shown)
    {
        static string[] Split(string line) => Spaces().Replace(line.Trim(), " ").Split(' ');
        var (left, right) = (Split(actual), Split(shown));
        return left.Length == right.Length && left.Zip(right).All(pair => pair.First == pair.Second || Near(pair.First, pair.Second));
    }

    private static bool Near(string actual, string shown)
    {
        var (left, right) = (Figure().Match(actual), Figure().Match(shown));
        return left.Success && right.Success
            && Figure().Replace(actual, "#") == Figure().Replace(shown, "#")
            && Value(left) is var now && Value(right) is var then && Math.Abs(now - then) <= Drift * Math.Max(Math.Abs(now), Math.Abs(then));
    }

    private static double Value(Match figure) => double.Parse(figure.Value.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);

    private static List<string> Lines(string output) => [.. output.TrimEnd('\n').Split('\n')];

    private static string Key(string line) => Words().Match(line).Value.Trim();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\d[\d,]*(\.\d+)?")]
    private static partial Regex Figure();

    [GeneratedRegex(@"^.*?(?=\s(\d[\d.,]*)(\s|x|$)|$)")]
    private static partial Regex Words();

    [GeneratedRegex(@"^\| (ORR\d{4}) \| `(.+?)` \| `(.+?)` \| (\d+) \|")]
    private static partial Regex ErrorRow();

    [GeneratedRegex("\"(ORR\\d{4})\"")]
    private static partial Regex Code();
}
