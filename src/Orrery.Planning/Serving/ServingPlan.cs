using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Serving;

/// <summary>Why points of the space need no evaluation of their own.</summary>
public enum ServingRuledOut
{
    /// <summary>The caches do not hold the batch, or the weights do not fit.</summary>
    Memory,

    /// <summary>A decode step without its expert exchange takes longer than the target, and a larger batch takes no less.</summary>
    Latency,

    /// <summary>Decoding alone yields less than the deployments kept.</summary>
    Slower,

    /// <summary>Another pool of no more chips does no worse in anything that counts.</summary>
    Dominated,
}

/// <summary>A deployment of the space.</summary>
/// <param name="Batch">Requests that one replica of the main pool runs at once.</param>
/// <param name="RequestsPerSecond">At most, of all replicas.</param>
/// <param name="Ttft">Mean seconds, as the search has it.</param>
/// <param name="Tpot">Mean seconds.</param>
public sealed record ServingCandidate(
    ServingDeployment Deployment, ServingPrecision Precision, double Batch, double RequestsPerSecond, double Ttft, double Tpot)
{
    /// <summary>What sets it apart from a runner-up.</summary>
    internal (ServingLayout, ServingLayout?, ServingPrecision) Kind => (Deployment.Main.Layout, Deployment.Prefill?.Layout, Precision);
}

/// <summary>How a search knows that nothing better exists.</summary>
/// <param name="Layouts">Layouts of a replica, each in each format.</param>
/// <param name="Points">Layouts with batches, of pools that serve whole requests or decode.</param>
/// <param name="Evaluated">Of them, those whose times were computed.</param>
/// <param name="RuledOut">The others, by reason.</param>
/// <param name="Pairs">Pairs of a prefill and a decode pool, with every split of the chips.</param>
/// <param name="IsComplete">False where the search was stopped early.</param>
public sealed record ServingProof(
    long Layouts, long Points, long Evaluated, IReadOnlyDictionary<ServingRuledOut, long> RuledOut, long Pairs, bool IsComplete);

/// <summary>A deployment with what it does.</summary>
public sealed record PlannedServing(ServingCandidate Candidate, ServingEstimate Estimate)
{
    /// <summary>Of the share of requests that the targets are about; null where they are about the mean.</summary>
    public ServingPercentiles? Percentiles { get; init; }
}

/// <summary>Latencies that a share of requests stays under, seconds.</summary>
/// <param name="IsSimulated">From requests simulated one by one; else from the queueing approximation.</param>
public sealed record ServingPercentiles(double Share, double Ttft, double Tpot, bool IsSimulated);

/// <summary>The best deployment, the next best, and the proof.</summary>
/// <param name="Best">Null where none meets the targets.</param>
public sealed record ServingPlanResult(ServingPlanQuestion Question, PlannedServing? Best, IReadOnlyList<PlannedServing> RunnersUp, ServingProof Proof);
