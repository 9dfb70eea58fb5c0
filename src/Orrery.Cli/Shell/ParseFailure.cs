using System.CommandLine;
using System.CommandLine.Parsing;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.Shell;

/// <summary>What is wrong with a command line as such, in our own words and with the nearest word that exists.</summary>
internal static class ParseFailure
{
    public static IReadOnlyList<Diagnostic> Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var found = new List<Diagnostic>();
        var afterUnknownOption = false;
        foreach (var word in parsed.UnmatchedTokens)
        {
            var isOption = word.StartsWith('-');
            if (isOption || !afterUnknownOption)
            {
                found.Add(Unknown(word, parsed.CommandResult));
            }

            if (command.Subcommands.Count > 0 && !isOption)
            {
                break; // what follows an unknown verb was meant for that verb
            }

            afterUnknownOption = isOption; // the next word was meant as its value
        }

        foreach (var error in parsed.Errors)
        {
            if (parsed.UnmatchedTokens.Any(word => error.Message.Contains($"'{word}'", StringComparison.Ordinal)))
            {
                continue; // already said, with a suggestion
            }

            if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count > 0)
            {
                continue; // "required command was not provided" repeats that the word is unknown
            }

            found.Add(Restate(error, command));
        }

        return found;
    }

    private static Diagnostic Restate(ParseError error, Command command)
    {
        if (command.Subcommands.Count > 0 && error.SymbolResult is CommandResult)
        {
            return BadInput.Error(CommandLineCode.Missing, $"{Path(command)} needs a verb: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}");
        }

        return error.SymbolResult switch
        {
            OptionResult { Tokens.Count: 0 } option =>
                BadInput.Error(CommandLineCode.Missing, $"{option.Option.Name} needs a value", option.Option.Description ?? ""),
            OptionResult { Tokens.Count: > 1 } option when option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues =>
                BadInput.Error(CommandLineCode.Conflict, $"{option.Option.Name} is given more than once: {string.Join(", ", option.Tokens.Select(token => token.Value))}"),
            OptionResult =>
                BadInput.Error(CommandLineCode.BadValue, error.Message),
            ArgumentResult { Tokens.Count: 0 } argument =>
                BadInput.Error(CommandLineCode.Missing, $"{Path(command)} needs {argument.Argument.Name}", argument.Argument.Description ?? ""),
            _ => BadInput.Error(CommandLineCode.BadValue, error.Message.TrimEnd('.'), $"{Path(command)} --help"),
        };
    }

    private static Diagnostic Unknown(string word, CommandResult result)
    {
        var command = result.Command;
        if (word.StartsWith('-'))
        {
            var known = command.Options.Where(option => !option.Hidden).Select(option => option.Name).ToList();
            return BadInput.Error(CommandLineCode.UnknownWord, $"{Path(command)} has no option '{word}'",
                Spelling.Closest(word, known) is { } near ? $"did you mean {near}?" : $"{Path(command)} --help lists what there is");
        }

        if (command.Subcommands.Count == 0)
        {
            return BadInput.Error(CommandLineCode.UnknownWord, $"{Path(command)} does not know what to do with '{word}'", $"{Path(command)} --help");
        }

        var verbs = command.Subcommands.Select(sub => sub.Name).ToList();
        return BadInput.Error(CommandLineCode.UnknownWord, $"{Path(command)} has no verb '{word}', expected {string.Join(", ", verbs)}",
            Spelling.Closest(word, verbs) is { } close ? $"did you mean {close}?" : "");
    }

    /// <summary>"orrery catalog show": the words that lead to a command.</summary>
    private static string Path(Command command)
    {
        var words = new List<string>();
        for (Symbol? symbol = command; symbol is not null; symbol = symbol.Parents.FirstOrDefault())
        {
            words.Insert(0, symbol is RootCommand ? "orrery" : symbol.Name);
        }

        return string.Join(' ', words);
    }
}
