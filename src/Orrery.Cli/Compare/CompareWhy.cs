using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Attribution;
using Orrery.Comparison.Delivered;

namespace Orrery.Cli.Compare;

/// <summary><c>orrery compare A B --why</c>: the ratio of two throughputs as a product over what the systems differ in.</summary>
internal static class CompareWhy
{
    private const int BarWidth = 28;

    public static Answer Ask(Facts facts, ComparisonRequest request)
    {
        using var interrupt = new Interrupt();
        var found = new List<ThroughputAttribution>();
        foreach (var (_, model) in request.Models)
        {
            foreach (var choice in request.Precisions)
            {
                found.Add(ThroughputAttribution.Of(
                    request.Contestants[0], request.Contestants[1], model, choice, request.Sequence, request.Batch, interrupt.Token, Progress.Watch("mixtures planned")));
            }
        }

        return new Answer
        {
            Schema = "orrery.compare.why/1",
            Text = screen => Write(screen, found, request.Command),
            Inputs = () => new JsonObject
            {
                ["from"] = request.Contestants[0].Text, ["to"] = request.Contestants[1].Text, ["models"] = Json.Array(request.Models, entry => entry.Text), ["command"] = request.Command,
            },
            Result = () => new JsonObject { ["attributions"] = Json.Array(found, Node) },
            Csv = () => Flat(found),
            Diagnostics = facts.Warnings,
            Code = found.Exists(one => one.Parts.Count > 0) ? ExitCode.Answered : ExitCode.No,
        };
    }

    public static string Name(Factor factor) => factor switch
    {
        Factor.Chips => "number of chips",
        Factor.Peak => "BF16 peak of a chip",
        Factor.Formats => "narrower formats",
        Factor.MemoryBandwidth => "memory bandwidth",
        Factor.MemoryCapacity => "memory capacity",
        Factor.Domain => "scale-up domain",
        Factor.ScaleUp => "scale-up fabric",
        Factor.ScaleOut => "scale-out network",
        Factor.Software => "software and kernels",
        _ => "failures",
    };

    private static string Precision(PrecisionChoice choice) => choice.Precision is { } one ? $"{Words.Of(Words.Precisions, one)} on both" : "each at its fastest";

    private static void Write(Screen screen, IReadOnlyList<ThroughputAttribution> found, string command)
    {
        foreach (var one in found)
        {
            screen.Line(screen.Bold(one.Parts.Count == 0
                ? $"{one.Model.Id}, {Precision(one.Choice)}: {(one.WhyNot.Length > 0 ? one.WhyNot : $"the two do not differ, {Number.Text(one.From)} tokens/s each")}."
                : $"{one.Model.Id}, {Precision(one.Choice)}: {one.Other.Name} delivers {Number.Ratio(one.Ratio)} of {one.One.Name}; most of it by {Most(one)}."));
            if (one.Parts.Count > 0)
            {
                Waterfall(one).WriteTo(screen, indent: 2);
                screen.Line($"  A factor's multiple is the geometric mean over all orders in which the factors may be exchanged, and what it is in the orders where it is least and most; the product is the ratio. {one.Planned} mixtures planned, each with its best strategy{(one.OrdersCounted < 1 ? $"; {Number.Percent(1 - one.OrdersCounted)} of the orders lead through a system that cannot hold the model and are left out" : "")}.");
                if (one.PowerRatio is { } power)
                {
                    screen.Line($"  At equal power: the ratio over {Number.Ratio(power)} the power is {Number.Ratio(one.Ratio / power)}.");
                }
            }

            screen.Line("");
        }

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    /// <summary>The two factors furthest from one, in words.</summary>
    private static string Most(ThroughputAttribution one) => string.Join(" and ", one.Parts.OrderByDescending(part => Math.Abs(Math.Log(part.Times))).Take(2)
        .Select(part => $"{Name(part.Factor)} ({Number.Ratio(part.Times)})"));

    private static Table Waterfall(ThroughputAttribution one)
    {
        var table = new Table(new Column("step"), new Column("times", Align.Right), new Column("by order"), new Column("tokens/s", Align.Right), new Column("on a logarithmic scale"));
        var levels = new List<double> { one.From };
        foreach (var part in one.Parts)
        {
            levels.Add(levels[^1] * part.Times);
        }

        var (least, most) = (Math.Log(levels.Min()) - 0.1, Math.Log(levels.Max()));
        int At(double value) => (int)Math.Round((Math.Log(value) - least) / (most - least) * BarWidth);
        table.Add(one.One.Text, "", "", Number.Text(one.From), new string('█', At(one.From)));
        for (var at = 0; at < one.Parts.Count; at++)
        {
            var part = one.Parts[at];
            var (left, right) = (Math.Min(At(levels[at]), At(levels[at + 1])), Math.Max(At(levels[at]), At(levels[at + 1])));
            var bar = left == right ? "|" : new string(part.Times >= 1 ? '+' : '-', right - left);
            table.Add(Name(part.Factor), Number.Ratio(part.Times), $"{Number.Ratio(part.Low)} to {Number.Ratio(part.High)}", Signed(part.TokensPerSecond), new string(' ', left) + bar);
        }

        table.Add(one.Other.Text, Number.Ratio(one.Ratio), "", Number.Text(one.To), new string('█', At(one.To)));
        return table;
    }

    private static string Signed(double tokens) => (tokens >= 0 ? "+" : "-") + Number.Text(Math.Abs(tokens));

    private static JsonObject Node(ThroughputAttribution one) => new()
    {
        ["model"] = one.Model.Id,
        ["precision"] = one.Choice.Precision is { } precision ? Words.Of(Words.Precisions, precision) : "best",
        ["from_tokens_per_s"] = Json.Of(one.From),
        ["to_tokens_per_s"] = Json.Of(one.To),
        ["ratio"] = Json.Of(one.Ratio),
        ["power_ratio"] = Json.Of(one.PowerRatio),
        ["orders_counted"] = Json.Of(one.OrdersCounted),
        ["mixtures"] = one.Planned,
        ["factors"] = Json.Array(one.Parts, part => new JsonObject
        {
            ["factor"] = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(part.Factor.ToString()),
            ["times"] = Json.Of(part.Times),
            ["low"] = Json.Of(part.Low),
            ["high"] = Json.Of(part.High),
            ["tokens_per_s"] = Json.Of(part.TokensPerSecond),
        }),
        ["why_not"] = one.WhyNot.Length > 0 ? one.WhyNot : null,
    };

    private static Table Flat(IReadOnlyList<ThroughputAttribution> found)
    {
        var table = new Table(new Column("model"), new Column("precision"), new Column("factor"), new Column("times"), new Column("low"), new Column("high"), new Column("tokens_per_s"));
        foreach (var one in found)
        {
            foreach (var part in one.Parts)
            {
                table.Add(
                    one.Model.Id, one.Choice.Precision is { } precision ? Words.Of(Words.Precisions, precision) : "best",
                    System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(part.Factor.ToString()), Number.Raw(part.Times), Number.Raw(part.Low), Number.Raw(part.High), part.TokensPerSecond.ToString("R", CultureInfo.InvariantCulture));
            }
        }

        return table;
    }
}

/// <summary>What two systems are compared on.</summary>
/// <param name="Models">As typed, and what they mean.</param>
internal sealed record ComparisonRequest(
    IReadOnlyList<Contestant> Contestants, IReadOnlyList<(string Text, Domain.Models.Transformer Model)> Models, IReadOnlyList<PrecisionChoice> Precisions, int? Sequence, int? Batch, string Command);
