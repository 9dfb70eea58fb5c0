namespace Orrery.Simulation.Requests;

/// <summary>A request as it arrives.</summary>
/// <param name="At">Seconds since the start.</param>
/// <param name="Input">Prompt tokens.</param>
/// <param name="Output">Tokens it asks for, the first one included; at least 1.</param>
/// <param name="Cached">Prompt tokens found in the cache; fewer than <paramref name="Input"/>.</param>
public readonly record struct Request(double At, int Input, int Output, int Cached = 0)
{
    /// <summary>Requests that arrived before it.</summary>
    public long Id { get; init; }

    /// <summary>Names of the prompt's blocks, each standing for all tokens up to its end; null where nothing is known of what prompts share.</summary>
    public long[]? Blocks { get; init; }
}

/// <summary>A request that got all its tokens; times in seconds since the start.</summary>
public readonly record struct FinishedRequest(Request Request, double FirstTokenAt, double LastTokenAt)
{
    /// <summary>The replica that yielded the last token.</summary>
    public int Replica { get; init; }

    public double Ttft => FirstTokenAt - Request.At;

    /// <summary>Mean time between tokens after the first; 0 where there is one token only.</summary>
    public double Tpot => Request.Output > 1 ? (LastTokenAt - FirstTokenAt) / (Request.Output - 1) : 0;

    public double Latency => LastTokenAt - Request.At;
}

/// <summary>What keeps the next request in line from starting.</summary>
public enum HeldBy
{
    /// <summary>None waits.</summary>
    Nothing,

    /// <summary>Room for keys and values.</summary>
    Cache,

    /// <summary>The engine's limit of sequences that run at once.</summary>
    Sequences,
}

/// <summary>A replica during some steps, for whoever watches.</summary>
/// <param name="From">Seconds since the start.</param>
/// <param name="To">The end of the steps that this speaks of.</param>
/// <param name="Running">Sequences that decode or prefill.</param>
/// <param name="Waiting">Requests that wait for room when the steps begin.</param>
/// <param name="CacheBytes">Bytes of keys and values in use or promised when the steps begin, over all chips' caches that hold different ones.</param>
/// <param name="Preemptions">In these steps.</param>
public readonly record struct ReplicaSample(double From, double To, int Running, int Waiting, double CacheBytes, long Preemptions)
{
    public int Replica { get; init; }

    public HeldBy HeldBy { get; init; }
}

/// <summary>Requests in the order they arrive.</summary>
public interface IRequestLoad
{
    /// <summary>When the next request arrives; infinity while that hangs on requests yet to finish, or where none is left.</summary>
    double NextAt { get; }

    /// <summary>Takes the next request; only while <see cref="NextAt"/> is finite.</summary>
    Request Take();

    /// <summary>Tells the load that a request got its last token.</summary>
    void Finished(double at);
}

/// <summary>Hears of what happens in a replica. Implemented by structs, so that nothing is called through a table.</summary>
public interface IRequestWatcher
{
    void Finished(in FinishedRequest request);

    void Stepped(in ReplicaSample sample);
}
