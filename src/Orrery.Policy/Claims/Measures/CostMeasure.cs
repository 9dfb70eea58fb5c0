using System.Globalization;
using Orrery.Comparison.Cost;
using Orrery.Domain;
using Orrery.Policy.Claims.Expressions;

namespace Orrery.Policy.Claims.Measures;

/// <summary>A number of what owning a system costs.</summary>
public enum CostMetric
{
    /// <summary>USD for a million trained tokens, or its ratio over another system's.</summary>
    Token,

    /// <summary>The same were this system's energy free.</summary>
    TokenWithFreeEnergy,

    /// <summary>Energy, of a year's cost.</summary>
    EnergyShare,
}

/// <summary>What a trained token costs on a system that is owned, each at its fastest, by the catalog's prices; or its ratio over another system's.</summary>
/// <param name="Energy">A price of the site's electricity sheet; null for its first.</param>
public sealed record CostMeasure(string Model, string System, string? Over, CostMetric Metric, string? Energy) : IMeasure
{
    private const double Million = 1e6;

    public Measured Take(ClaimContext context)
    {
        var mine = Cost(context, System, Energy);
        var command = $"./orrery cost {(Over is null ? "" : MeasureText.Quoted(Over) + " ")}{MeasureText.Quoted(System)} --model {Model}{(Energy is null ? "" : $" --energy {Energy}")}";
        if (Metric == CostMetric.EnergyShare)
        {
            return new Measured(Interval.Of(mine.Year.Energy / mine.Year.Total), "", $"energy of a year's cost of {System}, {mine.Site.Name}", command);
        }

        var factor = Metric == CostMetric.TokenWithFreeEnergy ? (mine.Year.Total - mine.Year.Energy) / mine.Year.Total : 1;
        var number = new Interval(factor * mine.Low, factor * mine.UsdPerUnit, factor * mine.High);
        if (Over is null)
        {
            return new Measured(Interval.Of(Million) * number, "USD", $"a million tokens of {Model} on {System}, {mine.Site.Name}", command);
        }

        var theirs = Cost(context, Over, null);
        return new Measured(
            TrainingMeasure.Ratio(number, new Interval(theirs.Low, theirs.UsdPerUnit, theirs.High)), "",
            string.Create(CultureInfo.InvariantCulture, $"cost of a token of {Model}, {System} ({mine.Site.Name}) over {Over} ({theirs.Site.Name})"), command);
    }

    private CostOfDelivery Cost(ClaimContext context, string text, string? energy) => context.Once($"cost {Model} {text} {energy}", () =>
    {
        var cluster = SystemText.Cluster(context.Catalog, text);
        var result = TrainingMeasure.Plan(context, Model, text, null, null, null);
        if (result is not { Best: { } best, Range: { } range, TokensPerSecond: { } rate })
        {
            throw new MissingFactException(result.WhyNot);
        }

        var site = Site.Of(context.Catalog, cluster.Chip.Country == "CN" ? "china" : "us", energy);
        return CostOfDelivery.Of(context.Catalog, cluster, site, (rate * best.Iteration.Value / range.Slowest, rate, rate * best.Iteration.Value / range.Fastest), 1);
    });
}
