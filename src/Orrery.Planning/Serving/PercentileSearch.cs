using Orrery.Domain.Strategies;

namespace Orrery.Planning.Serving;

/// <summary>
/// The best deployments of whole-request replicas by a percentile: points in the order of what their means promise, each simulated, until as many
/// keep to the targets as are wanted. Nothing left could be better, since a percentile is taken to be no less than its mean.
/// </summary>
internal sealed class PercentileSearch(ServingPlanQuestion question, BestServing best, ServingTally tally)
{
    public IReadOnlyList<PlannedServing> Run(IReadOnlyList<ServingReplica> replicas, CancellationToken stop)
    {
        // What pairs of pools found is held against what is found here.
        var points = new List<ServingCandidate>();
        var mean = question with { Targets = question.Targets with { Share = 0 }, Keep = int.MaxValue };
        var all = new BestServing(mean);
        var byKind = replicas.ToDictionary(replica => (replica.Layout, replica.Precision));
        new SharedPoolSearch(mean, all, tally) { Watcher = points.Add }.Run(replicas, stop);
        var found = new Dictionary<(ServingLayout, ServingLayout?, Domain.Workloads.ServingPrecision), ServingPercentiles>();
        var ranked = points
            .Where(point => question.Targets.Allow(point.Ttft, point.Tpot))
            .OrderBy(point => question.Rate is null ? 0 : point.Deployment.Chips)
            .ThenByDescending(point => point.RequestsPerSecond);
        foreach (var point in ranked)
        {
            if (stop.IsCancellationRequested)
            {
                tally.IsStopped = true;
                break;
            }

            if (!best.CouldEnter(point.Deployment.Chips, point.RequestsPerSecond))
            {
                break;
            }

            if (found.ContainsKey(point.Kind))
            {
                continue; // a better batch of this layout has been accepted
            }

            var rate = question.Rate is { } asked ? asked / point.Deployment.Main.Replicas : 0;
            var simulated = SimulatedPercentiles.Of(question, byKind[(point.Deployment.Main.Layout, point.Precision)], point.Batch, rate);
            if (question.Targets.Allow(simulated.Ttft, simulated.Tpot))
            {
                found[point.Kind] = simulated;
                best.Offer(point);
            }
        }

        return [.. best.Kept.Select(Planned)];

        PlannedServing Planned(ServingCandidate candidate)
        {
            var planned = ServingPlanner.Plan(question, candidate);
            return found.TryGetValue(candidate.Kind, out var simulated) ? planned with { Percentiles = simulated } : planned;
        }
    }
}
