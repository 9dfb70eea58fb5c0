using Orrery.Analysis.Serving;
using Orrery.Catalog;
using Orrery.Comparison.Sensitivity;
using Orrery.Planning.Serving;

namespace Orrery.Comparison.Serving;

/// <summary>What a lever brings to the most that a deployment serves, batch held.</summary>
public sealed record CapacityEffect(ServingLever Lever, double Gain);

/// <summary>What one contestant serves within the targets with its best deployment.</summary>
/// <param name="WhyNone">Null where a deployment meets the targets.</param>
/// <param name="Levers">Most first; empty where no deployment does.</param>
public sealed record ServedResult(
    ServingContestant Contestant, ServingPlanResult Plan, WhyNotServed? WhyNone, IReadOnlyList<CapacityEffect> Levers, ServingRange? Range)
{
    public PlannedServing? Best => Plan.Best;

    /// <summary>Output tokens a second of the whole cluster, chips left idle included.</summary>
    public double? TokensPerSecond => Best?.Estimate.OutputTokensPerSecond;

    public double? TokensPerSecondPerChip => TokensPerSecond / Contestant.Cluster.Chips;

    /// <summary>Over the rated power; null where the catalog does not know it.</summary>
    public double? TokensPerSecondPerKilowatt => Per(Contestant.Cluster.System.Power?.Value.Value / 1e3);

    /// <summary>Over the purchase price; null where the catalog does not know it.</summary>
    public double? TokensPerSecondPerThousandUsd => Per(Contestant.Cluster.System.Price?.Value.Value / 1e3);

    /// <summary>Over the floor; null where the catalog does not know it.</summary>
    public double? TokensPerSecondPerSquareMetre => Per(Contestant.Cluster.System.FloorArea?.Value.Value);

    /// <summary>Plans, and says why and how sure.</summary>
    /// <param name="catalog">Read again at the ends of ranges.</param>
    public static ServedResult Of(OrreryCatalog catalog, ServingContestant contestant, CancellationToken stop) =>
        Of(catalog, contestant, ServingPlanner.Best(contestant.Question, stop), stop);

    /// <summary>Says why and how sure of a plan that is made.</summary>
    internal static ServedResult Of(OrreryCatalog catalog, ServingContestant contestant, ServingPlanResult plan, CancellationToken stop) => plan.Best is { } best
            ? new ServedResult(contestant, plan, null, LeversOn(best.Estimate), ServingRange.Of(catalog, best.Estimate))
            : new ServedResult(contestant, plan, plan.Proof.IsComplete ? WhyNotServed.Of(contestant.Question, stop) : null, [], null);

    private static List<CapacityEffect> LeversOn(ServingEstimate estimate) =>
    [
        .. ServingLever.All.Select(lever => new CapacityEffect(lever, (ServingEstimator.Estimate(estimate.Question with
        {
            System = lever.Improve(estimate.Question.System, LeverEffect.Step),
            Engine = lever.ImproveEngine(estimate.Question.Engine, LeverEffect.Step),
        }).Capacity / estimate.Capacity) - 1)).OrderByDescending(effect => effect.Gain),
    ];

    private double? Per(double? ofOneSystem) => TokensPerSecond / (ofOneSystem * Contestant.Cluster.Systems);
}
