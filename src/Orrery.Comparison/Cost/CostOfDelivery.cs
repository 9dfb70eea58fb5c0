using Orrery.Analysis.Cost;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Hardware;

namespace Orrery.Comparison.Cost;

/// <summary>An input of a cost with its range.</summary>
public sealed record CostInput(string Name, Sourced<double> Amount, Func<CostInputs, double, CostInputs> Set);

/// <summary>Where a cluster stands: price of energy and power of the site over the systems'.</summary>
public sealed record Site(string Name, Sourced<double> UsdPerKilowattHour, Sourced<double> Pue)
{
    /// <summary>The site of a country by the catalog's prices.</summary>
    /// <param name="country">"us" or "china".</param>
    /// <param name="energy">A fact of the country's electricity sheet; null for its first.</param>
    /// <exception cref="MissingFactException">The catalog has no such price.</exception>
    public static Site Of(OrreryCatalog catalog, string country, string? energy = null)
    {
        var sheet = catalog.Price($"electricity-{country}");
        var name = energy ?? sheet.Facts.Keys.First();
        return sheet.Facts.TryGetValue(name, out var price)
            ? new Site($"{country}, {name.Replace('_', ' ')}", price.Amount, catalog.Price($"pue-{country}").Facts["pue"].Amount)
            : throw new MissingFactException($"'{sheet.Id}' has no price '{name}', it has {string.Join(", ", sheet.Facts.Keys)}");
    }
}

/// <summary>What a cluster costs a year, and a unit of what it delivers.</summary>
/// <param name="Rate">Units delivered a second: tokens, or EFLOP of model work.</param>
/// <param name="RateLow">The least it may be.</param>
/// <param name="Low">USD a unit at the better end of all ranges together.</param>
/// <param name="Effects">Inputs that move it, the widest first: their ends as USD a unit.</param>
public sealed record CostOfDelivery(
    Cluster Cluster, Site Site, CostInputs Inputs, YearlyCost Year, double Rate, double RateLow, double RateHigh, double Low, double High, IReadOnlyList<(string Name, double Low, double High)> Effects)
{
    public double UsdPerUnit => Year.Total / (Rate * YearlyCost.Seconds);

    /// <summary>Joules of the site for a unit.</summary>
    public double JoulesPerUnit => Inputs.Watts * Inputs.Pue / Rate;

    /// <summary>
    /// Equation: <c>cost of a year / (rate x seconds of a year x utilisation)</c>; <c>ln(high / value) = sqrt(sum of squares of each input's ln(worse end / value))</c>, the
    /// rate being one of the inputs. Assumption: inputs are independent. Source: definition.
    /// </summary>
    /// <param name="utilisation">Share of the time in which what is delivered is wanted.</param>
    /// <exception cref="MissingFactException">Price or power of the system is not in the catalog.</exception>
    public static CostOfDelivery Of(OrreryCatalog catalog, Cluster cluster, Site site, (double Low, double Value, double High) rate, double utilisation, double? lifeYears = null)
    {
        var system = cluster.System;
        var price = system.Price ?? throw new MissingFactException($"the catalog does not know the price of {system.Id}; 'NAME with price=3MUSD' gives one");
        var power = system.Power ?? throw new MissingFactException($"the catalog does not know the power of {system.Id}; 'NAME with power=140kW' gives one");
        Sourced<double> Fact(string sheet, string name) => catalog.Price(sheet).Facts[name].Amount;
        Sourced<double> Times<T>(Sourced<T> fact, Func<T, double> amount) where T : struct => new(
            amount(fact.Value) * cluster.Systems, fact.Source, fact.Confidence, amount(fact.Low) * cluster.Systems, amount(fact.High) * cluster.Systems);
        var life = lifeYears is { } years ? new Sourced<double>(years, "STATED", Confidence.Assumed) : Fact("accelerator-life", "life");
        CostInput[] inputs =
        [
            new("price of the systems", Times(price, usd => usd.Value), (one, x) => one with { Hardware = x }),
            new("network between systems", Fact("scale-out-network", "share"), (one, x) => one with { NetworkShare = x }),
            new("life of the systems", life, (one, x) => one with { LifeYears = x }),
            new("power of the systems", Times(power, watts => watts.Value), (one, x) => one with { Watts = x }),
            new("price of the shell", Fact("data-centre-shell", "price"), (one, x) => one with { ShellUsdPerWatt = x }),
            new("life of the shell", Fact("data-centre-shell", "life"), (one, x) => one with { ShellLifeYears = x }),
            new("PUE", site.Pue, (one, x) => one with { Pue = x }),
            new("price of energy", site.UsdPerKilowattHour, (one, x) => one with { UsdPerKilowattHour = x }),
            new("cost of operation", Fact("operating-cost", "share"), (one, x) => one with { OperationShare = x }),
        ];
        var values = inputs.Aggregate(new CostInputs(0, 0, 1, 0, 0, 1, 1, 0, 0), (one, input) => input.Set(one, input.Amount.Value));
        var year = YearlyCost.Of(values);
        var unit = rate.Value * utilisation;
        double Usd(CostInputs one, double of) => YearlyCost.Of(one).Total / (of * YearlyCost.Seconds);
        var value = Usd(values, unit);
        var effects = inputs.Select(input => Ends(input.Name, Usd(input.Set(values, input.Amount.Low), unit), Usd(input.Set(values, input.Amount.High), unit)))
            .Append(Ends("what is delivered", Usd(values, rate.High * utilisation), Usd(values, rate.Low * utilisation)))
            .Where(effect => effect.High > effect.Low).OrderByDescending(effect => effect.High / effect.Low).ToList();
        double Root(Func<(string Name, double Low, double High), double> ratio) => IndependentRatios.Together(effects.Select(ratio));
        return new CostOfDelivery(
            cluster, site, values, year, unit, rate.Low * utilisation, rate.High * utilisation,
            value * Math.Exp(-Root(effect => value / effect.Low)), value * Math.Exp(Root(effect => effect.High / value)), effects);

        (string, double Low, double High) Ends(string name, double one, double another) => (name, Math.Min(value, Math.Min(one, another)), Math.Max(value, Math.Max(one, another)));
    }

    /// <summary>
    /// The price of this one's energy, USD a kWh, at which a unit costs so many times what the other's does; the other's stays. Costs are straight lines in it,
    /// so it is solved and not searched. Below zero where even free energy is not enough.
    /// </summary>
    public double EnergyPriceAt(double times, CostOfDelivery other) =>
        ((times * other.UsdPerUnit * Rate * YearlyCost.Seconds) - (Year.Total - Year.Energy)) / YearlyCost.EnergyKilowattHours(Inputs);

    /// <summary>The price of this one's systems, over what it is, at which a unit costs so many times what the other's does.</summary>
    public double HardwarePriceAt(double times, CostOfDelivery other)
    {
        var fromHardware = Year.Hardware + Year.Network + Year.Operation;
        return ((times * other.UsdPerUnit * Rate * YearlyCost.Seconds) - (Year.Total - fromHardware)) / fromHardware;
    }
}
