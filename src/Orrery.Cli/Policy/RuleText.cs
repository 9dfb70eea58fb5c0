using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Paper;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;
using Orrery.Policy.Rules;

namespace Orrery.Cli.Policy;

/// <summary>One rule against all chips, for people.</summary>
internal static class RuleText
{
    public static void Write(Screen screen, RuleReach reach, string command)
    {
        var rule = reach.Rule;
        screen.Line(screen.Bold(Headline(reach)));
        screen.Line($"{rule.Name}, {PolicyJson.Key(rule.Status).Replace('-', ' ')} since {PolicyJson.Day(rule.Since)}{(rule.Until is { } until ? " until " + PolicyJson.Day(until) : "")}: {rule.Says} Then: {rule.Consequence}. ({rule.Source})");
        screen.Line(PolicyText.Notice);
        if (reach.Cap is { } cap)
        {
            Cap(screen, cap, [.. reach.Verdicts.Select(verdict => verdict.Chip)]);
        }

        if (reach.Cap is not { Best: null } && reach.Verdicts.Any(verdict => verdict.Outcome != Outcome.NotApplicable))
        {
            screen.Heading("Chips");
            var table = new Table(new Column("chip"), new Column("verdict"), new Column("by"));
            foreach (var verdict in reach.Verdicts.OrderBy(verdict => verdict.Outcome).ThenBy(verdict => verdict.Chip.Id, StringComparer.Ordinal))
            {
                table.Add(verdict.Chip.Id, PolicyText.Word(verdict), PolicyText.Why(verdict));
            }

            table.WriteTo(screen, indent: 2);
        }

        if (reach.Best.Count > 0 && reach.Verdicts.Any(verdict => verdict.Outcome != Outcome.NotApplicable))
        {
            screen.Heading("The best that it permits, in H100s a chip: on paper by TPP, and delivered");
            var table = new Table([new Column("chip"), new Column("paper", Align.Right), .. reach.Best[0].Effective.Select(one => new Column(one.Delivery.Workload.Id, Align.Right))]);
            foreach (var worth in reach.Best)
            {
                table.Add([worth.Chip.Id, Two(worth.Paper), .. worth.Effective.Select(one => one.H100Equivalents is { } value ? Two(value) : "-")]);
            }

            table.WriteTo(screen, indent: 2);
            screen.Line("  Of the permitted chips, those with the most compute and with the most memory bandwidth; each as 'orrery effective' has it.");
        }

        if (reach.Aggregates.Count > 0)
        {
            screen.Heading("What it lets through in all");
            foreach (var line in reach.Aggregates.SelectMany(aggregate => Aggregate(reach, aggregate)))
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    private static string Headline(RuleReach reach)
    {
        var rule = reach.Rule;
        if (reach.Cap is { Best: null } none)
        {
            return "As production is assumed, no chip qualifies for sure: a denial for all."
                + (none.Made.Any(made => made.Outcome == Outcome.Depends) ? $" Whether {string.Join(", ", none.Made.Where(made => made.Outcome == Outcome.Depends).Select(made => made.Chip.Name))} would depends on how many are made." : "");
        }

        if (reach.Verdicts.All(verdict => verdict.Outcome == Outcome.NotApplicable))
        {
            return rule.Subject == RuleSubject.Memory ? $"{rule.Name} is about memory sold by itself, of which the catalog has no figures." : $"{rule.Name} limits sums, not single chips.";
        }

        var permitted = reach.Verdicts.Count(RuleReach.IsPermitted);
        var open = reach.Verdicts.Count(verdict => verdict.Outcome is Outcome.Depends or Outcome.Unknown);
        var verb = rule.Effect == RuleEffect.Eligible ? "are in the class it eases" : "are left free";
        return $"Of {reach.Verdicts.Count} chips {permitted} {verb}{(open > 0 ? $", and {open} cannot be told" : "")}.";
    }

    private static void Cap(Screen screen, RelativeCap cap, IReadOnlyList<Chip> chips)
    {
        screen.Heading("The country's own chips");
        var table = new Table(new Column("chip"), new Column("a year", Align.Right), new Column("share of demand", Align.Right), new Column("counts"), new Column("why"));
        foreach (var made in cap.Made)
        {
            table.Add(
                made.Chip.Id, Number.Count(made.Made.UnitsAYear.Value), $"{Number.Percent(made.Share)} ({Number.Percent(made.ShareLow)} to {Number.Percent(made.ShareHigh)})",
                made.Outcome switch { Outcome.Met => "yes", Outcome.Depends => "depends", _ => "no" }, made.Made.Why);
        }

        table.WriteTo(screen, indent: 2);
        screen.Line($"  To count, a chip's production must meet {Number.Percent(cap.Rule.Relative!.ProductionShare.Value)} of the demand.");
        foreach (var made in cap.Made)
        {
            var limits = made == cap.Best ? cap : cap.WereItToCount(made);
            screen.Line($"  {(made == cap.Best ? "" : "Were ")}{made.Chip.Name}{(made == cap.Best ? " counts" : " to count")}: exports up to "
                + string.Join(", ", limits.Limits.Select(limit => $"{PolicyText.Name(limit.Quantity)} {Number.Text(limit.Limit)}")) + $"; {Through(limits, chips)}.");
        }
    }

    /// <summary>The chips that a limit lets through, the one with the most compute named.</summary>
    private static string Through(RelativeCap limits, IReadOnlyList<Chip> chips)
    {
        var permitted = chips.Where(chip => limits.Permits(chip) == Outcome.Met && ChipFigures.Of(chip, ChipQuantity.Tpp, out _) is not null).ToList();
        return permitted.Count == 0 ? "none of the catalog's keeps to that"
            : $"{permitted.Count} of the catalog's keep to that, of which {permitted.MaxBy(chip => ChipFigures.Of(chip, ChipQuantity.Tpp, out _)!.Value.Value)!.Name} has the most compute";
    }

    private static IEnumerable<string> Aggregate(RuleReach reach, AggregateReach aggregate)
    {
        var limit = aggregate.Limit;
        var quality = reach.Best.SelectMany(worth => worth.Effective.Where(one => one.H100Equivalents is not null)
            .Select(one => (worth.Chip, one.Delivery.Workload, Factor: one.H100Equivalents!.Value / worth.Paper))).ToList();
        if (limit.Kind == AggregateKind.ShareOfSales)
        {
            yield return $"{limit.Name}: {Number.Percent(limit.Amount.Value)} of what is sold of it in the United States, which the catalog does not know.";
            yield break;
        }

        yield return $"{limit.Name}: {Number.Text(aggregate.H100s!.Value)} H100-equivalents on paper"
            + (limit.Kind == AggregateKind.ShareOfInstalled ? $", {Number.Percent(limit.Amount.Value)} of what the six largest owners in the United States have" : "")
            + (quality.Count > 0 ? $"; delivered by the best permitted chips {Number.Text(aggregate.H100s.Value * quality.Min(one => one.Factor))} to {Number.Text(aggregate.H100s.Value * quality.Max(one => one.Factor))}, by chip and workload." : ".");
        foreach (var held in aggregate.Held)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  {held.Estimate}: {Number.Percent(held.Share)} ({Number.Percent(held.Low)} to {Number.Percent(held.High)}), {(held.Outcome switch { Outcome.Met => "under it", Outcome.NotMet => "over it", _ => "on either side of it" })}; {(held.RoomH100s >= 0 ? $"room for {Number.Text(held.RoomH100s)}" : $"{Number.Text(-held.RoomH100s)} too many")}.");
        }
    }

    private static string Two(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
