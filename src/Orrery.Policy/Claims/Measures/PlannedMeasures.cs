using System.Globalization;
using Orrery.Comparison;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Effective;
using Orrery.Comparison.Parity;
using Orrery.Comparison.Scaling;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Serving;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Policy.Claims.Expressions;

namespace Orrery.Policy.Claims.Measures;

/// <summary>What throughput is counted over.</summary>
public enum MeasurePer
{
    Whole,
    Chip,
    Kilowatt,
    ThousandUsd,
}

/// <summary>A number of a training plan.</summary>
public enum TrainingMetric
{
    TokensPerSecond,
    Mfu,

    /// <summary>Exchanges that nothing hides, of a step's time.</summary>
    Communication,

    /// <summary>Share of wall-clock time spent on steps that failures do not undo.</summary>
    EffectiveTrainingTime,

    /// <summary>1 where some strategy fits, 0 where none does.</summary>
    Fits,
}

/// <summary>The best training plan of a system, or its ratio over another's.</summary>
/// <param name="Precision">Null for each one's fastest.</param>
public sealed record TrainingMeasure(
    string Model, string System, string? Over, TrainingPrecision? Precision, TrainingMetric Metric, MeasurePer Per, int? Sequence, int? Batch) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var mine = Plan(context, System);
        var (model, command) = (Model, Command());
        if (Metric == TrainingMetric.Fits)
        {
            return new Measured(Interval.Of(mine.Best is null ? 0 : 1), "", $"{model} on {System}", command);
        }

        var number = Number(mine);
        return Over is null
            ? new Measured(number, Metric == TrainingMetric.TokensPerSecond ? "tokens/s" : "", $"{model} on {System}", command)
            : new Measured(RatioOf(mine, Plan(context, Over)), "", $"{model}, {System} over {Over}", command);
    }

    private Interval Number(DeliveredResult result)
    {
        if (result.Best is not { } best)
        {
            throw new MissingFactException(result.WhyNot);
        }

        if (Metric == TrainingMetric.EffectiveTrainingTime)
        {
            var share = result.Goodput is { Goodput: not null } known ? known.Share : throw new MissingFactException(result.Goodput!.Unknown);
            return result.GoodputRange is { } range ? new Interval(range.Lowest, share, range.Highest) : Interval.Of(share);
        }

        // Model work while steps run does not count failures; what is delivered does.
        var (slower, faster) = Metric == TrainingMetric.Mfu
            ? (best.Iteration.Value / result.Range!.Slowest, best.Iteration.Value / result.Range.Fastest)
            : result.SpeedRange!.Value;
        var value = Metric switch
        {
            TrainingMetric.Mfu => best.Mfu,
            TrainingMetric.Communication => TimeShares.Of(best).Communication,
            _ => (Per switch
            {
                MeasurePer.Chip => result.TokensPerSecondPerChip,
                MeasurePer.Kilowatt => result.TokensPerSecondPerKilowatt,
                MeasurePer.ThousandUsd => result.TokensPerSecondPerThousandUsd,
                _ => result.TokensPerSecond,
            }) ?? throw new MissingFactException($"the catalog does not know the {(Per == MeasurePer.Kilowatt ? "power" : "price")} of {result.Contestant.Cluster.System.Id}"),
        };
        return Metric == TrainingMetric.Communication ? Interval.Of(value) : new Interval(value * slower, value, value * faster);
    }

    /// <summary>A ratio; of two variants of one system as far as what they do not share moves it.</summary>
    private Interval RatioOf(DeliveredResult one, DeliveredResult other)
    {
        var (mine, theirs) = (Number(one), Number(other));
        if (one.Contestant.Cluster.System.BaseId != other.Contestant.Cluster.System.BaseId || one.Range is not { } first || other.Range is not { } second)
        {
            return Ratio(mine, theirs);
        }

        var (value, apart) = (mine.Value / theirs.Value, PredictionRange.Apart(first, second));
        return new Interval(value * Math.Exp(-apart), value, value * Math.Exp(apart));
    }

    /// <summary>The ends of a ratio as those of two independent numbers, in logarithms.</summary>
    internal static Interval Ratio(Interval one, Interval other)
    {
        var value = one.Value / other.Value;
        return new Interval(value * Math.Exp(-IndependentRatios.Together(one.Value / one.Low, other.High / other.Value)), value, value * Math.Exp(IndependentRatios.Together(one.High / one.Value, other.Value / other.Low)));
    }

    private DeliveredResult Plan(ClaimContext context, string text) => Plan(context, Model, text, Precision, Sequence, Batch);

    /// <summary>The best plan, made once however many claims ask for it.</summary>
    internal static DeliveredResult Plan(ClaimContext context, string model, string text, TrainingPrecision? precision, int? sequence, int? batch) =>
        context.Once($"train {model} {text} {precision} {sequence} {batch}", () =>
        {
            var cluster = SystemText.Cluster(context.Catalog, text);
            var contestant = new Contestant(text, cluster, context.Catalog.DefaultStack(cluster.Chip));
            return SystemComparison.Of(
                context.Catalog, new ComparisonQuestion([contestant], [context.Catalog.Model(model)], [new PrecisionChoice(precision)], sequence, batch), TrackRecord.Empty, _ => { }).Bouts[0].Results[0];
        });

    private string Command() =>
        $"./orrery compare {MeasureText.Quoted(Over ?? "dgx-h100")} {MeasureText.Quoted(System)} --model {Model} --precision {MeasureText.Word(Precision)}"
        + (Sequence is { } sequence ? $" --seq {sequence}" : "") + (Batch is { } batch ? $" --gbs {batch}" : "");

}

/// <summary>The best deployment of a system within latency targets, or its ratio over another's.</summary>
public sealed record ServingMeasure(
    string Model, string System, string? Over, int Input, int Output, double Ttft, double Tpot, MeasurePer Per, WeightFormat? Weights) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var number = Number(Plan(context, System));
        var command = string.Create(CultureInfo.InvariantCulture,
            $"./orrery compare {MeasureText.Quoted(Over ?? "dgx-h100")} {MeasureText.Quoted(System)} --serve {Model} --isl {Input} --osl {Output}{(double.IsFinite(Ttft) ? $" --ttft {Ttft * 1e3:0.###}ms" : "")}{(double.IsFinite(Tpot) ? $" --tpot {Tpot * 1e3:0.###}ms" : "")}{(Weights is { } one ? $" --weights {MeasureText.Word(one)}" : "")}");
        return Over is null
            ? new Measured(number, "tokens/s", $"{Model} on {System}", command)
            : new Measured(TrainingMeasure.Ratio(number, Number(Plan(context, Over))), "", $"{Model} served, {System} over {Over}", command);
    }

    private Interval Number(ServedResult result)
    {
        if (result is not { Best: not null, Range: { } range })
        {
            return Interval.Of(0); // no deployment meets the targets: it serves nothing within them
        }

        var value = (Per switch
        {
            MeasurePer.Chip => result.TokensPerSecondPerChip,
            MeasurePer.Kilowatt => result.TokensPerSecondPerKilowatt,
            MeasurePer.ThousandUsd => result.TokensPerSecondPerThousandUsd,
            _ => result.TokensPerSecond,
        }) ?? throw new MissingFactException($"the catalog does not know the {(Per == MeasurePer.Kilowatt ? "power" : "price")} of {result.Contestant.Cluster.System.Id}");
        return new Interval(value * range.Capacity.Low / range.Capacity.Value, value, value * range.Capacity.High / range.Capacity.Value);
    }

    private ServedResult Plan(ClaimContext context, string text) => context.Once(FormattableString.Invariant($"serve {Model} {text} {Input} {Output} {Ttft} {Tpot} {Weights}"), () =>
    {
        var (model, cluster) = (context.Catalog.Model(Model), SystemText.Cluster(context.Catalog, text));
        IReadOnlyList<ServingPrecision> formats = Weights is { } one ? [ServingPrecision.All(one, CacheFormat.Bf16)] : FormatChoice.Fastest(model, cluster.Chip, CacheFormat.Bf16);
        if (formats.Count == 0)
        {
            throw new MissingFactException($"{cluster.Chip.Name} can serve {model.Name} in no format");
        }

        var workload = new ServingWorkload { Model = model, Precision = formats[0], Input = TokenRange.Exactly(Input), Output = TokenRange.Exactly(Output) };
        var question = new ServingPlanQuestion(workload, formats, cluster, context.Catalog.DefaultEngine(cluster.Chip), new ServingTargets(Ttft, Tpot)) { Keep = 1 };
        return ServedResult.Of(context.Catalog, new ServingContestant(text, question), context.Stop);
    });
}

/// <summary>A chip in H100s by what it delivers on a reference workload.</summary>
public sealed record EffectiveMeasure(string Workload, string System, string? Over) : IMeasure
{
    public Measured Take(ClaimContext context)
    {
        var number = Number(context, System);
        var command = $"./orrery effective {(Over is null ? "" : MeasureText.Quoted(Over) + " ")}{MeasureText.Quoted(System)} --workload {Workload}";
        return Over is null
            ? new Measured(number, "H100e", $"{System}, {Workload}", command)
            : new Measured(TrainingMeasure.Ratio(number, Number(context, Over)), "", $"{System} over {Over} a chip, {Workload}", command);
    }

    private Interval Number(ClaimContext context, string text)
    {
        var cluster = SystemText.Cluster(context.Catalog, text);
        var found = context.Effective.Of(context.Catalog.Workload(Workload), cluster.System, text.Contains(':', StringComparison.Ordinal) ? cluster.Chips : null);
        return found is { H100Equivalents: { } value, Low: { } low, High: { } high } ? new Interval(low, value, high) : throw new MissingFactException($"{text}, {Workload}: {found.Delivery.WhyNot}");
    }
}

/// <summary>Chips of one system that deliver what one system of another delivers, over the other's chips; infinite where no number up to the limit does.</summary>
public sealed record ParityMeasure(string Model, string System, string Of, TrainingPrecision? Precision, int MostChips) : IMeasure
{
    public Measured Take(ClaimContext context) => context.Once($"parity {Model} {System} {Of} {Precision} {MostChips}", () =>
    {
        var (first, second) = (Contestant(context, Of), Contestant(context, System));
        var model = context.Catalog.Model(Model);
        var sequence = DefaultWorkload.SequenceLength(model);
        var batch = DefaultWorkload.GlobalBatchOn(sequence, first.Cluster.Chips);
        var workload = new ScalingWorkload(model, sequence, new PrecisionChoice(Precision), batch, null);
        var parity = SystemParity.Of(context.Catalog, new ParityQuestion(first, second, workload, null, MostChips), TrackRecord.Empty, _ => { }, context.Stop);
        var number = parity is { ChipRatio: { } ratio, ChipRatioRange: var (low, high) } ? new Interval(low, ratio, high)
            : Interval.Of(parity.First.Reached is null ? throw new MissingFactException(parity.First.WhyNot) : double.PositiveInfinity);
        return new Measured(
            number, "", $"chips of {System} for one of {Of}, {Model}",
            $"./orrery parity {MeasureText.Quoted(Of)} {MeasureText.Quoted(System)} --model {Model} --precision {MeasureText.Word(Precision)} --seq {sequence} --gbs {batch} --most-chips {MostChips}");
    });

    private static Contestant Contestant(ClaimContext context, string text)
    {
        var cluster = SystemText.Cluster(context.Catalog, text);
        return new Contestant(text, cluster, context.Catalog.DefaultStack(cluster.Chip));
    }
}

/// <summary>Throughput on more chips over that on fewer, at one batch or one that grows.</summary>
/// <param name="BatchTo">Sequences a step on the larger number of chips; null for the same.</param>
public sealed record SpeedUpMeasure(string Model, string System, int From, int To, int Batch, int? BatchTo, TrainingPrecision? Precision) : IMeasure
{
    public Measured Take(ClaimContext context) => context.Once($"speed-up {Model} {System} {From} {To} {Batch} {BatchTo} {Precision}", () => new Measured(
        Interval.Of(Rate(context, To, BatchTo ?? Batch) / Rate(context, From, Batch)), "",
        $"{Model} on {To} over {From} chips of {System}, {Batch}{(BatchTo is { } more ? $" and {more}" : "")} sequences a step",
        BatchTo is { } larger ? $"{Command(From, From, Batch)} && {Command(To, To, larger)}" : Command(From, To, Batch)));

    private string Command(int from, int to, int batch) =>
        $"./orrery scale {MeasureText.Quoted(System)} --model {Model} --mode strong --precision {MeasureText.Word(Precision)} --from {from} --to {to} --gbs {batch}";

    private double Rate(ClaimContext context, int chips, int batch)
    {
        var (system, model) = (context.Catalog.System(System), context.Catalog.Model(Model));
        var contestant = new Contestant(System, new Cluster(system, chips), context.Catalog.DefaultStack(system.Chip));
        var scaled = new ScaledSystem(contestant, new ScalingWorkload(model, DefaultWorkload.SequenceLength(model), new PrecisionChoice(Precision), batch, null), _ => { });
        return scaled.At(chips, context.Stop)?.TokensPerSecond ?? throw new MissingFactException(scaled.WhyNothing(chips, context.Stop));
    }
}
