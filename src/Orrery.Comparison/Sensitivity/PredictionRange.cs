using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;

namespace Orrery.Comparison.Sensitivity;

/// <summary>What one ranged input alone does to the step.</summary>
/// <param name="Fastest">Iteration seconds at its better end.</param>
/// <param name="Slowest">Iteration seconds at its worse end.</param>
public sealed record InputEffect(RangedInput Input, double Fastest, double Slowest)
{
    /// <summary>How far apart the two ends are, as a ratio's logarithm.</summary>
    public double Spread => Math.Log(Slowest / Fastest);
}

/// <summary>How far a prediction may be off because of what the catalog does not know exactly.</summary>
/// <param name="Fastest">Iteration seconds at the better end of all ranges together.</param>
/// <param name="Slowest">Iteration seconds at the worse end.</param>
/// <param name="Effects">Inputs that matter, the widest first.</param>
public sealed record PredictionRange(double Fastest, double Slowest, IReadOnlyList<InputEffect> Effects)
{
    public InputEffect? Widest => Effects.Count > 0 ? Effects[0] : null;

    /// <summary>
    /// Estimates with every ranged input at each end, one at a time, and adds the effects as independent ones:
    /// ln(slowest / value) = sqrt(sum of squares of each input's ln(slower end / value)), and so for the fast side.
    /// Assumes the inputs are independent and their effects small enough to multiply.
    /// </summary>
    /// <param name="ends">Of the estimate's own system and stack.</param>
    /// <param name="cost">What is ranged, the less the better; iteration seconds where it is not given.</param>
    public static PredictionRange Of(RangeEnds ends, TrainingEstimate estimate, Func<TrainingEstimate, double>? cost = null)
    {
        cost ??= one => one.Iteration.Value;
        var iteration = cost(estimate);
        var effects = OnAllCores.Of(ends.Inputs.Count, Try).Where(effect => effect.Spread > 1e-9).ToList();
        effects.Sort((left, right) => right.Spread.CompareTo(left.Spread));
        return new PredictionRange(
            iteration * Math.Exp(-IndependentRatios.Together(effects.Select(effect => iteration / effect.Fastest))),
            iteration * Math.Exp(IndependentRatios.Together(effects.Select(effect => effect.Slowest / iteration))),
            effects);

        InputEffect Try(int at)
        {
            var (input, atLow, atHigh) = ends.Inputs[at];
            var (low, high) = (cost(At(atLow, estimate)), cost(At(atHigh, estimate)));
            return new InputEffect(input, Math.Min(iteration, Math.Min(low, high)), Math.Max(iteration, Math.Max(low, high)));
        }
    }

    /// <summary>
    /// What two predictions that share their inputs may be apart, as a logarithm to either side: each input moves both the same way, and what is left of it
    /// is the difference. Equation: <c>sqrt(sum over inputs of (w_1 - w_2)^2) / 2</c> with w the <see cref="InputEffect.Spread"/>.
    /// </summary>
    public static double Apart(PredictionRange one, PredictionRange other)
    {
        var widths = other.Effects.ToDictionary(effect => effect.Input.Path, effect => effect.Spread, StringComparer.Ordinal);
        var square = one.Effects.Sum(effect => Math.Pow(effect.Spread - (widths.Remove(effect.Input.Path, out var width) ? width : 0), 2));
        return Math.Sqrt(square + widths.Values.Sum(width => width * width)) / 2;
    }

    private static TrainingEstimate At(RangeSetting setting, TrainingEstimate estimate) => TrainingEstimator.Estimate(
        estimate.Workload, estimate.Strategy, estimate.Cluster with { System = setting.System }, setting.Stack);
}
