namespace Orrery.Domain.Software;

/// <summary>Which requests share a step.</summary>
public enum BatchPolicy
{
    /// <summary>Chunks of prompts fill up what decoding leaves of a step's token budget.</summary>
    ChunkedPrefill,

    /// <summary>Prompts that wait run in steps of their own, before decoding goes on.</summary>
    PrefillFirst,
}

/// <summary>How room in the cache is promised to a request.</summary>
public enum CachePolicy
{
    /// <summary>Grows with the sequence; where it runs out, the last request that came starts again.</summary>
    OnDemand,

    /// <summary>Kept free for prompt and whole output before a request starts.</summary>
    Reserved,
}

/// <summary>A serving engine at a version: what it spends besides the kernels, and how it schedules.</summary>
/// <param name="Parameters">Dimensionless or SI-valued parameters by their catalog name.</param>
/// <param name="Date">The release, as a fractional year; null where the catalog does not say.</param>
public sealed record ServingEngine(string Id, string Name, IReadOnlyDictionary<string, Sourced<double>> Parameters, double? Date)
{
    public required BatchPolicy Batching { get; init; }
    public required CachePolicy Caching { get; init; }

    /// <summary>Chip vendors whose chips are taken to run this engine where nobody names one.</summary>
    public IReadOnlyList<string> DefaultFor { get; init; } = [];

    /// <summary>The source of a parameter that was set by hand.</summary>
    public const string ByHand = "set by hand";

    /// <summary>The same engine with one parameter set by hand, whatever its file says for single chips.</summary>
    public ServingEngine With(string parameter, double value)
    {
        var parameters = Parameters
            .Where(entry => !entry.Key.StartsWith(parameter + ".", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        parameters[parameter] = new Sourced<double>(value, ByHand, Confidence.Published);
        return this with { Parameters = parameters };
    }

    /// <summary>The same engine with every parameter that was set by hand in another.</summary>
    public ServingEngine WithSettingsOf(ServingEngine other) => other.Parameters
        .Where(entry => entry.Value.Source == ByHand)
        .Aggregate(this, (engine, entry) => engine.With(entry.Key, entry.Value.Value));
}
