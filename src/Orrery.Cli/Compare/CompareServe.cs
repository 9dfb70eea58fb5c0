using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Estimate;
using Orrery.Cli.Plan;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Serving;

namespace Orrery.Cli.Compare;

/// <summary><c>orrery compare --serve</c>: what systems serve within the same latency targets.</summary>
internal static class CompareServe
{
    public static Answer Ask(Facts facts, ServingMatch match, IReadOnlyList<string> systems)
    {
        using var interrupt = new Interrupt();
        var comparison = ServingComparison.Of(facts.Catalog, match.Contestants, match.Shared, Progress.Say, interrupt.Token);
        var again = $"orrery compare {string.Join(' ', systems)} {match.Options}".TrimEnd();
        return new Answer
        {
            Schema = "orrery.compare.serve/1",
            Text = screen => Write(screen, match, comparison, again),
            Inputs = () => Inputs(match, again),
            Result = () => Result(match, comparison),
            Csv = () => CompareServeTable.Flat(comparison),
            Diagnostics = facts.Warnings,
            Code = interrupt.Happened ? ExitCode.Interrupted
                : comparison.Bouts.Any(bout => bout.Results.Any(result => result.Best is not null)) ? ExitCode.Answered : ExitCode.No,
        };
    }

    /// <summary>One deployment again, by the planner that found it.</summary>
    public static string PlanCommand(ServingMatch match, ServedResult result)
    {
        var question = result.Contestant.Question;
        var targets = question.Targets;
        string Target(string option, double seconds) => double.IsFinite(seconds) ? string.Create(CultureInfo.InvariantCulture, $" {option} {seconds * 1e3:0.######}ms") : "";
        var workload = result.Best is { } best ? question.In(best.Candidate.Precision) : question.Workload;
        return $"orrery plan serve {match.ModelText}@{question.Cluster.System.Id}:{question.Cluster.Chips} {ServingText.Options(workload)} {ServingText.Options(question.Engine)}"
            + Target("--ttft", targets.Ttft) + Target("--tpot", targets.Tpot);
    }

    public static JsonObject Inputs(ServingMatch match, string again) => new()
    {
        ["systems"] = Json.Array(match.Contestants, contestant =>
        {
            var node = ServingText.Json(contestant.Question.Workload, contestant.Cluster, contestant.Question.Engine);
            node["text"] = contestant.Text;
            node["formats"] = Json.Array(contestant.Question.Precisions.Select(precision => ServingText.FormatOptions(contestant.Question.In(precision))));
            return node;
        }),
        ["ttft_target_s"] = Json.Of(match.Targets.Ttft),
        ["tpot_target_s"] = Json.Of(match.Targets.Tpot),
        ["command"] = again,
    };

    public static JsonObject Served(ServingMatch match, ServedResult result)
    {
        var node = new JsonObject { ["system"] = result.Contestant.Text, ["answers"] = result.Best is not null };
        foreach (var line in CompareServeTable.Lines)
        {
            node[line.Id] = line.Value is { } value ? Json.Of(value(result)) : line.Id == "limited_by" ? result.Levers.FirstOrDefault()?.Lever.Id : line.Text(result);
        }

        node["deployment"] = result.Best is { } best ? ServingText.Options(best.Candidate.Deployment) : null;
        node["tokens_per_s_low"] = Json.Of(result.Range?.TokensPerSecond.Low);
        node["tokens_per_s_high"] = Json.Of(result.Range?.TokensPerSecond.High);
        node["tpot_low_s"] = Json.Of(result.Range?.Tpot.Low);
        node["tpot_high_s"] = Json.Of(result.Range?.Tpot.High);
        node["interval"] = result is { Best: { } served, Range: { } range } ? ServingWhyText.IntervalsJson(served.Estimate, range) : null;
        node["widest_input"] = result.Range?.Widest?.Input.Path;
        node["levers"] = Json.Array(result.Levers, effect => new JsonObject { ["id"] = effect.Lever.Id, ["throughput_gain"] = Json.Of(effect.Gain) });
        node["why_none"] = result.WhyNone is { } why ? PlanServeText.WhyNone(result.Contestant.Question, why) : null;
        node["points"] = result.Plan.Proof.Points;
        node["complete"] = result.Plan.Proof.IsComplete;
        node["command"] = PlanCommand(match, result);
        return node;
    }

    /// <summary>How a result came about, and how far off it may be, in a sentence or two.</summary>
    public static IEnumerable<string> Sentences(ServedResult result)
    {
        var name = result.Contestant.Name;
        if (result.Best is null)
        {
            yield return $"{name}: no. " + (result.WhyNone is { } why ? PlanServeText.WhyNone(result.Contestant.Question, why) : "Stopped before any deployment was found.");
            yield break;
        }

        yield return $"{name}: bound by {result.Levers[0].Lever.Name}; throughput gained from 10 % more of each, deployment and batch held: "
            + string.Join(", ", result.Levers.Take(3).Select(effect => $"{effect.Lever.Name} {Number.Change(effect.Gain)}"))
            + $". {(result.Plan.Proof.IsComplete ? "Nothing better among" : "Stopped early among")} {Number.Count(result.Plan.Proof.Points)} layouts with a batch.";
    }

    /// <summary>How far off earlier predictions of this kind have been, and what the catalog does not know exactly.</summary>
    public static IEnumerable<string> HowSure(ServedResult result) => result is not { Best: { } best, Range: { } range } ? [] :
    [
        .. ServingWhyText.Intervals(best.Estimate, range).Select(sentence => $"{result.Contestant.Name} ({CompareServeTable.Weights(result)}): {sentence}"),
        Range(result),
    ];

    private static string Range(ServedResult result)
    {
        if (result.Range is not { Widest: { } widest } range)
        {
            return $"{result.Contestant.Name}: every input is measured or published.";
        }

        var tokens = result.Contestant.Question.Rate is null ? $"{Number.Text(range.TokensPerSecond.Low)} to {Number.Text(range.TokensPerSecond.High)} tokens/s at " : "";
        return $"{result.Contestant.Name} ({CompareServeTable.Weights(result)}): {tokens}"
            + $"{Number.Time(range.Tpot.Low)} to {Number.Time(range.Tpot.High)} TPOT, deployment and load held, from what the catalog does not know exactly; widest: "
            + $"{widest.Input.Path} {widest.Input.LowText} to {widest.Input.HighText} ({widest.Input.Confidence.ToString().ToLowerInvariant()}, {widest.Input.Source}).";
    }

    private static string Name(ServingBout bout) => bout.Shared is not null
        ? $"{CompareServeTable.Weights(bout.Results[0])} weights on all"
        : $"each at its fastest ({string.Join(", ", bout.Results.Select(CompareServeTable.Weights))})";

    private static JsonObject Result(ServingMatch match, ServingComparison comparison) => new()
    {
        ["delivered"] = Json.Array(comparison.Bouts, bout => new JsonObject
        {
            ["formats"] = bout.Shared is null ? "fastest" : "same",
            ["results"] = Json.Array(bout.Results, result => Served(match, result)),
            ["ratios"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.Ratio(i))),
            ["ratio_ranges"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => bout.RatioRange(i) is { } range
                ? new JsonObject { ["low"] = Json.Of(range.Low), ["high"] = Json.Of(range.High) } : null),
            ["ratios_per_chip"] = Json.Array(Enumerable.Range(0, bout.Results.Count), i => Json.Of(bout.RatioPerChip(i))),
        }),
    };

    private static void Write(Screen screen, ServingMatch match, ServingComparison comparison, string again)
    {
        foreach (var line in Headline(match, comparison))
        {
            screen.Line(screen.Bold(line));
        }

        var question = match.Contestants[0].Question;
        screen.Line($"{match.Model.Name}, {ServingText.Range(question.Workload.Input)} tokens in and {ServingText.Range(question.Workload.Output)} out, {PlanServeText.Targets(question)}");
        foreach (var bout in comparison.Bouts)
        {
            screen.Heading($"Delivered: serving {match.Model.Name}, {Name(bout)}");
            CompareServeTable.Of(bout).WriteTo(screen, indent: 2);
            foreach (var line in bout.Results.SelectMany(Sentences))
            {
                screen.Line("  " + line);
            }
        }

        var published = FormatChoice.AsPublished(match.Model, question.Workload.Precision.Cache);
        var others = comparison.Bouts.SelectMany(bout => bout.Results).Where(result => result.Best is { } best && best.Candidate.Precision != published)
            .Select(result => $"{result.Contestant.Name} in {CompareServeTable.Weights(result)}").Distinct().ToList();
        if (others.Count > 0)
        {
            screen.Line($"  The published checkpoint is {Words.Of(Words.WeightFormats, published.Dense)}. What other formats cost in quality is not predicted: {string.Join(", ", others)}.");
        }

        screen.Heading("How sure");
        foreach (var line in comparison.Bouts.SelectMany(bout => bout.Results).SelectMany(HowSure).Distinct())
        {
            screen.Line("  " + line);
        }

        screen.Heading("Again, all and one by one");
        screen.Line("  " + again);
        foreach (var command in comparison.Bouts.SelectMany(bout => bout.Results).Select(result => PlanCommand(match, result)).Distinct())
        {
            screen.Line("  " + command);
        }
    }

    private static string Range((double Low, double High)? range) => range is { } ends ? $" ({Number.Ratio(ends.Low)} to {Number.Ratio(ends.High)})" : "";

    private static IEnumerable<string> Headline(ServingMatch match, ServingComparison comparison)
    {
        for (var i = 1; i < match.Contestants.Count; i++)
        {
            yield return $"{match.Contestants[i].Name} over {match.Contestants[0].Name}:";
            foreach (var bout in comparison.Bouts)
            {
                yield return bout.Ratio(i) is { } ratio && bout.RatioPerChip(i) is { } perChip
                    ? $"  {match.Model.Id}, {Name(bout)}: {Number.Ratio(ratio)} tokens/s{Range(bout.RatioRange(i))}, {Number.Ratio(perChip)} a chip"
                    : $"  {match.Model.Id}, {Name(bout)}: no ratio, since one of them meets no such target";
            }
        }
    }
}
