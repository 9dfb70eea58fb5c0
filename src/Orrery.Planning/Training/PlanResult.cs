using Orrery.Analysis.Training;

namespace Orrery.Planning.Training;

/// <summary>The best strategy of the space searched, the next best, and how much was searched.</summary>
/// <param name="Best">Null where nothing fits; <paramref name="WhyNone"/> says what came closest.</param>
/// <param name="RunnersUp">The next best, each of another layout, best first.</param>
/// <param name="Considered">Strategies estimated.</param>
/// <param name="Fitting">Those of them that fit in memory.</param>
public sealed record PlanResult(
    TrainingEstimate? Best, IReadOnlyList<TrainingEstimate> RunnersUp, long Considered, long Fitting, string WhyNone);
