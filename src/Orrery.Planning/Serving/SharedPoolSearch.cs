using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Serving;

/// <summary>Deployments in which every replica serves whole requests.</summary>
internal sealed class SharedPoolSearch(ServingPlanQuestion question, BestServing best, ServingTally tally)
{
    /// <summary>Told of every point that keeps to the target on the first token, whatever its time between tokens; turns the bounds on speed off.</summary>
    public Action<ServingCandidate>? Watcher { get; init; }

    public void Run(IReadOnlyList<ServingReplica> replicas, CancellationToken stop)
    {
        foreach (var replica in replicas)
        {
            if (stop.IsCancellationRequested)
            {
                tally.IsStopped = true;
                return;
            }

            Batches(replica);
        }
    }

    private void Batches(ServingReplica replica)
    {
        var batches = ServingSpace.Batches(replica.Memory.Groups, replica.MostSequences, question.Limits).ToList();
        tally.Points += batches.Count;
        var fits = batches.Count(batch => batch <= replica.Largest);
        tally.RuleOut(ServingRuledOut.Memory, batches.Count - fits);
        for (var at = 0; at < fits; at++)
        {
            var decode = replica.Decode(batches[at]);
            var isAnswer = Watcher is null;
            if (isAnswer && replica.Workload.DecodeSteps > 0 && replica.Tpot(decode.Total - decode[ServingPart.ExpertParallelCommunication]) > question.Targets.Tpot)
            {
                tally.RuleOut(ServingRuledOut.Latency, fits - at);
                return;
            }

            var atMost = batches[at] / (replica.Workload.DecodeSteps * decode.Total);
            var count = best.Replicas(replica.Layout.Chips, atMost);
            if (isAnswer && !best.CouldEnter((long)count * replica.Layout.Chips, count * atMost))
            {
                tally.RuleOut(ServingRuledOut.Slower, 1);
                continue;
            }

            tally.Evaluated++;
            Offer(replica, batches[at]);
        }
    }

    private void Offer(ServingReplica replica, double batch)
    {
        var candidate = At(question, best, replica, batch);
        if (candidate is null)
        {
            return;
        }

        if (Watcher is { } watcher && candidate.Ttft <= question.Targets.Ttft)
        {
            watcher(candidate);
        }
        else if (question.Targets.Allow(candidate.Ttft, candidate.Tpot))
        {
            best.Offer(candidate);
        }
    }

    /// <summary>The deployment of as many such replicas as the question is answered with; null where none fits on the chips.</summary>
    public static ServingCandidate? At(ServingPlanQuestion question, BestServing best, ServingReplica replica, double batch)
    {
        var state = SteadyState.Of(replica.Step, replica.Workload, replica.Memory, batch, question.Engine, replica.Layout.PipelineParallel);
        var requests = state.OutputTokensPerSecond / replica.Workload.Output.Mean;
        var count = best.Replicas(replica.Layout.Chips, requests);
        var ttft = state.Ttft + CacheMoves.HostLoadSeconds(replica.Workload, replica.Memory, question.Cluster.System);
        return count < 1 || (long)count * replica.Layout.Chips > question.Cluster.Chips
            ? null
            : new ServingCandidate(new ServingDeployment(new ServingPool(replica.Layout, count)), replica.Precision, batch, requests * count, ttft, state.Tpot);
    }
}
