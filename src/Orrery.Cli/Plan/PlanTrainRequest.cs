using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>A fully resolved question for the planner.</summary>
/// <param name="ModelText">The model as it was typed: a name or a path.</param>
/// <param name="Options">The options as they were typed, those of the answer's form left out.</param>
/// <param name="Relaxed">The limits without each one that was asked for, by its option.</param>
/// <param name="Explain">A strategy to hold against the best; null where none was given.</param>
internal sealed record PlanTrainRequest(
    OrreryCatalog Catalog, string ModelText, string Options, PlanQuestion Question, IReadOnlyList<(string Name, PlanLimits Limits)> Relaxed,
    Strategy? Explain, IReadOnlyList<Diagnostic> Warnings)
{
    public LaunchFormat? Format { get; init; }
    public bool Alternatives { get; init; }
    public bool Flat { get; init; }
    public bool Pareto { get; init; }

    /// <summary>Chips of one scale-up domain where it is not the product's; null where it is.</summary>
    public int? Domain { get; init; }
}
