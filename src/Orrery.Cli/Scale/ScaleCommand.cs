using System.CommandLine;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Orrery.Cli.Parity;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Cli.Scale;

/// <summary>Which curves are asked for.</summary>
[Flags]
internal enum ScaleMode
{
    Strong = 1,
    Weak = 2,
    Both = Strong | Weak,
}

/// <summary><c>orrery scale</c>: what more chips bring, at a fixed batch and at one that grows; several systems and budgets side by side.</summary>
internal static class ScaleCommand
{
    private const string DefaultModel = "llama-3.1-405b";
    private const int DefaultFrom = 64;
    private const int MostYears = 10;
    private const int DefaultTo = 1_048_576;
    private const int MostChips = 10_000_000;

    private static readonly Dictionary<string, ScaleMode> Modes = new()
    {
        ["strong"] = ScaleMode.Strong, ["weak"] = ScaleMode.Weak, ["both"] = ScaleMode.Both,
    };

    public static Command Create()
    {
        var systems = new Argument<string[]>("SYSTEM")
        {
            Description = "SYSTEM, or SYSTEM:CHIPS for a curve up to so many chips; several are compared", Arity = ArgumentArity.OneOrMore,
        };
        var from = Choice.Whole("--from", $"Chips at which the curve starts (default {DefaultFrom}, or as few whole systems, doubled, as would take a --budget some {MostYears} years at peak)", most: MostChips);
        var to = Choice.Whole("--to", $"Chips at which it ends (default {DefaultTo}); the numbers between are doublings of whole systems", most: MostChips);
        var mode = Choice.Of("--mode", "Fixed batch, batch that grows to the critical one, or both (default both; weak where several systems or budgets are compared)", Modes);
        var deadline = Amount.Days("--deadline", "Where several are compared: also how many chips end the run in so many days");
        var shared = new ScalingOptions(DefaultModel);
        var command = new Command("scale", "What more chips bring, from few to a million: throughput, MFU, time to train, and where another doubling no longer pays")
        {
            systems, from, to, mode, deadline,
        };
        shared.AddTo(command);
        var training = command.Options.Where(option => option != from && option != to).ToArray();
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
                var texts = parsed.GetValue(systems)!;
                if (serving.IsAsked(parsed))
                {
                    if (texts.Length > 1)
                    {
                        facts.Wrong(CommandLineCode.BadValue, string.Create(CultureInfo.InvariantCulture, $"with --serve orrery scale takes one system, found {texts.Length}"), "ask for each alone");
                    }

                    return ScaleServe.Ask(facts, serving, parsed, texts[0], parsed.GetValue(from), parsed.GetValue(to), training);
                }

                serving.CheckUnasked(parsed, facts);
                var request = shared.Read(parsed, facts, DefaultModel);
                return Ask(facts, new ScaleQuestion(
                    request, texts, parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(mode),
                    parsed.GetValue(deadline) is { } days ? new Seconds(days * ParityCommand.SecondsPerDay) : null));
            },
            hasTable: true);
    }

    private static Answer Ask(Facts facts, ScaleQuestion question)
    {
        var request = question.Request;
        var mode = question.Mode ?? (question.Compares ? ScaleMode.Weak : ScaleMode.Both);
        if (request.Batch is not null && mode == ScaleMode.Weak)
        {
            facts.Wrong(CommandLineCode.Conflict, "--gbs fixes the batch that --mode weak leaves free", "--mode strong");
        }

        if (question.Deadline is not null && !question.Compares)
        {
            facts.Wrong(CommandLineCode.Conflict, "--deadline is answered where several systems or budgets are compared", "name another system or budget, or ask 'orrery parity' with --deadline");
        }

        var contestants = question.Systems.Distinct().Select(text => ContestantOf(facts, request, text, question.To)).OfType<Contestant>().ToList();
        var rows = request.Models.SelectMany(model => contestants.Select(one =>
            ScaledRow.Of(facts, model, one, question.From ?? FirstChips(model, one.Cluster.System), question.To ?? (NamesChips(one.Text) ? one.Cluster.Chips : DefaultTo)))).ToList();
        facts.Check();
        using var interrupt = new Interrupt();
        var answers = Curves(request, rows, mode, interrupt.Token);
        return new Answer
        {
            Schema = "orrery.scale/1",
            Text = question.Compares
                ? screen => ScaleComparison.Write(screen, answers, question, facts.Catalog)
                : screen => ScaleText.Write(screen, answers, ScaleAnchors.Of(facts.Catalog, answers)),
            Inputs = () => ScaleJson.Inputs(question, rows, ModeWord(mode)),
            Result = () => ScaleJson.Result(answers, question.Deadline, ScaleAnchors.Anchor(facts.Catalog)),
            Csv = () => ScaleTable.Flat(answers),
            Diagnostics = facts.Warnings,
            Code = interrupt.Happened ? ExitCode.Interrupted : answers.Exists(answer => answer.Curves.Any(curve => curve.Points.Count > 0)) ? ExitCode.Answered : ExitCode.No,
        };
    }

    private static bool NamesChips(string system) => system.Contains(':', StringComparison.Ordinal);

    private static Contestant? ContestantOf(Facts facts, ScalingRequest request, string text, int? to)
    {
        if (to is not null && NamesChips(text))
        {
            facts.Wrong(CommandLineCode.Conflict, $"'{text}' and --to both say where the curve ends", "leave one out");
        }

        return facts.Cluster(text) is { } cluster && facts.Stack(request.Stack, cluster.Chip) is { } stack ? new Contestant(text, cluster, stack) : null;
    }

    /// <summary>
    /// Fewer chips would end the run after a decade: no answer to anybody's question, and the slowest of all to plan. A power of two of whole systems,
    /// since chips that divide badly among layouts would tell of that.
    /// </summary>
    private static int FirstChips(TrainedModel model, AiSystem system)
    {
        var seconds = MostYears * 365 * ParityCommand.SecondsPerDay;
        if (model.Budget is not { } flops || system.Chip.MatmulPeak(NumberFormat.Bf16) is not { } peak)
        {
            return DefaultFrom;
        }

        var systems = flops / (peak.Value.Value * seconds) / system.Chips;
        return systems < 1 ? DefaultFrom : (int)Math.Min(MostChips, Math.Max(DefaultFrom, system.Chips * Math.Pow(2, Math.Floor(Math.Log2(systems)))));
    }

    /// <summary>Every curve that was asked for; they know nothing of each other and are drawn beside each other.</summary>
    private static List<ScaleAnswer> Curves(ScalingRequest request, IReadOnlyList<ScaledRow> rows, ScaleMode mode, CancellationToken stop)
    {
        ScaleMode[] kinds = [.. new[] { ScaleMode.Strong, ScaleMode.Weak }.Where(kind => mode.HasFlag(kind))];
        var curves = new ScalingCurve[rows.Count, kinds.Length];
        var progress = ProgressOf(rows.Count * kinds.Length);
        void Draw(int at)
        {
            var (row, kind) = (rows[at / kinds.Length], kinds[at % kinds.Length]);
            var workload = kind == ScaleMode.Weak ? request.Free(row.Model) : request.Fixed(row.Model, request.Run(row.Model), row.Contestant.Cluster.System);
            curves[at / kinds.Length, at % kinds.Length] = ScalingCurve.Of(row.Contestant, workload, row.Counts, _ => { }, stop, share => progress(at, share));
        }

        try
        {
            Parallel.For(0, rows.Count * kinds.Length, Draw);
        }
        catch (AggregateException several)
        {
            // A fact that one curve lacks is said as if it were drawn alone.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return
        [
            .. rows.Select((row, at) => new ScaleAnswer(
                row.Model, request.Run(row.Model), [.. Enumerable.Range(0, kinds.Length).Select(kind => curves[at, kind])],
                string.Create(CultureInfo.InvariantCulture,
                    $"./orrery scale {StrategyText.Quoted(row.Contestant.Cluster.System.Id)} --from {row.From} --to {row.To} --mode {ModeWord(mode)} {request.Options(row.Model, mode == ScaleMode.Weak ? null : request.Fixed(row.Model, null, row.Contestant.Cluster.System).GlobalBatch, withRun: true)}"))),
        ];
    }

    /// <summary>The mean of the curves' shares, said now and then.</summary>
    private static Action<int, double> ProgressOf(int curves)
    {
        var (watch, shares, gate) = (Progress.Watch("drawing curves"), new double[curves], new Lock());
        return (at, share) =>
        {
            lock (gate)
            {
                shares[at] = share;
                watch(shares.Average());
            }
        };
    }

    private static string ModeWord(ScaleMode mode) => Modes.First(word => word.Value == mode).Key;
}

/// <summary>What <c>scale</c> was asked.</summary>
/// <param name="Mode">Null where nothing was said.</param>
internal sealed record ScaleQuestion(ScalingRequest Request, IReadOnlyList<string> Systems, int? From, int? To, ScaleMode? Mode, Seconds? Deadline)
{
    /// <summary>Whether several systems or budgets stand side by side, which one table answers rather than a curve each.</summary>
    public bool Compares => Systems.Distinct().Count() > 1 || Request.Models.Select(model => model.Budget).Distinct().Count() > 1;
}

/// <summary>A model, a system and the numbers of its chips.</summary>
internal sealed record ScaledRow(TrainedModel Model, Contestant Contestant, int From, int To, IReadOnlyList<int> Counts)
{
    /// <summary>Where there are no such numbers, that is noted.</summary>
    public static ScaledRow Of(Facts facts, TrainedModel model, Contestant contestant, int from, int to)
    {
        var system = contestant.Cluster.System;
        var counts = ChipCounts.Of(system, from, to);
        if (counts.Count == 0)
        {
            facts.Wrong(CommandLineCode.BadValue,
                string.Create(CultureInfo.InvariantCulture, $"no number of chips from {from} to {to} is a system of {system.Chips} chips halved or whole systems doubled"),
                $"the first number of chips is --from, or the next that makes whole systems of {system.Name}");
        }

        return new ScaledRow(model, contestant, from, to, counts);
    }
}

/// <summary>The curves of one model on one system, and the command that draws them again.</summary>
internal sealed record ScaleAnswer(TrainedModel Model, TrainingRun Run, IReadOnlyList<ScalingCurve> Curves, string Command);
