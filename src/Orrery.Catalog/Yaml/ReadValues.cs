using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orrery.Domain;

namespace Orrery.Catalog.Yaml;

/// <summary>
/// The values of one document as they were read, by the node they stand at: a view that reads the document again with one
/// value overridden takes the others from here instead of parsing their texts again. Safe to use from many threads.
/// </summary>
internal sealed class ReadValues
{
    // By node and not by path: two tiers of one name have the same paths.
    private readonly ConcurrentDictionary<object, object> _byNode = new(ReferenceEqualityComparer.Instance);

    public bool TryGet<T>(YamlValue node, [NotNullWhen(true)] out Sourced<T>? value) where T : struct
    {
        value = _byNode.TryGetValue(node, out var found) ? found as Sourced<T> : null;
        return value is not null;
    }

    /// <summary>Remembers a value that was read without a finding; a faulty one must be found again.</summary>
    public void Add<T>(YamlValue node, Sourced<T> value) where T : struct => _byNode[node] = value;
}
