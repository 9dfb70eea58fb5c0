using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Scale;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Parity;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Quantities;

namespace Orrery.Cli.Parity;

/// <summary><c>orrery parity</c>: how many of one system deliver what another delivers.</summary>
internal static class ParityCommand
{
    // As the comparison has them: one dense and one mixture-of-experts model of the size that the debate is about.
    private static readonly string[] DefaultModels = ["llama-3.1-405b", "deepseek-v3"];
    private const int DefaultMost = 1_048_576;
    private const int MostChips = 10_000_000;
    public const double SecondsPerDay = 86400;

    public static Command Create()
    {
        var systems = new Argument<string[]>("SYSTEM")
        {
            Description = "Two: the one that sets what is delivered, SYSTEM (one of it) or SYSTEM:CHIPS, and the one whose number is sought",
            Arity = ArgumentArity.OneOrMore,
        };
        var deadline = Amount.Days("--deadline", "How many of each end a run of --tokens in so many days, the batch free up to the critical one");
        var most = Choice.Whole("--most-chips", $"Chips beyond which no number is looked into (default {DefaultMost})", most: MostChips);
        var shared = new ScalingOptions(string.Join(" and ", DefaultModels));
        var command = new Command("parity", "How many chips of B deliver what A delivers; where no number does, what stops it. With --tokens or --deadline by time to train, with --serve by tokens/s served, else by throughput at one batch")
        {
            systems, deadline, most,
        };
        shared.AddTo(command);
        var training = command.Options.Where(option => option != most).ToArray();
        var serving = new ServingMatchOptions();
        serving.AddTo(command);
        return command.ChecksNames((parsed, facts) =>
        {
            foreach (var text in parsed.WordsOf(systems))
            {
                facts.Cluster(text);
            }

            shared.LookUp(parsed, facts);
            serving.LookUp(parsed, facts);
        }).Answers(
            parsed =>
            {
                var facts = new Facts();
                if (serving.IsAsked(parsed))
                {
                    return ParityServe.Ask(facts, serving, parsed, parsed.GetValue(systems)!, parsed.GetValue(most), training);
                }

                serving.CheckUnasked(parsed, facts);
                var request = shared.Read(parsed, facts, DefaultModels);
                return Ask(facts, request, parsed.GetValue(systems)!, parsed.GetValue(deadline), parsed.GetValue(most));
            },
            hasTable: true);
    }

    private static Answer Ask(Facts facts, ScalingRequest request, string[] texts, double? days, int? most)
    {
        var byTime = request.StatesRun || days is not null;
        Check(facts, request, texts, days, byTime);
        var clusters = texts.Select(text => (text, Cluster: facts.Cluster(text))).ToList();
        var contestants = clusters.Where(entry => entry.Cluster is not null)
            .Select(entry => (entry.text, Cluster: entry.Cluster!, Stack: facts.Stack(request.Stack, entry.Cluster!.Chip)))
            .Where(entry => entry.Stack is not null)
            .Select(entry => new Contestant(entry.text, entry.Cluster, entry.Stack!)).ToList();
        facts.Check();

        var (first, second, limit) = (contestants[0], contestants[1], most ?? DefaultMost);
        var record = TrackRecord.Load(Tool.Evidence(TrackRecord.FileName));
        using var interrupt = new Interrupt();
        var answers = new List<ParityAnswer>();
        foreach (var model in request.Models)
        {
            var workload = byTime ? request.Free(model) : request.Fixed(model, null, first.Cluster.System, second.Cluster.System);
            var question = new ParityQuestion(first, second, workload, days is { } time ? new Seconds(time * SecondsPerDay) : null, limit);
            var again = string.Create(CultureInfo.InvariantCulture,
                $"./orrery parity {StrategyText.Quoted(first.Text)} {StrategyText.Quoted(second.Text)} {(days is null ? "" : $"--deadline {days} ")}--most-chips {limit} {request.Options(model, workload.GlobalBatch, byTime)}");
            answers.Add(new ParityAnswer(model.Text, SystemParity.Of(facts.Catalog, question, record, Progress.Say, interrupt.Token), again));
        }

        return new Answer
        {
            Schema = "orrery.parity/1",
            Text = screen => ParityText.Write(screen, answers),
            Inputs = () => ParityJson.Inputs(first, second, request, days, limit, byTime),
            Result = () => ParityJson.Result(answers),
            Csv = () => ParityTable.Flat(answers),
            Diagnostics = facts.Warnings,
            Code = answers.TrueForAll(answer => answer.Parity.HasParity) ? ExitCode.Answered : ExitCode.No,
        };
    }

    private static void Check(Facts facts, ScalingRequest request, string[] texts, double? days, bool byTime)
    {
        const string Example = "for example: orrery parity gb200-nvl72 cloudmatrix-384";
        if (texts.Length != 2)
        {
            facts.Wrong(
                texts.Length < 2 ? CommandLineCode.Missing : CommandLineCode.BadValue,
                string.Create(CultureInfo.InvariantCulture, $"orrery parity needs two systems, found {texts.Length}"), Example);
        }

        if (texts.Length == 2 && texts[1].Contains(':', StringComparison.Ordinal))
        {
            facts.Wrong(CommandLineCode.Conflict, $"'{texts[1]}' gives the number of chips that is sought", "name the system alone; --most-chips limits the numbers looked into");
        }

        if (days is not null && texts[0].Contains(':', StringComparison.Ordinal))
        {
            facts.Wrong(CommandLineCode.Conflict, $"'{texts[0]}' and --deadline both say what is to be delivered", "leave out the number of chips or the deadline");
        }

        if (byTime && request.Batch is not null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--gbs fixes the batch that --tokens and --deadline leave free", "leave it out");
        }

        if (!byTime && request.LawName is not null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--law is of no use where the batch is fixed", "add --tokens or --deadline, or leave it out");
        }
    }
}

/// <summary>The answer for one model, and the command that asks for it again.</summary>
/// <param name="ModelText">As it was asked for.</param>
internal sealed record ParityAnswer(string ModelText, SystemParity Parity, string Command);
