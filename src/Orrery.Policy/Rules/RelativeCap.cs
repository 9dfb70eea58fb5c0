using Orrery.Catalog;
using Orrery.Comparison.Paper;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;

namespace Orrery.Policy.Rules;

/// <summary>A chip that the country makes, held against the rule's conditions.</summary>
/// <param name="ShareLow">Of a year's demand that its production meets, at the worse end of both ranges.</param>
/// <param name="Outcome">Whether it counts.</param>
public sealed record IndigenousVerdict(IndigenousChip Made, Chip Chip, double ShareLow, double Share, double ShareHigh, Outcome Outcome);

/// <summary>A limit that one figure must not pass.</summary>
public sealed record FigureLimit(ChipQuantity Quantity, double Limit);

/// <summary>What a limit that follows a country's own chips comes to.</summary>
/// <param name="Best">The most capable chip that counts; null where none does, and everything is denied.</param>
/// <param name="Limits">Empty where none counts.</param>
public sealed record RelativeCap(ExportRule Rule, IReadOnlyList<IndigenousVerdict> Made, IndigenousVerdict? Best, IReadOnlyList<FigureLimit> Limits)
{
    /// <summary>
    /// Equation: a chip counts if it is indigenous and <c>units x TPP / demand >= production share</c>; the limits are <c>times</c> the figures of the
    /// one with the most TPP. Assumption: demand and production are measured in TPP. Source: the rule's file.
    /// </summary>
    /// <exception cref="ArgumentException">The rule has no such limit.</exception>
    public static RelativeCap Of(OrreryCatalog catalog, ExportRule rule)
    {
        if (rule.Relative is not { } limit || rule.Demand is not { } demand)
        {
            throw new ArgumentException($"rule '{rule.Id}' has no relative limit", nameof(rule));
        }

        var made = rule.Production.Select(one => Judge(one, catalog.Chip(one.Chip))).ToList();
        var best = made.Where(one => one.Outcome == Outcome.Met).MaxBy(one => ChipFigures.Of(one.Chip, ChipQuantity.Tpp, out _)!.Value.Value);
        return new RelativeCap(rule, made, best, best is null ? [] : LimitsOf(limit, best.Chip));

        IndigenousVerdict Judge(IndigenousChip one, Chip chip)
        {
            var tpp = ChipFigures.Of(chip, ChipQuantity.Tpp, out _)!.Value;
            double Share(double units, double power, double of) => units * power / of;
            var (low, share, high) = (
                Share(one.UnitsAYear.Low, tpp.Low, demand.High), Share(one.UnitsAYear.Value, tpp.Value, demand.Value), Share(one.UnitsAYear.High, tpp.High, demand.Low));
            var outcome = !one.IsIndigenous || high < limit.ProductionShare.Value ? Outcome.NotMet : low >= limit.ProductionShare.Value ? Outcome.Met : Outcome.Depends;
            return new IndigenousVerdict(one, chip, low, share, high, outcome);
        }
    }

    /// <summary>The same were this chip to count.</summary>
    public RelativeCap WereItToCount(IndigenousVerdict one) => this with { Best = one, Limits = LimitsOf(Rule.Relative!, one.Chip) };

    private static List<FigureLimit> LimitsOf(RelativeLimit limit, Chip chip) =>
    [
        .. from quantity in limit.Quantities
           let figure = ChipFigures.Of(chip, quantity, out _)
           where figure is not null
           select new FigureLimit(quantity, limit.Times.Value * figure.Value.Value),
    ];

    /// <summary>Whether a chip keeps to every limit.</summary>
    public Outcome Permits(Chip chip)
    {
        if (Best is null)
        {
            return Outcome.NotMet;
        }

        var outcome = Outcome.Met;
        foreach (var limit in Limits)
        {
            if (ChipFigures.Of(chip, limit.Quantity, out _) is not { } figure)
            {
                outcome = outcome == Outcome.NotMet ? outcome : Outcome.Unknown;
            }
            else if (figure.Low > limit.Limit)
            {
                return Outcome.NotMet;
            }
            else if (figure.High > limit.Limit && outcome == Outcome.Met)
            {
                outcome = Outcome.Depends;
            }
        }

        return outcome;
    }
}
