using Orrery.Analysis.Serving;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Requests;

namespace Orrery.Planning.Serving;

/// <summary>Latencies that a share of requests stays under, from requests simulated one by one on one replica.</summary>
internal static class SimulatedPercentiles
{
    private const ulong Seed = 1;
    private const int LeastRequests = 400;
    private const int RequestsPerClient = 8;

    /// <param name="batch">Requests in flight.</param>
    /// <param name="rate">Requests a second of the replica instead, where it is above zero.</param>
    public static ServingPercentiles Of(ServingPlanQuestion question, ServingReplica replica, double batch, double rate = 0)
    {
        var workload = replica.Workload;
        var rules = new ReplicaRules(question.Engine.Batching, question.Engine.Caching, replica.Layout.PipelineParallel, workload.TokensPerStep);
        var clients = (int)Math.Max(1, batch);
        long count = Math.Max(LeastRequests, (long)clients * RequestsPerClient);
        var cached = workload with { PrefixHitRate = workload.CachedShare };
        var lengths = new RequestLengths(cached, Seed);
        IRequestLoad load = rate > 0 ? OpenLoop.Poisson(lengths, rate, count, Seed) : new ClosedLoop(lengths, clients, count);
        var watcher = new Latencies(rate > 0 ? 0 : 2L * clients);
        new Replica(replica.Step, replica.Memory, rules, workload.QueriesPerStep).Run(load, ref watcher);
        var host = CacheMoves.HostLoadSeconds(workload, replica.Memory, question.Cluster.System);
        return new ServingPercentiles(
            question.Targets.Share, watcher.Ttft(question.Targets.Share) + host, watcher.Tpot(question.Targets.Share), IsSimulated: true);
    }

    /// <param name="skip">Requests of the start, when all clients come at once.</param>
    private struct Latencies(long skip) : IRequestWatcher
    {
        private readonly List<double> _ttft = [];
        private readonly List<double> _tpot = [];
        private long _seen;

        public void Finished(in FinishedRequest request)
        {
            if (++_seen > skip)
            {
                _ttft.Add(request.Ttft);
                _tpot.Add(request.Tpot);
            }
        }

        public readonly void Stepped(in ReplicaSample sample)
        {
        }

        public readonly double Ttft(double share) => At(_ttft, share);

        public readonly double Tpot(double share) => At(_tpot, share);

        private static double At(List<double> values, double share)
        {
            if (values.Count == 0)
            {
                return double.PositiveInfinity;
            }

            values.Sort();
            return values[Math.Min(values.Count - 1, (int)Math.Ceiling(share * values.Count) - 1)];
        }
    }
}
