namespace Orrery.Domain.Strategies;

/// <summary>Equal replicas that share out requests evenly.</summary>
public sealed record ServingPool(ServingLayout Layout, int Replicas)
{
    public int Chips => Layout.Chips * Replicas;
}

/// <summary>How a model is deployed: one pool that does everything, or one that computes prompts and one that decodes.</summary>
/// <param name="Main">Serves whole requests; only decodes where there is a pool for prompts.</param>
/// <param name="Prefill">Computes prompts and hands their keys and values over; null where the main pool does.</param>
public sealed record ServingDeployment(ServingPool Main, ServingPool? Prefill = null)
{
    public bool IsDisaggregated => Prefill is not null;
    public int Chips => Main.Chips + (Prefill?.Chips ?? 0);
}
