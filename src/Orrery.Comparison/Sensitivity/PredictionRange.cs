using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;

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
    // Inputs that say nothing about speed; trying them would only cost time.
    private static readonly string[] NotSpeed = ["power", "price", "floor_area", "claims", "other_peaks", "die_area"];

    public InputEffect? Widest => Effects.Count > 0 ? Effects[0] : null;

    /// <summary>
    /// Reads every ranged input at each end, one at a time, and adds the effects as independent ones:
    /// ln(slowest / value) = sqrt(sum of squares of each input's ln(slower end / value)), and so for the fast side.
    /// Assumes the inputs are independent and their effects small enough to multiply.
    /// </summary>
    public static PredictionRange Of(OrreryCatalog catalog, TrainingEstimate estimate, SoftwareStack stack)
    {
        var iteration = estimate.Iteration.Value;
        var effects = new List<InputEffect>();
        foreach (var input in catalog.RangedInputs(estimate.Cluster.System, stack).Where(IsAboutSpeed))
        {
            var low = At(catalog.WithOverride(input.Path, RangeEnd.Low), estimate, stack);
            var high = At(catalog.WithOverride(input.Path, RangeEnd.High), estimate, stack);
            var effect = new InputEffect(input, Math.Min(iteration, Math.Min(low, high)), Math.Max(iteration, Math.Max(low, high)));
            if (effect.Spread > 1e-9)
            {
                effects.Add(effect);
            }
        }

        effects.Sort((left, right) => right.Spread.CompareTo(left.Spread));
        return new PredictionRange(
            iteration * Math.Exp(-Root(effects.Select(effect => Math.Log(iteration / effect.Fastest)))),
            iteration * Math.Exp(Root(effects.Select(effect => Math.Log(effect.Slowest / iteration)))),
            effects);
    }

    private static double At(OrreryCatalog view, TrainingEstimate estimate, SoftwareStack stack)
    {
        var cluster = new Cluster(view.System(estimate.Cluster.System.Id), estimate.Cluster.Chips);
        return TrainingEstimator.Estimate(estimate.Workload, estimate.Strategy, cluster, view.Stack(stack.Id)).Iteration.Value;
    }

    private static bool IsAboutSpeed(RangedInput input)
    {
        var path = input.Path[(input.Path.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return !NotSpeed.Any(name => path == name || path.StartsWith(name + ".", StringComparison.Ordinal));
    }

    private static double Root(IEnumerable<double> logs) => Math.Sqrt(logs.Sum(log => log * log));
}
