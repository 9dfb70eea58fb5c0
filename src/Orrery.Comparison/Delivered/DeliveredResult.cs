using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;
using Orrery.Quantities;

namespace Orrery.Comparison.Delivered;

/// <summary>What one contestant delivers on one workload with its best strategy.</summary>
public sealed record DeliveredResult
{
    public required Contestant Contestant { get; init; }

    /// <summary>Null where no strategy fits or the chip lacks the precision; <see cref="WhyNot"/> says which.</summary>
    public TrainingEstimate? Best { get; init; }
    public string WhyNot { get; init; } = "";

    /// <summary>The question that no strategy answers; null where one does, or where the chip lacks the precision.</summary>
    public PlanQuestion? Unanswered { get; init; }

    /// <summary>The precision of the best strategy, or the one asked for.</summary>
    public required TrainingPrecision Precision { get; init; }

    /// <summary>How the search knows that nothing better exists; null where there was none.</summary>
    public SearchProof? Proof { get; init; }

    /// <summary>Best first; empty where there is no best strategy.</summary>
    public IReadOnlyList<LeverEffect> Levers { get; init; } = [];
    public PredictionRange? Range { get; init; }

    /// <summary>The 80 % interval; null where there is no plan or nothing to make one of.</summary>
    public PredictionInterval? Interval { get; init; }

    /// <summary>Published error of predictions most like this one; null where none was judged.</summary>
    public TrackRecordEntry? Record { get; init; }

    /// <summary>What failures leave of the best strategy's steps; null where there is none.</summary>
    public TrainingGoodput? Goodput => Best is { } best ? TrainingGoodput.Of(best) : null;

    /// <summary>How far the effective training time ratio may be off; null where failures are unknown or nobody asked.</summary>
    public GoodputRange? GoodputRange { get; init; }

    /// <summary>
    /// What the catalog does not know exactly makes of throughput after failures: the least and the most it may be, over its value.
    /// Steps and failures count as independent. Null where nobody asked for the range.
    /// </summary>
    public (double Slower, double Faster)? SpeedRange => this is { Best: { } best, Range: { } range }
        ? (Math.Exp(-IndependentRatios.Together(range.Slowest / best.Iteration.Value, Goodput!.Share / (GoodputRange?.Lowest ?? Goodput.Share))),
            Math.Exp(IndependentRatios.Together(best.Iteration.Value / range.Fastest, (GoodputRange?.Highest ?? Goodput.Share) / Goodput.Share)))
        : null;

    /// <summary>After failures, as <see cref="TrainingGoodput.Counted"/>; that of the steps alone is <see cref="Best"/>'s. So for the others below.</summary>
    public double? TokensPerSecond => Goodput?.Counted;
    public double? TokensPerSecondPerChip => TokensPerSecond / Best?.Cluster.Chips;

    /// <summary>Over the whole system's power; null where the catalog does not know it.</summary>
    public double? TokensPerSecondPerKilowatt => Contestant.Cluster.System.Power is { } power
        ? TokensPerSecond / (power.Value.Value * Contestant.Cluster.Systems / 1e3)
        : null;

    /// <summary>Over the purchase price; null where the catalog does not know it.</summary>
    public double? TokensPerSecondPerThousandUsd => Contestant.Cluster.System.Price is { } price
        ? TokensPerSecond / (price.Value.Value * Contestant.Cluster.Systems / 1e3)
        : null;

    /// <summary>The datasheet's dense peak of all chips at the precision used.</summary>
    public FlopsPerSecond? PaperPeak => Best is { } best && best.Cluster.Chip.Peaks.TryGetValue(PrecisionRecipe.Of(Precision).Format, out var peak)
        ? new FlopsPerSecond(peak.Value.Value * best.Cluster.Chips)
        : Peak;

    /// <summary>Dense matrix peak of all chips at the precision used.</summary>
    public FlopsPerSecond? Peak => Best is { } best ? new FlopsPerSecond(best.Peak.Value * best.Cluster.Chips) : null;
}
