using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Compare;
using Orrery.Cli.Plan;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Serving;

namespace Orrery.Cli.Parity;

/// <summary><c>orrery parity --serve</c>: how many chips of B serve what A serves within the same latency targets.</summary>
internal static class ParityServe
{
    private const int DefaultMost = 4096;

    private static readonly (string Id, string Label, Func<ServedResult, double?> Value, Func<double, string> Text)[] Lines =
    [
        ("chips", "chips", Chips, Number.Count),
        ("systems", "systems", result => Chips(result) / result.Contestant.Cluster.System.Chips, Number.Text),
        ("kw", "power, kW", result => Of(result, result.Contestant.Cluster.System.Power?.Value.Value / 1e3), Number.Text),
        ("kusd", "price, thousand USD", result => Of(result, result.Contestant.Cluster.System.Price?.Value.Value / 1e3), Number.Text),
        ("floor_m2", "floor, square metres", result => Of(result, result.Contestant.Cluster.System.FloorArea?.Value.Value), Number.Text),
        ("tokens_per_s_most", "tokens/s at most", result => result.Best?.Candidate.RequestsPerSecond * result.Contestant.Question.Workload.Output.Mean, Number.Text),
        ("tpot_s", "TPOT", result => result.Best?.Estimate.Tpot.Total, Number.Time),
        ("ttft_s", "TTFT", result => result.Best?.Estimate.Ttft.Total, Number.Time),
    ];

    public static Answer Ask(Facts facts, ServingMatchOptions options, ParseResult parsed, string[] texts, int? most, Option[] training)
    {
        if (texts.Length != 2)
        {
            facts.Wrong(CommandLineCode.Missing, $"orrery parity takes two systems, found {texts.Length}", "for example: orrery parity gb200-nvl72 cloudmatrix-384 --serve deepseek-r1 --isl 4096 --osl 1024 --tpot 50ms");
        }

        var match = options.Read(parsed, facts, texts, null, training);
        using var interrupt = new Interrupt();
        var parity = ServingParity.Of(facts.Catalog, match.Contestants[0], match.Contestants[1], most ?? DefaultMost, Progress.Say, interrupt.Token);
        var again = $"orrery parity {string.Join(' ', texts)} {match.Options}".TrimEnd();
        return new Answer
        {
            Schema = "orrery.parity.serve/1",
            Text = screen => Write(screen, match, parity, again),
            Inputs = () => CompareServe.Inputs(match, again),
            Result = () => Result(match, parity),
            Csv = () => Flat(parity),
            Diagnostics = facts.Warnings,
            Code = interrupt.Happened ? ExitCode.Interrupted : parity.Chips is not null ? ExitCode.Answered : ExitCode.No,
        };
    }

    private static double? Chips(ServedResult result) => result.Best?.Candidate.Deployment.Chips;

    private static double? Of(ServedResult result, double? ofOneSystem) => ofOneSystem * Chips(result) / result.Contestant.Cluster.System.Chips;

    private static string Verdict(ServingMatch match, ServingParity parity)
    {
        var (first, second) = (match.Contestants[0], match.Contestants[1]);
        if (parity.First.Best is not { } best)
        {
            return $"{first.Name} sets no number: {Why(parity.First)}";
        }

        var tokens = Number.Text(best.Estimate.OutputTokensPerSecond);
        return parity.Chips is { } chips
            ? $"{Number.Count(chips)} chips of {second.Cluster.System.Name} ({Number.Text((double)chips / second.Cluster.System.Chips)} systems) serve the {tokens} tokens/s of {first.Name}: {Number.Text(parity.ChipRatio!.Value)} for each of its {Number.Count(best.Candidate.Deployment.Chips)}."
            : $"No number of chips of {second.Cluster.System.Name} up to {Number.Count(parity.LookedUpTo)} serves the {tokens} tokens/s of {first.Name}: {Why(parity.Second!)}";
    }

    private static string Why(ServedResult result) => result.WhyNone is { } why ? PlanServeText.WhyNone(result.Contestant.Question, why) : "stopped before there was an answer.";

    private static IEnumerable<ServedResult> Sides(ServingParity parity) => parity.Second is { } second ? [parity.First, second] : [parity.First];

    private static void Write(Screen screen, ServingMatch match, ServingParity parity, string again)
    {
        var question = match.Contestants[0].Question;
        screen.Line(screen.Bold(Verdict(match, parity)));
        screen.Line($"{match.Model.Name}, {ServingText.Range(question.Workload.Input)} tokens in and {ServingText.Range(question.Workload.Output)} out, {PlanServeText.Targets(question)}");
        var sides = Sides(parity).Where(side => side.Best is not null).ToList();
        if (sides.Count > 0)
        {
            screen.Heading("What it takes");
            var table = new Table([new Column(""), .. sides.Select(side => new Column(side.Contestant.Cluster.System.Name, Align.Right)), .. sides.Count == 2 ? [new Column("ratio", Align.Right)] : Array.Empty<Column>()]);
            foreach (var (id, label, value, text) in Lines)
            {
                var ratio = sides.Count == 2 && !id.EndsWith("_s", StringComparison.Ordinal) ? value(sides[1]) / value(sides[0]) : null;
                table.Add([label, .. sides.Select(side => value(side) is { } number ? text(number) : "-"), .. sides.Count == 2 ? [ratio is { } of ? Number.Ratio(of) : ""] : Array.Empty<string>()]);
            }

            table.Add(["weights", .. sides.Select(CompareServeTable.Weights), .. sides.Count == 2 ? [""] : Array.Empty<string>()]);
            table.WriteTo(screen, indent: 2);
            foreach (var side in sides)
            {
                screen.Line($"  {side.Contestant.Cluster.System.Name}: {ServingText.Short(side.Best!.Candidate.Deployment)}; {Number.Count(side.Best.Candidate.Batch)} requests a replica; engine {side.Contestant.Question.Engine.Name}; bound by {side.Levers[0].Lever.Name}.");
            }

            screen.Heading("How sure");
            foreach (var line in sides.SelectMany(CompareServe.HowSure).Distinct())
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("Again");
        screen.Line("  " + again);
    }

    private static JsonObject Result(ServingMatch match, ServingParity parity) => new()
    {
        ["chips"] = parity.Chips,
        ["chip_ratio"] = Json.Of(parity.ChipRatio),
        ["looked_up_to_chips"] = parity.LookedUpTo,
        ["verdict"] = Verdict(match, parity),
        ["sides"] = Json.Array(Sides(parity), side =>
        {
            var node = CompareServe.Served(match, side);
            foreach (var (id, _, value, _) in Lines)
            {
                node[id] = Json.Of(value(side));
            }

            return node;
        }),
    };

    private static Table Flat(ServingParity parity)
    {
        var table = new Table(new Column("figure"), new Column("system"), new Column("value"));
        foreach (var side in Sides(parity))
        {
            foreach (var (id, _, value, _) in Lines)
            {
                table.Add(id, side.Contestant.Text, value(side) is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : "");
            }
        }

        return table;
    }
}
