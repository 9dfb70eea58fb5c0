using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Comparison.Sensitivity;

/// <summary>What one ranged input of failures makes of a system at its two ends.</summary>
public sealed record FailureEnds(RangedInput Input, AiSystem Low, AiSystem High);

/// <summary>A system at each end of each ranged input that its failures depend on: the failure profile and the counts of parts.</summary>
public sealed record GoodputEnds(IReadOnlyList<FailureEnds> Inputs)
{
    /// <param name="catalog">Where the system is from.</param>
    public static GoodputEnds Of(OrreryCatalog catalog, AiSystem system)
    {
        var inputs = catalog.RangedInputs(system).Where(RangeEnds.IsAboutFailures).ToList();
        return new GoodputEnds(OnAllCores.Of(inputs.Count, at => new FailureEnds(
            inputs[at], catalog.WithOverride(inputs[at].Path, RangeEnd.Low).System(system.Id), catalog.WithOverride(inputs[at].Path, RangeEnd.High).System(system.Id))));
    }
}

/// <summary>What one ranged input alone does to the effective training time ratio.</summary>
public sealed record GoodputInputEffect(RangedInput Input, double Lowest, double Highest);

/// <summary>How far the effective training time ratio may be off because of what the catalog does not know exactly.</summary>
/// <param name="Effects">Inputs that matter, the widest first.</param>
public sealed record GoodputRange(double Lowest, double Highest, IReadOnlyList<GoodputInputEffect> Effects)
{
    private const double Least = 1e-9;

    public GoodputInputEffect? Widest => Effects.Count > 0 ? Effects[0] : null;

    /// <summary>
    /// Estimates with every ranged input at each end, one at a time, the checkpoint interval the best for each, and adds the effects as independent ones:
    /// with the loss <c>c = -ln ETTR</c>, <c>ln(high / c) = sqrt(sum of squares of each input's ln(higher end / c))</c>, and so for the low side.
    /// </summary>
    /// <param name="ends">Of the estimate's own system.</param>
    /// <param name="interval">Work between two checkpoints; null for the best.</param>
    /// <returns>Null where failures are unknown.</returns>
    public static GoodputRange? Of(GoodputEnds ends, TrainingEstimate estimate, Seconds? interval = null)
    {
        if (TrainingGoodput.Of(estimate, interval).Goodput is not { } known)
        {
            return null;
        }

        var effects = ends.Inputs.Select(input =>
        {
            var (low, high) = (At(input.Low), At(input.High));
            return new GoodputInputEffect(input.Input, Math.Min(known.Ettr, Math.Min(low, high)), Math.Max(known.Ettr, Math.Max(low, high)));
        }).Where(effect => effect.Highest - effect.Lowest > Least).OrderByDescending(effect => effect.Highest - effect.Lowest).ToList();
        var loss = Loss(known.Ettr);
        return new GoodputRange(
            Math.Exp(-loss * Math.Exp(IndependentRatios.Together(effects.Select(effect => Loss(effect.Lowest) / loss)))),
            Math.Exp(-loss * Math.Exp(-IndependentRatios.Together(effects.Select(effect => loss / Loss(effect.Highest))))),
            effects);

        double At(AiSystem end)
        {
            // Only failures differ: the estimate's system may have been changed on its way here.
            var system = estimate.Cluster.System with { Failures = end.Failures, Parts = end.Parts };
            return TrainingGoodput.Of(estimate with { Cluster = estimate.Cluster with { System = system } }, interval).Share;
        }
    }

    private static double Loss(double ettr) => Math.Max(Least, -Math.Log(Math.Max(double.Epsilon, ettr)));
}
