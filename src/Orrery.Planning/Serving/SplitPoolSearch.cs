using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Serving;

/// <summary>
/// Deployments with a pool for prompts and one for decoding: every pair of layouts, every number of prefill replicas, as many decode replicas
/// as the other chips hold (as a rate needs, where one is given).
/// </summary>
internal sealed class SplitPoolSearch(ServingPlanQuestion question, BestServing best, ServingTally tally)
{
    private readonly Dictionary<(int Senders, int Reach), double> _transfers = [];

    /// <summary>Told of every deployment tried, whatever its time between tokens.</summary>
    public Action<ServingCandidate>? Watcher { get; init; }

    public void Run(IReadOnlyList<ServingReplica> replicas, CancellationToken stop)
    {
        foreach (var group in replicas.GroupBy(replica => replica.Precision))
        {
            var bytes = CacheMoves.OfPrompt(group.First().Workload, question.Cluster.Chip, group.First().Step.Engine);
            _transfers.Clear();
            var prefills = Undominated([.. group.Where(CanPrefill).Select(Prefill)]);
            var decodes = Undominated([.. group.SelectMany(Decodes)]);
            foreach (var prefill in prefills)
            {
                if (stop.IsCancellationRequested)
                {
                    tally.IsStopped = true;
                    return;
                }

                foreach (var decode in decodes)
                {
                    Splits(prefill, decode, bytes);
                }
            }
        }
    }

    private bool CanPrefill(ServingReplica replica) => replica.Layout.CacheShards == 1 && replica.Memory.MostSequences(replica.Workload.Input.Most) >= 1;

    private PrefillOption Prefill(ServingReplica replica)
    {
        var pool = PrefillPool.Of(replica.Step, replica.Workload, replica.Layout);
        var host = CacheMoves.HostLoadSeconds(replica.Workload, replica.Memory, question.Cluster.System);
        return new PrefillOption(replica, pool, replica.Step.Engine.RequestS + pool.Alone.Total + host);
    }

    private IEnumerable<DecodeOption> Decodes(ServingReplica replica)
    {
        var batches = ServingSpace.Batches(replica.Memory.Groups, replica.MostSequences, question.Limits).ToList();
        tally.Points += batches.Count;
        var fits = batches.Count(batch => batch <= replica.Largest);
        tally.RuleOut(ServingRuledOut.Memory, batches.Count - fits);
        if (replica.Workload.DecodeSteps == 0)
        {
            yield break; // nothing to decode
        }

        for (var at = 0; at < fits; at++)
        {
            var step = replica.Decode(batches[at]);
            if (Watcher is null && replica.Tpot(step.Total - step[ServingPart.ExpertParallelCommunication]) > question.Targets.Tpot)
            {
                tally.RuleOut(ServingRuledOut.Latency, fits - at);
                yield break;
            }

            tally.Evaluated++;
            var (late, tpot) = replica.Step.Engine.Delivered(step.Total / replica.Workload.TokensPerStep, replica.Workload.Output.Mean);
            if (Watcher is not null || tpot <= question.Targets.Tpot)
            {
                yield return new DecodeOption(replica, batches[at], batches[at] / (replica.Workload.DecodeSteps * step.Total), late, tpot);
            }
        }
    }

    private void Splits(PrefillOption prefill, DecodeOption decode, Quantities.Bytes bytes)
    {
        var (chips, ofPrefill, ofDecode) = (question.Cluster.Chips, prefill.Replica.Layout.Chips, decode.Replica.Layout.Chips);
        var needed = question.Rate is { } rate ? (int)Math.Min(int.MaxValue, Math.Ceiling((rate / decode.Rate) - 1e-9)) : 0;
        for (var count = 1; ((long)count * ofPrefill) + ofDecode <= chips; count++)
        {
            var decodes = needed > 0 ? needed : (chips - (count * ofPrefill)) / ofDecode;
            if ((long)decodes * ofDecode > chips - (count * ofPrefill))
            {
                return;
            }

            tally.Pairs++;
            var deployment = new ServingDeployment(new ServingPool(decode.Replica.Layout, decodes), new ServingPool(prefill.Replica.Layout, count));
            if (Watcher is null && !best.CouldEnter(deployment.Chips, Math.Min(count * prefill.Pool.MostPromptsPerSecond, decodes * decode.Rate)))
            {
                continue;
            }

            var fixedPart = prefill.FixedSeconds + decode.Late + Transfer(deployment, prefill, decode, bytes);
            var most = count * Math.Min(PrefillPool.MostBusy * prefill.Pool.MostPromptsPerSecond, Allowed(prefill.Pool, question.Targets.Ttft - fixedPart));
            var requests = Math.Min(most, decodes * decode.Rate);
            if (requests <= 0 || (question.Rate is { } asked && requests < asked * (1 - 1e-9)))
            {
                continue;
            }

            var candidate = new ServingCandidate(
                deployment, prefill.Replica.Precision, decode.Batch, requests, fixedPart + prefill.Pool.Wait(requests / count), decode.Tpot);
            if (Watcher is { } watcher)
            {
                watcher(candidate);
            }
            else
            {
                best.Offer(candidate);
            }
        }
    }

    private double Allowed(PrefillPool pool, double wait) =>
        double.IsInfinity(wait) || question.Targets.IsMean ? pool.PromptsPerSecondAt(wait) : pool.PromptsPerSecondAt(question.Targets.Share, wait);

    private double Transfer(ServingDeployment deployment, PrefillOption prefill, DecodeOption decode, Quantities.Bytes bytes)
    {
        var key = (Math.Min(prefill.Replica.Layout.CacheHolders, decode.Replica.Layout.CacheHolders), (deployment.Chips + 1) / 2);
        if (!_transfers.TryGetValue(key, out var seconds))
        {
            _transfers[key] = seconds = CacheMoves.TransferSeconds(deployment, bytes, question.Cluster.System);
        }

        return seconds;
    }

    private static List<PrefillOption> Undominated(IReadOnlyList<PrefillOption> options)
    {
        var kept = new List<PrefillOption>();
        foreach (var option in options.Where(option => !kept.Exists(other => other.NoWorseThan(option))))
        {
            kept.RemoveAll(option.NoWorseThan);
            kept.Add(option);
        }

        return kept;
    }

    /// <summary>Quickest steps first, for they also deliver the first token first; the best rate so far by chips and holders says whether a slower one is of any use.</summary>
    private List<DecodeOption> Undominated(IReadOnlyList<DecodeOption> options)
    {
        var kept = new List<DecodeOption>();
        var rates = new Dictionary<(int Chips, int Holders), double>();
        foreach (var option in options.OrderBy(option => option.Tpot).ThenByDescending(option => option.Rate))
        {
            var (chips, holders) = (option.Replica.Layout.Chips, option.Replica.Layout.CacheHolders);
            if (!rates.Any(entry => entry.Key.Chips <= chips && entry.Key.Holders >= holders && entry.Value >= option.Rate))
            {
                rates[(chips, holders)] = option.Rate;
                kept.Add(option);
            }
        }

        tally.RuleOut(ServingRuledOut.Dominated, options.Count - kept.Count);
        return kept;
    }

    /// <param name="FixedSeconds">Of the time to the first token, what neither load nor decode pool changes.</param>
    private sealed record PrefillOption(ServingReplica Replica, PrefillPool Pool, double FixedSeconds)
    {
        public bool NoWorseThan(PrefillOption other) =>
            Replica.Layout.Chips <= other.Replica.Layout.Chips && Pool.MostPromptsPerSecond >= other.Pool.MostPromptsPerSecond
            && FixedSeconds <= other.FixedSeconds && Pool.StepSeconds / Pool.Stages <= other.Pool.StepSeconds / other.Pool.Stages
            && Replica.Layout.CacheHolders >= other.Replica.Layout.CacheHolders;
    }

    /// <param name="Rate">Requests a second of one replica.</param>
    /// <param name="Late">Of the time to the first token, what it waits for the next ones.</param>
    private sealed record DecodeOption(ServingReplica Replica, double Batch, double Rate, double Late, double Tpot);
}
