using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>Finds the strategy that trains the most tokens a second, and proves that none of the space is faster.</summary>
public static class TrainingPlanner
{
    /// <summary>The fastest strategies; the same at any number of threads.</summary>
    /// <param name="stop">Ends the search early with what it has; the proof then says how far it got.</param>
    /// <param name="progress">Told the share of the space accounted for, now and then.</param>
    public static PlanResult Best(PlanQuestion question, CancellationToken stop = default, Action<double>? progress = null)
    {
        var (best, proof) = new TrainingSearch(question).Run(stop, progress ?? (_ => { }));
        var estimates = best.Select(strategy => Estimate(question, strategy)).ToList();
        return new PlanResult(question, estimates.FirstOrDefault(), [.. estimates.Skip(1)], proof);
    }

    /// <summary>The full estimate of one strategy of a question, on the chips that it uses.</summary>
    public static TrainingEstimate Estimate(PlanQuestion question, Strategy strategy) =>
        TrainingEstimator.Estimate(question.Workload, strategy, question.Cluster with { Chips = strategy.Chips }, question.Stack);
}
