using System.CommandLine;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Cli.Terminal;

namespace Orrery.Cli.Shell;

/// <summary>Ties a command to the function that answers it, and shows the answer in the form asked for.</summary>
internal static class Verb
{
    private static readonly Dictionary<Command, Action<ParseResult, Facts>> NameChecks = [];

    /// <summary>Says how to look up the names on a command line whose options are wrong, so that wrong names are said with them.</summary>
    public static Command ChecksNames(this Command command, Action<ParseResult, Facts> lookUp)
    {
        NameChecks.Add(command, lookUp);
        return command;
    }

    /// <summary>The unknown names on a command line that cannot be answered anyway.</summary>
    public static IReadOnlyList<Diagnostic> UnknownNames(ParseResult parsed)
    {
        if (!NameChecks.TryGetValue(parsed.CommandResult.Command, out var lookUp))
        {
            return [];
        }

        var facts = new Facts();
        lookUp(parsed, facts);
        return facts.Found;
    }

    /// <summary>The words given to an argument or option, whatever they are worth.</summary>
    public static IEnumerable<string> WordsOf(this ParseResult parsed, Symbol symbol) =>
        (symbol is Argument argument ? parsed.GetResult(argument)?.Tokens : parsed.GetResult((Option)symbol)?.Tokens)?.Select(token => token.Value) ?? [];

    /// <summary>The options as typed, for asking again.</summary>
    /// <param name="forms">Options of the answer's form, which are left out.</param>
    public static string OptionsAsTyped(this ParseResult parsed, IReadOnlyCollection<string> forms) => string.Join(' ', parsed.CommandResult.Children
        .OfType<System.CommandLine.Parsing.OptionResult>()
        .Where(option => !option.Implicit && !forms.Contains(option.Option.Name))
        .Select(option => string.Join(' ', option.Tokens.Select(token => StrategyText.Quoted(token.Value)).Prepend(option.Option.Name))));

    /// <summary>Adds <c>--json</c> (and <c>--csv</c> where the answer is a table) and sets what the command does.</summary>
    public static Command Answers(this Command command, Func<ParseResult, Answer> answer, bool hasTable)
    {
        var json = new Option<bool>("--json") { Description = "The same content as JSON on standard output" };
        var csv = new Option<bool>("--csv") { Description = "The table as comma-separated values" };
        command.Options.Add(json);
        if (hasTable)
        {
            command.Options.Add(csv);
        }

        command.SetAction(parsed => (int)Run(() =>
        {
            var asJson = parsed.GetValue(json);
            var asCsv = hasTable && parsed.GetValue(csv);
            if (asJson && asCsv)
            {
                throw BadInput.Because(CommandLineCode.Conflict, "--json and --csv exclude each other");
            }

            return Show(answer(parsed), asJson, asCsv);
        }));
        return command;
    }

    /// <summary>Runs one question; whatever goes wrong becomes a message and an exit code, never a stack trace.</summary>
    public static ExitCode Run(Func<ExitCode> question)
    {
        try
        {
            return question();
        }
        catch (InvalidInputException invalid)
        {
            Messages.Write(invalid.Diagnostics);
            return ExitCode.BadInput;
        }
        catch (MissingFactException missing)
        {
            Messages.Write([new Diagnostic(Severity.Error, CommandLineCode.MissingFact, missing.Message,
                Hint: "add the fact to the catalog, with its source")]);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("interrupted before there was an answer");
            return ExitCode.Interrupted;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Messages.Write([new Diagnostic(Severity.Error, CommandLineCode.Unreadable, unreadable.Message)]);
            return ExitCode.BadInput;
        }
        catch (Exception fault)
        {
            Messages.Write([new Diagnostic(Severity.Error, CommandLineCode.OurFault,
                $"this should not have happened: {fault.GetType().Name}: {fault.Message}",
                Hint: "this is a bug in orrery, not in what you typed; ORRERY_TRACE=1 shows where")]);
            if (Environment.GetEnvironmentVariable("ORRERY_TRACE") is "1")
            {
                Console.Error.WriteLine(fault);
            }

            return ExitCode.OurFault;
        }
    }

    private static ExitCode Show(Answer answer, bool asJson, bool asCsv)
    {
        if (asJson)
        {
            Console.Out.WriteLine(Json.Envelope(answer));
        }
        else if (asCsv)
        {
            answer.Csv!().WriteCsv(Console.Out);
        }
        else
        {
            answer.Text(Screen.Standard());
        }

        Console.Out.Flush();
        if (!asJson)
        {
            Messages.Write(answer.Diagnostics);
        }

        return answer.Code;
    }
}
