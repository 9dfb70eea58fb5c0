using Orrery.Catalog;
using Orrery.Comparison.Effective;
using Orrery.Comparison.Paper;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;

namespace Orrery.Policy.Rules;

/// <summary>What a permitted chip is worth.</summary>
/// <param name="Paper">H100-equivalents by total processing power.</param>
/// <param name="Effective">By reference workload, in the order of their ids.</param>
public sealed record ChipWorth(Chip Chip, double Paper, IReadOnlyList<EffectiveEquivalents> Effective);

/// <summary>A limit on an aggregate, in H100-equivalents on paper.</summary>
/// <param name="H100s">How many it lets through; null where the catalog does not know what it is a share of.</param>
/// <param name="Held">What the country holds by each estimate of the catalog, and the share that it is; empty where the limit is no share of installed compute.</param>
public sealed record AggregateReach(AggregateLimit Limit, double? H100s, IReadOnlyList<HeldShare> Held);

/// <param name="Estimate">The fact of the catalog.</param>
/// <param name="Outcome">Met where the limit is kept to at both ends of the range.</param>
public sealed record HeldShare(string Estimate, double Low, double Share, double High, double RoomH100s, Outcome Outcome);

/// <summary>A rule against a set of chips: what it catches, what the best that it permits are worth, and how much it lets through.</summary>
/// <param name="Cap">The relative limit; null where the rule has none.</param>
/// <param name="Best">The permitted chips that are worth most on paper, or in memory bandwidth; most first on paper.</param>
public sealed record RuleReach(
    ExportRule Rule, IReadOnlyList<RuleVerdict> Verdicts, RelativeCap? Cap, IReadOnlyList<ChipWorth> Best, IReadOnlyList<AggregateReach> Aggregates)
{
    /// <summary>Chips tried for what they deliver, of those permitted: the few with the most compute and with the most memory bandwidth.</summary>
    private const int Tried = 2;

    private const string Stockpiles = "stockpiles";

    /// <summary>Judges, then plans the best permitted chips on every reference workload.</summary>
    public static RuleReach Of(OrreryCatalog catalog, ExportRule rule, IReadOnlyList<Chip> chips)
    {
        var cap = rule.Relative is null ? null : RelativeCap.Of(catalog, rule);
        var verdicts = chips.Select(chip => cap is null ? RuleVerdict.Of(rule, chip) : new RuleVerdict(rule, chip, [], Caught(cap.Permits(chip)))).ToList();
        var permitted = verdicts.Where(IsPermitted).Select(verdict => verdict.Chip)
            .Where(chip => chip.DefaultSystem.Length > 0 && chip.Kernels is not null && ChipFigures.Of(chip, ChipQuantity.Tpp, out _) is not null).ToList();
        var best = permitted.OrderByDescending(Tpp).Take(Tried).Union(permitted.OrderByDescending(chip => chip.MemoryBandwidth.Value.Value).Take(Tried)).OrderByDescending(Tpp).ToList();
        var effective = new EffectiveCompute(catalog);
        var workloads = catalog.Ids(CatalogKind.Workloads).Select(catalog.Workload).ToList();
        var h100 = catalog.Policy("h100-equivalents").Facts["tpp"].Amount.Value;
        var worths = new ChipWorth[best.Count];
        Parallel.For(0, best.Count, at => worths[at] = new ChipWorth(
            best[at], Tpp(best[at]) / h100, [.. workloads.Select(workload => effective.Of(workload, catalog.System(best[at].DefaultSystem)))]));
        return new RuleReach(rule, verdicts, cap, worths, [.. rule.Aggregates.Select(limit => Reach(catalog, limit, h100))]);

        static double Tpp(Chip chip) => ChipFigures.Of(chip, ChipQuantity.Tpp, out _)!.Value.Value;

        static Outcome Caught(Outcome permitted) => permitted switch { Outcome.Met => Outcome.NotMet, Outcome.NotMet => Outcome.Met, _ => permitted };
    }

    /// <summary>Whether the rule lets the chip through: not caught, or in the class that it eases.</summary>
    public static bool IsPermitted(RuleVerdict verdict) => verdict.Outcome == (verdict.Rule.Effect == RuleEffect.Eligible ? Outcome.Met : Outcome.NotMet);

    private static AggregateReach Reach(OrreryCatalog catalog, AggregateLimit limit, double h100)
    {
        if (limit.Kind is AggregateKind.TppOfCountry or AggregateKind.TppOfConsignee)
        {
            return new AggregateReach(limit, limit.Amount.Value / h100, []);
        }

        if (limit.Kind == AggregateKind.ShareOfSales)
        {
            return new AggregateReach(limit, null, []);
        }

        // The sheet itself says which of its figures are whose.
        var sheet = catalog.Policy(Stockpiles);
        double Sum(Func<Domain.Sourced<double>, double> end) => sheet.Texts["united_states"].Split(' ').Sum(name => end(sheet.Facts[name].Amount));
        var (low, value, high) = (Sum(fact => fact.Low), Sum(fact => fact.Value), Sum(fact => fact.High));
        var held = sheet.Texts["china"].Split(' ').Select(name =>
        {
            var mine = sheet.Facts[name].Amount;
            var (least, share, most) = (mine.Low / high, mine.Value / value, mine.High / low);
            var outcome = most <= limit.Amount.Value ? Outcome.Met : least > limit.Amount.Value ? Outcome.NotMet : Outcome.Depends;
            return new HeldShare(name, least, share, most, (limit.Amount.Value * value) - mine.Value, outcome);
        }).ToList();
        return new AggregateReach(limit, limit.Amount.Value * value, held);
    }
}
