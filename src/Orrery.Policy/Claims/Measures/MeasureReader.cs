using System.Globalization;
using Orrery.Catalog;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;
using Orrery.Domain.Workloads;
using Orrery.Policy.Claims.Expressions;
using Orrery.Quantities;

namespace Orrery.Policy.Claims.Measures;

/// <summary>Reads a measure by its kind.</summary>
internal static class MeasureReader
{
    private enum Kind
    {
        Figure,
        Chip,
        Peak,
        MatmulPeak,
        Paper,
        PaperH100e,
        Price,
        Stockpile,
        Rule,
        Aggregate,
        Date,
        Training,
        Serving,
        Effective,
        Parity,
        SpeedUp,
        Cost,
    }

    /// <param name="catalog">Which the measure's names must be in.</param>
    public static IMeasure Read(MappingReader measure, OrreryCatalog catalog)
    {
        CheckNames(measure, catalog);
        return measure.OptionalText("kind") is { } text && MappingReader.TryWord<Kind>(text, out var kind) ? Read(measure, kind) : Missing(measure);
    }

    /// <summary>Notes every name that the catalog does not have, where it stands.</summary>
    private static void CheckNames(MappingReader measure, OrreryCatalog catalog)
    {
        (string Key, Func<string, object> Find)[] names =
        [
            ("system", text => SystemText.Cluster(catalog, text)), ("over", text => SystemText.Cluster(catalog, text)), ("of", text => SystemText.Cluster(catalog, text)),
            ("chip", catalog.Chip), ("model", catalog.Model), ("workload", catalog.Workload), ("rule", catalog.Rule), ("sheet", catalog.Price),
        ];
        foreach (var (key, find) in names.Where(name => measure.IsText(name.Key)))
        {
            try
            {
                find(measure.Text(key));
            }
            catch (InvalidInputException unknown)
            {
                foreach (var finding in unknown.Diagnostics)
                {
                    measure.Error(key, finding.Code, $"'{key}': {finding.Message}", finding.Hint);
                }
            }
        }
    }

    private static IMeasure Read(MappingReader measure, Kind kind) => kind switch
    {
        Kind.Figure => Figure(measure),
        Kind.Chip => new ChipMeasure(measure.Text("chip"), measure.Word<ChipQuantity>("quantity")),
        Kind.Peak => new PeakMeasure(measure.Text("chip"), measure.Word<NumberFormat>("format"), IsMatmul: false),
        Kind.MatmulPeak => new PeakMeasure(measure.Text("chip"), measure.Word<NumberFormat>("format"), IsMatmul: true),
        Kind.Paper => new PaperMeasure(measure.Text("system"), measure.Text("row"), measure.OptionalText("over")),
        Kind.PaperH100e => new PaperEquivalentMeasure(measure.Text("chip"), OneOf(measure, "by", "tpp", "eight-bit", "epoch")),
        Kind.Price => new FactMeasure(measure.Text("sheet"), measure.Text("fact"), IsPrice: true),
        Kind.Stockpile => new FactMeasure("stockpiles", measure.Text("fact"), IsPrice: false),
        Kind.Rule => new RuleMeasure(measure.Text("rule"), measure.Text("chip")),
        Kind.Aggregate => new AggregateMeasure(measure.Text("rule"), measure.Text("aggregate")),
        Kind.Date => Date(measure),
        Kind.Training => new TrainingMeasure(
            measure.Text("model"), measure.Text("system"), measure.OptionalText("over"), measure.OptionalWord<TrainingPrecision>("precision"),
            measure.OptionalWord<TrainingMetric>("metric") ?? TrainingMetric.TokensPerSecond, measure.OptionalWord<MeasurePer>("per") ?? MeasurePer.Whole,
            measure.OptionalInteger("sequence"), measure.OptionalInteger("batch")),
        Kind.Serving => new ServingMeasure(
            measure.Text("model"), measure.Text("system"), measure.OptionalText("over"), measure.Integer("isl"), measure.Integer("osl"), Time(measure, "ttft"), Time(measure, "tpot"),
            measure.OptionalWord<MeasurePer>("per") ?? MeasurePer.Whole, measure.OptionalWord<WeightFormat>("weights")),
        Kind.Effective => new EffectiveMeasure(measure.Text("workload"), measure.Text("system"), measure.OptionalText("over")),
        Kind.Parity => new ParityMeasure(
            measure.Text("model"), measure.Text("system"), measure.Text("of"), measure.OptionalWord<TrainingPrecision>("precision"), measure.Integer("most_chips")),
        Kind.SpeedUp => new SpeedUpMeasure(
            measure.Text("model"), measure.Text("system"), measure.Integer("from"), measure.Integer("to"), measure.Integer("batch"), measure.OptionalInteger("batch_to"), measure.OptionalWord<TrainingPrecision>("precision")),
        Kind.Cost => new CostMeasure(
            measure.Text("model"), measure.Text("system"), measure.OptionalText("over"), measure.OptionalWord<CostMetric>("metric") ?? CostMetric.Token, measure.OptionalText("energy")),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static StatedFigure Missing(MappingReader measure)
    {
        measure.Word<Kind>("kind"); // says what was found and what was expected
        foreach (var key in measure.Keys.Where(measure.IsText))
        {
            measure.OptionalText(key); // which keys it may have is not known
        }

        return new StatedFigure(default, "", "");
    }

    private static StatedFigure Figure(MappingReader measure)
    {
        var value = Number(measure, "value") ?? 0;
        return new StatedFigure(
            new Interval(measure.Has("low") ? Number(measure, "low") ?? 0 : value, value, measure.Has("high") ? Number(measure, "high") ?? 0 : value),
            measure.OptionalText("unit") ?? "", measure.Text("from"));
    }

    private static DateMeasure Date(MappingReader measure)
    {
        var (rule, chip, system) = (measure.OptionalText("rule"), measure.OptionalText("chip"), measure.OptionalText("system"));
        if (new[] { rule, chip, system }.Count(one => one is not null) != 1)
        {
            measure.Error("kind", DiagnosticCode.BadValue, $"'{measure.Path}' names no thing or several, expected one of 'rule', 'chip', 'system'");
        }

        return new DateMeasure(rule, chip, system ?? (rule is null && chip is null ? "" : null));
    }

    private static string OneOf(MappingReader measure, string key, params string[] words)
    {
        var text = measure.Text(key);
        if (text.Length > 0 && !words.Contains(text))
        {
            measure.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected one of {string.Join(", ", words)}");
        }

        return text;
    }

    private static double? Number(MappingReader measure, string key)
    {
        var text = measure.Text(key);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        if (text.Length > 0)
        {
            measure.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected a number");
        }

        return null;
    }

    private static double Time(MappingReader measure, string key)
    {
        if (measure.OptionalText(key) is not { } text)
        {
            return double.PositiveInfinity;
        }

        if (QuantityText.TryParse<Seconds>(text, out var time, out var expected))
        {
            return time.Value;
        }

        measure.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected {expected}");
        return double.PositiveInfinity;
    }
}
