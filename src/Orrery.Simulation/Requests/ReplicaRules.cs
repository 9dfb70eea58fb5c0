using Orrery.Domain.Software;

namespace Orrery.Simulation.Requests;

/// <summary>How a replica schedules, and what it holds.</summary>
/// <param name="Batching">Which requests share a step.</param>
/// <param name="Caching">How room in the cache is promised.</param>
/// <param name="Stages">Pipeline stages: that many micro-batches take turns.</param>
/// <param name="TokensPerStep">Tokens that a decoding sequence gets in a step.</param>
public sealed record ReplicaRules(BatchPolicy Batching, CachePolicy Caching, int Stages = 1, double TokensPerStep = 1)
{
    /// <summary>Tokens that a step computes at most; the engine's where it is 0.</summary>
    public double StepTokens { get; init; }

    /// <summary>Sequences that run at once at most; the engine's where it is 0.</summary>
    public double Sequences { get; init; }

    /// <summary>Tokens of a prompt's block where requests name theirs and blocks are found again; 0 where nothing is.</summary>
    public int BlockTokens { get; init; }

    /// <summary>Requests go on to a pool that decodes: their first token is not this replica's to hand to the client.</summary>
    public bool HandsOver { get; init; }
}
