using Orrery.Analysis.Serving;

namespace Orrery.Planning.Serving;

/// <summary>Percentiles of a deployment in two pools, from the queueing approximation of its prefill pool.</summary>
internal static class SplitPercentiles
{
    /// <param name="estimate">Of the candidate.</param>
    public static ServingPercentiles Of(ServingPlanQuestion question, ServingCandidate candidate, ServingEstimate estimate)
    {
        var prefill = candidate.Deployment.Prefill!;
        var workload = question.In(candidate.Precision);
        var step = ServingStep.Create(workload, prefill.Layout, question.Cluster.System, question.Engine);
        var pool = PrefillPool.Of(step, workload, prefill.Layout);
        var wait = pool.WaitOf(question.Targets.Share, estimate.RequestsPerSecond / prefill.Replicas);
        return new ServingPercentiles(question.Targets.Share, estimate.Ttft.Total - estimate.Ttft.Wait + wait, estimate.Tpot.Total, IsSimulated: false);
    }
}
