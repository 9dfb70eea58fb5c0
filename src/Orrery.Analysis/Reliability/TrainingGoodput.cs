using Orrery.Analysis.Training;
using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>The one place where throughput meets goodput: a training step, repeated on a cluster whose parts fail.</summary>
/// <param name="Goodput">Null where the catalog does not know how the system fails.</param>
/// <param name="Unknown">What it lacks then; empty otherwise.</param>
public sealed record TrainingGoodput(TrainingEstimate Estimate, Goodput? Goodput, string Unknown)
{
    /// <summary>
    /// Of one strategy; idle chips neither fail nor help.
    /// Equation: <c>delivered = tokens a second of the steps x ETTR</c>. Assumption: <see cref="GoodputEstimator"/>; a checkpoint holds <see cref="TrainingEstimate.Checkpoint"/>
    /// and comes no sooner than after a step. Published tokens a second exclude failures, so step times know nothing of this.
    /// </summary>
    /// <param name="interval">Work between two checkpoints; null for the best.</param>
    public static TrainingGoodput Of(TrainingEstimate estimate, Seconds? interval = null) =>
        GoodputEstimator.Unknown(estimate.Cluster.System) is { } missing
            ? new TrainingGoodput(estimate, null, missing)
            : new TrainingGoodput(estimate, GoodputEstimator.Estimate(estimate.Cluster, estimate.Checkpoint, estimate.Iteration, interval), "");

    /// <summary>Tokens a second over months, failures counted; null where they are unknown.</summary>
    public double? TokensPerSecond => Goodput is { } known ? Estimate.TokensPerSecond * known.Ettr : null;

    /// <summary>What systems are ranked by: with failures where they are known, as if nothing failed where not, which <see cref="Unknown"/> says.</summary>
    public double Counted => Estimate.TokensPerSecond * Share;

    /// <summary>The effective training time ratio that <see cref="Counted"/> rests on.</summary>
    public double Share => Goodput?.Ettr ?? 1;
}
