using Orrery.Catalog;
using Orrery.Comparison.Effective;
using Orrery.Comparison.Paper;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;
using Orrery.Policy.Claims.Expressions;
using Orrery.Policy.Rules;

namespace Orrery.Policy.Claims.Measures;

/// <summary>A figure that a document states, with its place.</summary>
public sealed record StatedFigure(Interval Number, string Unit, string From) : IMeasure
{
    public Measured Take(ClaimContext context) => new(Number, Unit, From);
}

/// <summary>A figure of a chip that rules test: TPP, bandwidths, capacity.</summary>
public sealed record ChipMeasure(string Chip, ChipQuantity Quantity) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var chip = context.Catalog.Chip(Chip);
        var figure = ChipFigures.Of(chip, Quantity, out var missing) ?? throw new MissingFactException($"the catalog does not know {missing} of {Chip}");
        return new Measured(new Interval(figure.Low, figure.Value, figure.High), Unit(Quantity), $"{chip.Name}, catalog", $"./orrery policy {Chip}");
    }

    private static string Unit(ChipQuantity quantity) => quantity switch
    {
        ChipQuantity.Tpp => "TPP",
        ChipQuantity.PerformanceDensity => "TPP/mm2",
        ChipQuantity.MemoryCapacity => "GB",
        _ => "GB/s",
    };
}

/// <summary>A dense peak of a chip, as its datasheet has it or as matrix products can use it.</summary>
public sealed record PeakMeasure(string Chip, NumberFormat Format, bool IsMatmul) : IMeasure
{
    private const double Tera = 1e12;

    public Measured Take(ClaimContext context)
    {
        var chip = context.Catalog.Chip(Chip);
        var peak = (IsMatmul ? chip.MatmulPeak(Format) : chip.Peaks.GetValueOrDefault(Format))
            ?? throw new MissingFactException($"{chip.Name} has no {Format.ToString().ToUpperInvariant()} peak");
        return new Measured(
            new Interval(peak.Low.Value / Tera, peak.Value.Value / Tera, peak.High.Value / Tera), "TFLOP/s", $"{chip.Name}, {peak.Source}", $"./orrery catalog show {Chip}");
    }
}

/// <summary>A row of the paper sheet of a system, or its ratio over another's.</summary>
/// <param name="Over">Null for the figure itself.</param>
public sealed record PaperMeasure(string System, string Row, string? Over) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var figure = Figure(context, System, out var unit);
        if (Over is null)
        {
            return new Measured(figure, unit, $"{System}, datasheets", $"./orrery compare {MeasureText.Quoted(System)} dgx-h100");
        }

        return new Measured(figure / Figure(context, Over, out _), "", $"{System} over {Over}, datasheets", $"./orrery compare {MeasureText.Quoted(Over)} {MeasureText.Quoted(System)}");
    }

    private Interval Figure(ClaimContext context, string text, out string unit)
    {
        var row = PaperSheet.Of([SystemText.Cluster(context.Catalog, text)]).Row(Row);
        if (row?.Figures[0] is not { } figure)
        {
            throw new MissingFactException($"the paper sheet of {text} has no row '{Row}'");
        }

        unit = row.Unit;
        return new Interval(figure.Low, figure.Value, figure.High);
    }
}

/// <summary>H100-equivalents of a chip on paper.</summary>
/// <param name="By">"tpp", "eight-bit" or "epoch".</param>
public sealed record PaperEquivalentMeasure(string Chip, string By) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var chip = context.Catalog.Chip(Chip);
        var paper = PaperEquivalents.Of(context.Catalog, chip);
        var value = (By switch { "tpp" => paper.Tpp, "eight-bit" => paper.EightBit, _ => paper.Epoch }) ?? throw new MissingFactException($"{chip.Name} has no peak that the definition '{By}' counts");
        return new Measured(Interval.Of(value), "H100e", $"{chip.Name}, by {By}", $"./orrery policy {Chip}");
    }
}

/// <summary>A fact of a sheet of the catalog: a price, a stockpile.</summary>
public sealed record FactMeasure(string Sheet, string Name, bool IsPrice) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var sheet = IsPrice ? context.Catalog.Price(Sheet) : context.Catalog.Policy(Sheet);
        if (!sheet.Facts.TryGetValue(Name, out var fact))
        {
            throw new MissingFactException($"'{Sheet}' has no fact '{Name}'");
        }

        return new Measured(new Interval(fact.Amount.Low, fact.Amount.Value, fact.Amount.High), fact.Unit, $"{Sheet}.{Name}, {fact.Amount.Source}", $"./orrery catalog show {Sheet}");
    }
}

/// <summary>Whether a rule catches a chip: 1, 0, or from 0 to 1 where the catalog cannot tell.</summary>
public sealed record RuleMeasure(string Rule, string Chip) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var verdict = RuleVerdict.Of(context.Catalog.Rule(Rule), context.Catalog.Chip(Chip));
        var number = verdict.Outcome switch { Outcome.Met => Interval.Of(1), Outcome.NotMet or Outcome.NotApplicable => Interval.Of(0), _ => new Interval(0, 0.5, 1) };
        return new Measured(number, "", $"{Chip} under {verdict.Rule.Name}", $"./orrery policy {Chip}");
    }
}

/// <summary>A limit on an aggregate of a rule: a share, or TPP.</summary>
public sealed record AggregateMeasure(string Rule, string Name) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var rule = context.Catalog.Rule(Rule);
        var limit = rule.Aggregates.FirstOrDefault(one => one.Name == Name) ?? throw new MissingFactException($"rule '{Rule}' has no aggregate '{Name}'");
        return new Measured(new Interval(limit.Amount.Low, limit.Amount.Value, limit.Amount.High), limit.Kind is AggregateKind.TppOfCountry or AggregateKind.TppOfConsignee ? "TPP" : "", rule.Name, $"./orrery policy --rule {Rule}");
    }
}

/// <summary>The day of a rule or a launch, as a fractional year.</summary>
public sealed record DateMeasure(string? Rule, string? Chip, string? System) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        if (Rule is not null)
        {
            var rule = context.Catalog.Rule(Rule);
            return new Measured(Interval.Of(rule.SinceYear), "year", rule.Name, $"./orrery policy --rule {Rule}");
        }

        var name = Chip ?? System!;
        var launch = (Chip is not null ? context.Catalog.Chip(Chip).Launch : context.Catalog.System(System!).Launch)
            ?? throw new MissingFactException($"the catalog does not know when {name} was launched");
        return new Measured(new Interval(launch.Low, launch.Value, launch.High), "year", $"{name}, {launch.Source}", $"./orrery catalog show {name}");
    }
}
