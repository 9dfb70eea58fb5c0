using Orrery.Domain;
using Orrery.Domain.Diagnostics;

namespace Orrery.Catalog.Yaml;

/// <summary>What every reader of one file shares: where findings go, what values inherit, what is overridden.</summary>
internal sealed class ReadContext(
    string file, IReadOnlyDictionary<string, ValueOverride>? overrides = null, List<CatalogValue>? recorder = null, ReadValues? values = null)
{
    private readonly HashSet<string> _usedOverrides = [];
    private readonly HashSet<string> _recorded = [];

    public string File { get; } = file;

    public DiagnosticList Diagnostics { get; } = [];

    /// <summary>What earlier readings of the same document found.</summary>
    public ReadValues Values { get; } = values ?? new ReadValues();

    /// <summary>The file-level source that a value without its own inherits.</summary>
    public string? Source { get; set; }

    /// <summary>The file-level confidence that a value without its own inherits.</summary>
    public Confidence? Confidence { get; set; }

    public void Error(YamlValue at, string code, string message, string hint = "") =>
        Diagnostics.Error(code, message, File, at.Line, at.Column, hint);

    public ValueOverride? OverrideFor(string path)
    {
        if (overrides is null || !overrides.TryGetValue(path, out var found))
        {
            return null;
        }

        _usedOverrides.Add(path);
        return found;
    }

    /// <summary>Overrides that no value answered to: a mistyped path.</summary>
    public IEnumerable<string> UnusedOverrides => overrides is null ? [] : overrides.Keys.Where(path => !_usedOverrides.Contains(path));

    public bool IsRecording => recorder is not null;

    /// <summary>Tells the recorder, once a path: a reader may read a value again for the ends of its range.</summary>
    public void Record(CatalogValue value)
    {
        if (_recorded.Add(value.Path))
        {
            recorder?.Add(value);
        }
    }
}
