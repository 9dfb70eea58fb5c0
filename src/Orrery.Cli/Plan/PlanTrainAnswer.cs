using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>Everything that <c>plan train</c> found.</summary>
/// <param name="Plan">The best strategy and its runners-up.</param>
/// <param name="Constrained">The best under each constraint that the best breaks.</param>
/// <param name="Flat">Plans that ignore the topology; empty where not asked for.</param>
/// <param name="Pareto">The Pareto set; empty where not asked for.</param>
/// <param name="WhyNone">Why nothing fits; null where something does.</param>
internal sealed record PlanTrainAnswer(
    PlanResult Plan, IReadOnlyList<ConstrainedPlan> Constrained, IReadOnlyList<FlatPlan> Flat, IReadOnlyList<PlanResult> Pareto, WhyNothingFits? WhyNone)
{
    public IReadOnlyList<LeverEffect> Levers { get; init; } = [];
    public PredictionRange? Range { get; init; }
    public PredictionInterval? Interval { get; init; }

    /// <summary>What failures leave of the best strategy, and how sure that is; null where nothing fits.</summary>
    public (TrainingGoodput Training, GoodputRange? Range)? Goodput { get; init; }
    public ExplainedStrategy? Explained { get; init; }
}

/// <summary>A strategy that somebody asked about.</summary>
/// <param name="Broken">Rules that it breaks; empty for a legal one.</param>
/// <param name="Excluded">The limit of the search that leaves it out; empty where none does.</param>
/// <param name="Estimate">Null for an illegal one.</param>
internal sealed record ExplainedStrategy(Strategy Strategy, IReadOnlyList<Diagnostic> Broken, string Excluded, TrainingEstimate? Estimate);
