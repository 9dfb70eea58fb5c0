namespace Orrery.Domain.Workloads;

/// <summary>How requests come.</summary>
public enum ServingLoadKind
{
    /// <summary>So many in flight, the next one sent when one is done.</summary>
    Concurrency,

    /// <summary>One batch that starts and is computed together.</summary>
    StaticBatch,

    /// <summary>So many a second, whatever the deployment does.</summary>
    Rate,

    /// <summary>As many in flight as the caches hold and the engine runs.</summary>
    Full,
}

/// <summary>The requests that a whole deployment gets.</summary>
/// <param name="Amount">Requests in flight or in the batch, or requests a second; of no meaning for a full load.</param>
public readonly record struct ServingLoad(ServingLoadKind Kind, double Amount)
{
    public static ServingLoad Full => new(ServingLoadKind.Full, 0);

    public static ServingLoad Concurrency(double requests) => new(ServingLoadKind.Concurrency, requests);

    public static ServingLoad StaticBatch(double requests) => new(ServingLoadKind.StaticBatch, requests);

    public static ServingLoad Rate(double requestsPerSecond) => new(ServingLoadKind.Rate, requestsPerSecond);
}
