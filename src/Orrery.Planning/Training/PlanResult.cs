using Orrery.Analysis.Training;

namespace Orrery.Planning.Training;

/// <summary>The best strategy of the space, the next best, and the proof.</summary>
/// <param name="Best">Null where nothing fits; <see cref="WhyNothingFits"/> says why.</param>
/// <param name="RunnersUp">The next best, each of another layout, best first.</param>
public sealed record PlanResult(PlanQuestion Question, TrainingEstimate? Best, IReadOnlyList<TrainingEstimate> RunnersUp, SearchProof Proof);
