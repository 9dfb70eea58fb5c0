using System.Globalization;
using Orrery.Catalog;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Effective;
using Orrery.Comparison.Paper;
using Orrery.Domain.Policies;
using Orrery.Policy.Rules;

namespace Orrery.Cli.Policy;

/// <summary>Rules and verdicts for people.</summary>
internal static class PolicyText
{
    public const string Notice = "Not legal advice: rules are paraphrased and reduced to their numbers; licences, end use and end users are left out.";

    public static void Overview(Screen screen, IReadOnlyList<ExportRule> rules, string command)
    {
        screen.Line(screen.Bold($"{rules.Count} rules, of which {rules.Count(rule => rule.Status == RuleStatus.InForce)} are in force."));
        screen.Line(Notice);
        Rules(rules).WriteTo(screen, indent: 2);
        screen.Heading("What they say");
        foreach (var rule in rules)
        {
            screen.Line($"  {rule.Id}: {rule.Says} Then: {rule.Consequence}. ({rule.Source})");
        }

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    public static Table Rules(IReadOnlyList<ExportRule> rules)
    {
        var table = new Table(new Column("rule"), new Column("name"), new Column("status"), new Column("since"), new Column("until"), new Column("limits"));
        foreach (var rule in rules)
        {
            table.Add(
                rule.Id, rule.Name, PolicyJson.Key(rule.Status).Replace('-', ' '), PolicyJson.Day(rule.Since), rule.Until is { } until ? PolicyJson.Day(until) : "",
                string.Join("; ", rule.Clauses.Select(clause => string.Join(" and ", clause.Tests.Select(Test))).Concat(Others(rule))));
        }

        return table;
    }

    public static void Chips(Screen screen, OrreryCatalog catalog, IReadOnlyList<IReadOnlyList<RuleVerdict>> verdicts, string command)
    {
        foreach (var of in verdicts)
        {
            var chip = of[0].Chip;
            var caught = of.Where(verdict => verdict.Rule is { Status: RuleStatus.InForce, Effect: RuleEffect.Controlled } && verdict.Outcome == Outcome.Met).ToList();
            screen.Line(screen.Bold(caught.Count > 0
                ? $"{chip.Name}: controlled by {string.Join(", ", caught.Select(verdict => verdict.Rule.Name))}."
                : $"{chip.Name}: met by no rule in force{(of.Any(verdict => verdict.Outcome is Outcome.Depends or Outcome.Unknown) ? ", as far as the catalog knows" : "")}."));
            var paper = PaperEquivalents.Of(catalog, chip);
            var figures = Enum.GetValues<ChipQuantity>().Select(quantity => (quantity, Figure: ChipFigures.Of(chip, quantity, out _))).Where(entry => entry.Figure is not null)
                .Select(entry => $"{Name(entry.quantity)} {Figure(entry.Figure!.Value)}{(entry.Figure.Value.By.Length > 0 && entry.quantity == ChipQuantity.Tpp ? $" ({entry.Figure.Value.By})" : "")}");
            screen.Line($"  {string.Join(", ", figures)}; {(paper.Tpp is { } tpp ? Number.Text(tpp) : "?")} H100-equivalents by TPP.");
            Verdicts(of, raw: false).WriteTo(screen, indent: 2);
            screen.Line("");
        }

        screen.Line(Notice);
        screen.Heading("Again");
        screen.Line("  " + command);
    }

    public static Table Verdicts(IEnumerable<RuleVerdict> verdicts, bool raw)
    {
        var table = raw
            ? new Table(new Column("chip"), new Column("rule"), new Column("verdict"), new Column("by"))
            : new Table(new Column("rule"), new Column("status"), new Column("verdict"), new Column("by"));
        foreach (var verdict in verdicts)
        {
            table.Add(raw
                ? [verdict.Chip.Id, verdict.Rule.Id, Word(verdict), Why(verdict)]
                : [verdict.Rule.Id, PolicyJson.Key(verdict.Rule.Status).Replace('-', ' '), Word(verdict), Why(verdict)]);
        }

        return table;
    }

    public static string Word(RuleVerdict verdict) => (verdict.Outcome, verdict.Rule.Effect) switch
    {
        (Outcome.NotApplicable, _) => "does not speak of it",
        (Outcome.Unknown, _) => "unknown",
        (Outcome.Depends, _) => "depends",
        (Outcome.Met, RuleEffect.Controlled) => "controlled",
        (Outcome.NotMet, RuleEffect.Controlled) => "not controlled",
        (Outcome.Met, _) => "eligible",
        _ => "not eligible",
    };

    /// <summary>The number that decides: of the clause that is met, or the nearest miss of each.</summary>
    public static string Why(RuleVerdict verdict) => verdict.Outcome == Outcome.NotApplicable
        ? verdict.Rule.Subject == RuleSubject.Memory ? "it is about memory sold by itself" : verdict.Rule.Clauses.Count == 0 ? "it limits sums, not chips" : ""
        : verdict.Outcome == Outcome.NotMet
            ? string.Join("; ", verdict.Clauses.Select(clause => Said(clause.Tests.First(test => test.Outcome == Outcome.NotMet))).Distinct())
            : verdict.Decisive is { } clause
                ? string.Join(" and ", clause.Tests.Where(test => verdict.Outcome == Outcome.Met || test.Outcome == verdict.Outcome).Select(Said))
                : "";

    public static string Name(ChipQuantity quantity) => quantity switch
    {
        ChipQuantity.Tpp => "TPP",
        ChipQuantity.PerformanceDensity => "TPP/mm2",
        ChipQuantity.MemoryBandwidth => "memory GB/s",
        ChipQuantity.MemoryCapacity => "memory GB",
        ChipQuantity.InterconnectBandwidth => "interconnect GB/s (both directions)",
        ChipQuantity.MemoryAndInterconnectBandwidth => "memory and interconnect GB/s",
        _ => "GB/s/mm2",
    };

    private static string Said(TestVerdict test) => test.Figure is not { } figure
        ? $"{Name(test.Test.Quantity)} unknown: {test.Missing}"
        : $"{Name(test.Test.Quantity)} {Figure(figure)} {Against(test)} {Number.Text(test.Test.Threshold.Value)}";

    private static string Against(TestVerdict test) => (test.Test.Sense, test.Outcome) switch
    {
        (_, Outcome.Depends) => "around",
        (TestSense.Below, Outcome.Met) => "<",
        (TestSense.Below, _) => ">=",
        (TestSense.Above, Outcome.Met) => ">",
        (TestSense.Above, _) => "<=",
        (_, Outcome.Met) => ">=",
        _ => "<",
    };

    private static string Test(RuleTest test) =>
        $"{Name(test.Quantity)} {(test.Sense switch { TestSense.AtLeast => ">=", TestSense.Above => ">", _ => "<" })} {Number.Text(test.Threshold.Value)}";

    private static string Figure(ChipFigure figure) => figure.Low < figure.High
        ? $"{Number.Text(figure.Value)} ({Number.Text(figure.Low)} to {Number.Text(figure.High)})"
        : Number.Text(figure.Value);

    private static IEnumerable<string> Others(ExportRule rule)
    {
        if (rule.Relative is { } relative)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{100 * relative.Times.Value:0} % of the best indigenous chip");
        }

        foreach (var limit in rule.Aggregates)
        {
            yield return limit.Kind is AggregateKind.TppOfCountry or AggregateKind.TppOfConsignee
                ? $"{limit.Name}: {Number.Text(limit.Amount.Value / 1e6)} million TPP"
                : $"{limit.Name}: {Number.Percent(limit.Amount.Value)}";
        }
    }
}
