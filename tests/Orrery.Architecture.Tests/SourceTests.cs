using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.Architecture.Tests;

/// <summary>House rules that a reader relies on in every file.</summary>
public sealed partial class SourceTests
{
    private const int HardCap = 400;

    [Fact]
    public void No_source_file_is_longer_than_the_cap()
    {
        var tooLong =
            from file in Repository.Sources("src").Concat(Repository.Sources("tests"))
            let lines = File.ReadLines(file).Count()
            where lines > HardCap
            select $"{Repository.Relative(file)}: {lines} lines";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_writes_to_the_console_outside_the_command_line() => AssertNowhere(ConsoleUse(), exceptIn: "src/Orrery.Cli/");

    [Fact]
    public void Nothing_reads_the_environment_outside_the_command_line() => AssertNowhere(EnvironmentUse(), exceptIn: "src/Orrery.Cli/");

    [Fact]
    public void Nothing_reads_the_clock_or_shared_randomness() => AssertNowhere(ClockOrRandomness(), exceptIn: null);

    [Fact]
    public void No_work_is_left_undone_in_a_comment() => AssertNowhere(Undone(), exceptIn: null);

    [Fact]
    public void No_type_is_named_after_nothing_in_the_domain() => AssertNowhere(EmptyName(), exceptIn: null);

    private static void AssertNowhere(Regex pattern, string? exceptIn)
    {
        var found =
            from file in Repository.Sources("src")
            let name = Repository.Relative(file)
            where exceptIn is null || !name.StartsWith(exceptIn, StringComparison.Ordinal)
            from line in File.ReadLines(file).Select((text, index) => (text, index))
            where pattern.IsMatch(line.text)
            select $"{name}:{line.index + 1}: {line.text.Trim()}";

        Assert.Empty(found);
    }

    [GeneratedRegex(@"\bConsole\.")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"\bEnvironment\.(GetEnvironmentVariable|Exit|CurrentDirectory)")]
    private static partial Regex EnvironmentUse();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bRandom\.Shared\b|\bnew Random\(\)")]
    private static partial Regex ClockOrRandomness();

    [GeneratedRegex(@"//.*\b(TODO|FIXME|HACK|XXX)\b|^\s*#region")]
    private static partial Regex Undone();

    [GeneratedRegex(@"\b(class|record|struct)\s+\w*(Helper|Util|Utils|Manager)\b")]
    private static partial Regex EmptyName();
}
