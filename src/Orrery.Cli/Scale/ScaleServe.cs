using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Compare;
using Orrery.Cli.Plan;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Scaling;
using Orrery.Comparison.Serving;

namespace Orrery.Cli.Scale;

/// <summary><c>orrery scale --serve</c>: what more chips bring to serving within latency targets.</summary>
internal static class ScaleServe
{
    public static Answer Ask(Facts facts, ServingMatchOptions options, ParseResult parsed, string text, int? from, int? to, Option[] training)
    {
        var cluster = facts.Cluster(text);
        var named = text.Contains(':', StringComparison.Ordinal);
        if (to is not null && named)
        {
            facts.Wrong(CommandLineCode.Conflict, $"'{text}' and --to both say where the curve ends", "leave one out");
        }

        var (first, last) = (from ?? 1, to ?? cluster?.Chips ?? 1);
        var counts = cluster is null ? [] : ChipCounts.Of(cluster.System, first, last);
        if (cluster is not null && counts.Count == 0)
        {
            facts.Wrong(CommandLineCode.BadValue,
                string.Create(CultureInfo.InvariantCulture, $"no number of chips from {first} to {last} is a system of {cluster.System.Chips} chips halved or whole systems doubled"),
                $"the first number of chips is --from, or the next that makes whole systems of {cluster.System.Name}");
        }

        var match = options.Read(parsed, facts, [text], null, training);
        using var interrupt = new Interrupt();
        var scaling = ServingScaling.Of(facts.Catalog, match.Contestants[0], counts, Progress.Say, interrupt.Token);
        var again = $"orrery scale {text} {match.Options}".TrimEnd();
        return new Answer
        {
            Schema = "orrery.scale.serve/1",
            Text = screen => Write(screen, match, scaling, again),
            Inputs = () => CompareServe.Inputs(match, again),
            Result = () => new JsonObject
            {
                ["points"] = Json.Array(scaling.Points, point =>
                {
                    var node = CompareServe.Served(match, point);
                    node["chips"] = point.Contestant.Cluster.Chips;
                    return node;
                }),
                ["knee_chips"] = scaling.Knee?.Contestant.Cluster.Chips,
            },
            Csv = () => Points(scaling, raw: true),
            Diagnostics = facts.Warnings,
            Code = interrupt.Happened ? ExitCode.Interrupted : scaling.BestPerChip is not null ? ExitCode.Answered : ExitCode.No,
        };
    }

    private static void Write(Screen screen, ServingMatch match, ServingScaling scaling, string again)
    {
        var question = scaling.Contestant.Question;
        screen.Line(screen.Bold(Verdict(scaling)));
        screen.Line($"{match.Model.Name} on {question.Cluster.System.Name}, {ServingText.Range(question.Workload.Input)} tokens in and {ServingText.Range(question.Workload.Output)} out, {PlanServeText.Targets(question)}; engine {question.Engine.Name}");
        screen.Heading("From few chips to many");
        Points(scaling, raw: false).WriteTo(screen, indent: 2);
        foreach (var point in scaling.Points.Where(point => point.Best is null))
        {
            screen.Line($"  On {Number.Count(point.Contestant.Cluster.Chips)}: {(point.WhyNone is { } why ? PlanServeText.WhyNone(point.Contestant.Question, why) : "stopped.")}");
        }

        if (scaling.Points.LastOrDefault(point => point.Best is not null) is { } last)
        {
            screen.Heading("How sure");
            foreach (var line in CompareServe.HowSure(last))
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("Again");
        screen.Line("  " + again);
    }

    private static string Verdict(ServingScaling scaling)
    {
        if (scaling.Knee is not { } knee)
        {
            return "No number of these chips meets the targets.";
        }

        var beyond = scaling.Points[^1] == knee
            ? "the most of these numbers: larger ones may do better"
            : "beyond it more chips are more replicas, or wider ones that serve no more a chip";
        return $"{Number.Count(knee.Contestant.Cluster.Chips)} chips serve {Number.Text(knee.TokensPerSecondPerChip!.Value)} tokens/s a chip, as much as any number to 2 %; {beyond}.";
    }

    private static Table Points(ServingScaling scaling, bool raw)
    {
        var table = raw
            ? new Table(new Column("chips"), new Column("tokens_per_s"), new Column("tokens_per_s_per_chip"), new Column("chips_used"), new Column("chips_per_replica"), new Column("tpot_s"), new Column("ttft_s"), new Column("weights"), new Column("deployment"))
            : new Table(
                new Column("chips", Align.Right), new Column("tokens/s", Align.Right), new Column("a chip", Align.Right), new Column("of the best", Align.Right), new Column("a replica", Align.Right), new Column("TPOT", Align.Right),
                new Column("TTFT", Align.Right), new Column("weights"), new Column("deployment"));
        foreach (var point in scaling.Points)
        {
            var chips = point.Contestant.Cluster.Chips;
            if (point.Best is not { } best)
            {
                table.Add([raw ? Number.Raw(chips) : Number.Count(chips), .. Enumerable.Repeat(raw ? "" : "-", 8)]);
                continue;
            }

            var (estimate, perReplica) = (best.Estimate, best.Candidate.Deployment.Main.Layout.Chips);
            if (raw)
            {
                table.Add(
                    Number.Raw(chips), Number.Raw(point.TokensPerSecond!.Value), Number.Raw(point.TokensPerSecondPerChip!.Value), Number.Raw(best.Candidate.Deployment.Chips), Number.Raw(perReplica),
                    Number.Raw(estimate.Tpot.Total), Number.Raw(estimate.Ttft.Total), CompareServeTable.Weights(point), ServingText.Options(best.Candidate.Deployment));
            }
            else
            {
                table.Add(
                    Number.Count(chips), Number.Text(point.TokensPerSecond!.Value), Number.Text(point.TokensPerSecondPerChip!.Value), Number.Percent(point.TokensPerSecondPerChip.Value / scaling.BestPerChip!.Value), Number.Count(perReplica),
                    Number.Time(estimate.Tpot.Total), Number.Time(estimate.Ttft.Total), CompareServeTable.Weights(point), ServingText.Short(best.Candidate.Deployment));
            }
        }

        return table;
    }
}
