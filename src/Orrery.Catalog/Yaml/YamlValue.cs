namespace Orrery.Catalog.Yaml;

/// <summary>A parsed YAML node with its place in the file. Immutable, so documents are shared between catalog views.</summary>
public abstract record YamlValue(int Line, int Column)
{
    /// <summary>What a message calls this kind of node.</summary>
    public abstract string Kind { get; }
}

public sealed record YamlScalar(string Text, int Line, int Column) : YamlValue(Line, Column)
{
    public override string Kind => Text.Length == 0 ? "nothing" : $"'{Text}'";
}

public sealed record YamlSequence(IReadOnlyList<YamlValue> Items, int Line, int Column) : YamlValue(Line, Column)
{
    public override string Kind => "a list";
}

/// <summary>Entries in file order; the order of keys may carry meaning.</summary>
public sealed record YamlMapping(IReadOnlyList<KeyValuePair<YamlScalar, YamlValue>> Entries, int Line, int Column)
    : YamlValue(Line, Column)
{
    public override string Kind => "a mapping";

    public YamlValue? this[string key]
    {
        get
        {
            // A handful of keys each: a linear scan beats a dictionary and keeps the order.
            foreach (var (name, value) in Entries)
            {
                if (name.Text == key)
                {
                    return value;
                }
            }

            return null;
        }
    }
}
