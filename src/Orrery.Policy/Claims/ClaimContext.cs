using System.Collections.Concurrent;
using Orrery.Catalog;
using Orrery.Comparison.Effective;

namespace Orrery.Policy.Claims;

/// <summary>What all claims of a run share: the catalog, and every plan that was made.</summary>
public sealed class ClaimContext(OrreryCatalog catalog, CancellationToken stop = default)
{
    private readonly ConcurrentDictionary<string, Lazy<object>> _shared = new(StringComparer.Ordinal);

    public OrreryCatalog Catalog { get; } = catalog;

    public EffectiveCompute Effective { get; } = new(catalog);

    public CancellationToken Stop { get; } = stop;

    /// <summary>Computes once what several claims need.</summary>
    public T Once<T>(string key, Func<T> compute) where T : class => (T)_shared.GetOrAdd(key, _ => new Lazy<object>(compute)).Value;
}
