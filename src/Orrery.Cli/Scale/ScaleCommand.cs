using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Scale;

/// <summary>Which curves are asked for.</summary>
[Flags]
internal enum ScaleMode
{
    Strong = 1,
    Weak = 2,
    Both = Strong | Weak,
}

/// <summary><c>orrery scale</c>: what more chips bring, at a fixed batch and at one that grows.</summary>
internal static class ScaleCommand
{
    private const string DefaultModel = "llama-3.1-405b";
    private const int DefaultFrom = 64;
    private const int DefaultTo = 1_048_576;
    private const int MostChips = 10_000_000;

    private static readonly Dictionary<string, ScaleMode> Modes = new()
    {
        ["strong"] = ScaleMode.Strong, ["weak"] = ScaleMode.Weak, ["both"] = ScaleMode.Both,
    };

    public static Command Create()
    {
        var system = new Argument<string>("SYSTEM") { Description = "SYSTEM, or SYSTEM:CHIPS for a curve up to so many chips" };
        var from = Choice.Whole("--from", $"Chips at which the curve starts (default {DefaultFrom})", most: MostChips);
        var to = Choice.Whole("--to", $"Chips at which it ends (default {DefaultTo}); the numbers between are doublings of whole systems", most: MostChips);
        var mode = Choice.Of("--mode", "Fixed batch, batch that grows to the critical one, or both (default both)", Modes);
        var shared = new ScalingOptions(DefaultModel);
        var command = new Command("scale", "What more chips bring, from few to a million: throughput, MFU, time to train, and where another doubling no longer pays")
        {
            system, from, to, mode,
        };
        shared.AddTo(command);
        var training = command.Options.Where(option => option != from && option != to).ToArray();
        var serving = new ServingMatchOptions();
        serving.AddTo(command);
        return command.ChecksNames((parsed, facts) =>
        {
            foreach (var text in parsed.WordsOf(system))
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
                    return ScaleServe.Ask(facts, serving, parsed, parsed.GetValue(system)!, parsed.GetValue(from), parsed.GetValue(to), training);
                }

                serving.CheckUnasked(parsed, facts);
                var request = shared.Read(parsed, facts, DefaultModel);
                return Ask(facts, request, parsed.GetValue(system)!, parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(mode) ?? ScaleMode.Both);
            },
            hasTable: true);
    }

    private static Answer Ask(Facts facts, ScalingRequest request, string text, int? from, int? to, ScaleMode mode)
    {
        var cluster = facts.Cluster(text);
        var stack = cluster is null ? null : facts.Stack(request.Stack, cluster.Chip);
        if (to is not null && text.Contains(':', StringComparison.Ordinal))
        {
            facts.Wrong(CommandLineCode.Conflict, $"'{text}' and --to both say where the curve ends", "leave one out");
        }

        if (request.Batch is not null && mode == ScaleMode.Weak)
        {
            facts.Wrong(CommandLineCode.Conflict, "--gbs fixes the batch that --mode weak leaves free", "--mode strong");
        }

        var (first, last) = (from ?? DefaultFrom, to ?? (cluster is not null && text.Contains(':', StringComparison.Ordinal) ? cluster.Chips : DefaultTo));
        var counts = cluster is null ? [] : ChipCounts.Of(cluster.System, first, last);
        if (cluster is not null && counts.Count == 0)
        {
            facts.Wrong(CommandLineCode.BadValue,
                string.Create(CultureInfo.InvariantCulture, $"no number of chips from {first} to {last} is a system of {cluster.System.Chips} chips halved or whole systems doubled"),
                $"the first number of chips is --from, or the next that makes whole systems of {cluster.System.Name}");
        }

        facts.Check();
        using var interrupt = new Interrupt();
        var contestant = new Contestant(text, cluster!, stack!);
        var answers = new List<ScaleAnswer>();
        foreach (var (modelText, model) in request.Models)
        {
            var run = request.Run(model);
            ScalingCurve Curve(ScalingWorkload workload) => ScalingCurve.Of(
                contestant, workload, counts, _ => { }, interrupt.Token, Progress.Watch(workload.GlobalBatch is null ? "growing batch" : "fixed batch"));
            answers.Add(new ScaleAnswer(
                modelText, run,
                [
                    .. mode.HasFlag(ScaleMode.Strong) ? [Curve(request.Fixed(model, run, cluster!.System))] : Array.Empty<ScalingCurve>(),
                    .. mode.HasFlag(ScaleMode.Weak) ? [Curve(request.Free(model))] : Array.Empty<ScalingCurve>(),
                ],
                string.Create(CultureInfo.InvariantCulture,
                    $"./orrery scale {cluster!.System.Id} --from {first} --to {last} --mode {Modes.First(word => word.Value == mode).Key} {request.Options(modelText, mode == ScaleMode.Weak ? null : request.Fixed(model, run, cluster.System).GlobalBatch, request.SequenceLength(model), withRun: true)}")));
        }

        var anchors = ScaleAnchors.Of(facts.Catalog, contestant, answers, TrackRecord.Load(Tool.Evidence(TrackRecord.FileName)));
        return new Answer
        {
            Schema = "orrery.scale/1",
            Text = screen => ScaleText.Write(screen, answers, anchors),
            Inputs = () => ScaleJson.Inputs(contestant, request, first, last, Modes.First(word => word.Value == mode).Key),
            Result = () => ScaleJson.Result(answers),
            Csv = () => ScaleTable.Flat(answers),
            Diagnostics = facts.Warnings,
            Code = interrupt.Happened ? ExitCode.Interrupted : answers.Exists(answer => answer.Curves.Any(curve => curve.Points.Count > 0)) ? ExitCode.Answered : ExitCode.No,
        };
    }
}

/// <summary>The curves of one model, and the command that draws them again.</summary>
/// <param name="ModelText">As it was asked for.</param>
internal sealed record ScaleAnswer(string ModelText, TrainingRun Run, IReadOnlyList<ScalingCurve> Curves, string Command);
