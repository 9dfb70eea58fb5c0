using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Comparison.Delivered;

/// <summary>How the precision of a bout is chosen.</summary>
/// <param name="Precision">One precision for every contestant; null lets each use its fastest.</param>
public sealed record PrecisionChoice(TrainingPrecision? Precision)
{
    public static PrecisionChoice Best { get; } = new((TrainingPrecision?)null);
}

/// <summary>One model, one choice of precision, every contestant.</summary>
/// <param name="Results">In the contestants' order.</param>
public sealed record Bout(Transformer Model, int SequenceLength, PrecisionChoice Choice, IReadOnlyList<DeliveredResult> Results)
{
    /// <summary>A contestant's throughput after failures over the first one's; null where either has none.</summary>
    public double? DeliveredRatio(int contestant) => Results[contestant].TokensPerSecond / Results[0].TokensPerSecond;

    /// <summary>
    /// The delivered ratio as far as what the catalog does not know exactly moves it:
    /// ln(high / ratio) = sqrt of the sum of squares of ln(one's high / its value) and ln(the first's value / its low), of steps and of effective training time,
    /// and so for the low side.
    /// Assumes that the two contestants' ranges are independent, which is too wide where they share a software stack; variants of one system share all
    /// their inputs, of which only the difference counts (<see cref="PredictionRange.Apart"/>).
    /// Null where either cannot train the model or has no range.
    /// </summary>
    public (double Low, double High)? DeliveredRange(int contestant)
    {
        var (first, other) = (Results[0], Results[contestant]);
        if (contestant == 0 || DeliveredRatio(contestant) is not { } ratio || first.Range is not { } firstRange || other.Range is not { } otherRange)
        {
            return null;
        }

        if (first.Contestant.Cluster.System.BaseId == other.Contestant.Cluster.System.BaseId)
        {
            var apart = PredictionRange.Apart(otherRange, firstRange);
            return (ratio * Math.Exp(-apart), ratio * Math.Exp(apart));
        }

        var (firstStep, otherStep) = (first.Best!.Iteration.Value, other.Best!.Iteration.Value);
        return (
            ratio * Math.Exp(-IndependentRatios.Together(otherRange.Slowest / otherStep, firstStep / firstRange.Fastest, Lowest(other), Highest(first))),
            ratio * Math.Exp(IndependentRatios.Together(otherStep / otherRange.Fastest, firstRange.Slowest / firstStep, Highest(other), Lowest(first))));

        static double Lowest(DeliveredResult result) => result.GoodputRange is { } range ? range.Lowest / result.Goodput!.Share : 1;

        static double Highest(DeliveredResult result) => result.GoodputRange is { } range ? range.Highest / result.Goodput!.Share : 1;
    }

    /// <summary>The same of the datasheets' dense peaks at the precisions used.</summary>
    public double? PaperRatio(int contestant) => Results[contestant].PaperPeak?.Value / Results[0].PaperPeak?.Value;

    /// <summary>The same of the peaks a matrix product can use; times the ratios of MFU and of effective training time it is the delivered ratio.</summary>
    public double? MatmulRatio(int contestant) => Results[contestant].Peak?.Value / Results[0].Peak?.Value;
}
