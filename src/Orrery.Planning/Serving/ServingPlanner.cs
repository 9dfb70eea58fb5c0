using Orrery.Analysis.Serving;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Serving;

/// <summary>Finds the deployment that serves the most within targets, and proves that none of the space is better.</summary>
public static class ServingPlanner
{
    /// <param name="stop">Ends the search early with what it has; the proof then says so.</param>
    public static ServingPlanResult Best(ServingPlanQuestion question, CancellationToken stop = default)
    {
        var (best, tally) = (new BestServing(question), new ServingTally());
        var replicas = Replicas(question, tally);
        if (question.Limits.Disaggregated)
        {
            new SplitPoolSearch(question, best, tally).Run(replicas, stop);
        }

        IReadOnlyList<PlannedServing> planned;
        if (question.Limits.Aggregated && !question.Targets.IsMean)
        {
            planned = new PercentileSearch(question, best, tally).Run(replicas, stop);
        }
        else
        {
            if (question.Limits.Aggregated)
            {
                new SharedPoolSearch(question, best, tally).Run(replicas, stop);
            }

            planned = [.. best.Kept.Select(candidate => Plan(question, candidate))]; // of two pools only, where percentiles are asked for
        }

        return new ServingPlanResult(question, planned.Count > 0 ? planned[0] : null, [.. planned.Skip(1)], tally.Proof());
    }

    /// <summary>
    /// The frontier of tokens a second a chip against tokens a second a user: no deployment of the space is better in one and no worse in the other.
    /// The target on the first token holds, that on later ones does not; all chips are used as far as replicas divide them.
    /// </summary>
    public static IReadOnlyList<ServingCandidate> Frontier(ServingPlanQuestion question, CancellationToken stop = default)
    {
        var open = question with { Targets = question.Targets with { Tpot = double.PositiveInfinity, Share = 0 }, Rate = null };
        var (best, tally, front) = (new BestServing(open), new ServingTally(), new ServingFrontier());
        var replicas = Replicas(open, tally);
        if (open.Limits.Aggregated)
        {
            new SharedPoolSearch(open, best, tally) { Watcher = front.Add }.Run(replicas, stop);
        }

        if (open.Limits.Disaggregated)
        {
            new SplitPoolSearch(open, best, tally) { Watcher = front.Add }.Run(replicas, stop);
        }

        return front.Points;
    }

    /// <summary>The full estimate of one deployment of a question, under the load that it was found for.</summary>
    public static ServingEstimate Estimate(ServingPlanQuestion question, ServingCandidate candidate) => ServingEstimator.Estimate(new ServingQuestion(
        question.In(candidate.Precision), candidate.Deployment, LoadOf(question, candidate), question.Cluster.System, question.Engine));

    /// <summary>The load that a deployment was found for: the rate asked for, the rate that both pools take, or so many requests in flight.</summary>
    public static ServingLoad LoadOf(ServingPlanQuestion question, ServingCandidate candidate) =>
        question.Rate is { } rate ? ServingLoad.Rate(rate)
        : candidate.Deployment.IsDisaggregated ? ServingLoad.Rate(candidate.RequestsPerSecond)
        : ServingLoad.Concurrency(candidate.Batch * candidate.Deployment.Main.Replicas);

    /// <summary>A deployment with its estimate; of two pools with the percentiles too, where a target is one.</summary>
    internal static PlannedServing Plan(ServingPlanQuestion question, ServingCandidate candidate)
    {
        var estimate = Estimate(question, candidate);
        var percentiles = question.Targets.IsMean || !candidate.Deployment.IsDisaggregated ? null : SplitPercentiles.Of(question, candidate, estimate);
        return new PlannedServing(candidate, estimate) { Percentiles = percentiles };
    }

    internal static IReadOnlyList<ServingReplica> Replicas(ServingPlanQuestion question, ServingTally tally)
    {
        var replicas = new List<ServingReplica>();
        foreach (var precision in question.Precisions)
        {
            replicas.AddRange(ServingSpace.Layouts(question.Workload.Model, question.Cluster.Chips, question.Limits)
                .Select(layout => new ServingReplica(question, layout, precision)));
        }

        tally.Layouts = replicas.Count;
        return replicas;
    }
}
