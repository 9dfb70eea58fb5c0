namespace Orrery.Interchange.Json;

/// <summary>A parsed JSON value with its place in the file.</summary>
internal abstract record JsonValue(int Line, int Column)
{
    /// <summary>What a message calls this value.</summary>
    public abstract string Found { get; }
}

internal sealed record JsonNumber(string Text, int Line, int Column) : JsonValue(Line, Column)
{
    public override string Found => Text;
}

internal sealed record JsonText(string Text, int Line, int Column) : JsonValue(Line, Column)
{
    // A hostile file may hold a megabyte of text; a message must not.
    public override string Found => Text.Length <= 60 ? $"'{Text}'" : $"'{Text[..60]}...'";
}

internal sealed record JsonFlag(bool Value, int Line, int Column) : JsonValue(Line, Column)
{
    public override string Found => Value ? "true" : "false";
}

internal sealed record JsonNull(int Line, int Column) : JsonValue(Line, Column)
{
    public override string Found => "null";
}

internal sealed record JsonList(IReadOnlyList<JsonValue> Items, int Line, int Column) : JsonValue(Line, Column)
{
    public override string Found => $"a list of {Items.Count}";
}

internal sealed record JsonObject(IReadOnlyDictionary<string, JsonValue> Fields, int Line, int Column) : JsonValue(Line, Column)
{
    public override string Found => "an object";

    /// <summary>The field's value; null where it is absent or null, which mean the same in these files.</summary>
    public JsonValue? this[string key] => Fields.TryGetValue(key, out var value) && value is not JsonNull ? value : null;
}
