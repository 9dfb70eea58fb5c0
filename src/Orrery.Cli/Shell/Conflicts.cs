using System.CommandLine;

namespace Orrery.Cli.Shell;

/// <summary>Options that do not go together.</summary>
internal static class Conflicts
{
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Notes every pair of which both were given.</summary>
    public static void Exclude(this Facts facts, ParseResult parsed, string hint, params IEnumerable<(Option One, Option Other)> pairs)
    {
        foreach (var (one, other) in pairs)
        {
            if (parsed.IsGiven(one) && parsed.IsGiven(other))
            {
                facts.Wrong(CommandLineCode.Conflict, $"{one.Name} and {other.Name} exclude each other", hint);
            }
        }
    }

    /// <summary>Notes <c>--csv</c> beside an option whose answer is no table.</summary>
    public static void ExcludeCsv(this Facts facts, ParseResult parsed, Option option)
    {
        var csv = parsed.CommandResult.Command.Options.Single(one => one.Name == "--csv");
        facts.Exclude(parsed, $"what {option.Name} prints is no table: leave one of them out", (option, csv));
    }
}
