using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Json;

namespace Orrery.Interchange.HuggingFace;

/// <summary>
/// Typed access to a configuration. What is missing, wrong or out of bounds is reported and read as a placeholder, so that
/// all errors come at once; the caller discards the result when there were any.
/// </summary>
internal sealed class ConfigFields(JsonObject root, JsonObject text, string file, DiagnosticList diagnostics)
{
    /// <summary>No dimension of any model comes near; the product of three still fits a double exactly enough.</summary>
    public const long Largest = 1 << 26;

    /// <summary>A required whole number from 1 under any of its names.</summary>
    public int Count(params string[] keys) => Optional(keys) ?? Missing(keys);

    /// <summary>A whole number from 1; null where it is absent, null or 0, which these files use alike for "none".</summary>
    public int? Optional(params string[] keys)
    {
        var (key, value) = Find(keys);
        return value is null || value is JsonNumber { Text: "0" } ? null : Whole(value, key);
    }

    /// <summary>A whole number that the model type's own default replaces where it is absent; the reader is told.</summary>
    public int OrDefault(int usual, params string[] keys)
    {
        if (Find(keys).Value is not null)
        {
            return Optional(keys) ?? 0;
        }

        diagnostics.Warning(
            DiagnosticCode.MissingKey, string.Create(CultureInfo.InvariantCulture, $"'{keys[0]}' is not stated, read as {usual}, the default of this model type"), file);
        return usual;
    }

    public bool Flag(string key, bool usual) => Find([key]).Value switch
    {
        null => usual,
        JsonFlag flag => flag.Value,
        var other => Wrong(other, key, "true or false", usual),
    };

    public string? Text(string key) => Find([key]).Value switch
    {
        null => null,
        JsonText found => found.Text,
        var other => Wrong<string?>(other, key, "text", null),
    };

    /// <summary>A list with one entry a layer, as text; null where it is absent.</summary>
    public IReadOnlyList<string>? PerLayer(string key, int layers)
    {
        var value = Find([key]).Value;
        if (value is null)
        {
            return null;
        }

        var items = (value as JsonList)?.Items.Select(item => item is JsonText word ? word.Text : item.Found).ToList();
        return items?.Count == layers ? items : Wrong<IReadOnlyList<string>?>(
            value, key, string.Create(CultureInfo.InvariantCulture, $"a list with one entry for each of the {layers} layers"), null);
    }

    /// <summary>Layer numbers, from 0; empty where absent.</summary>
    public IReadOnlySet<int> LayerNumbers(string key)
    {
        var value = Find([key]).Value;
        if (value is null)
        {
            return new HashSet<int>();
        }

        if (value is JsonList list && list.Items.All(item => item is JsonNumber number && int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return list.Items.Select(item => int.Parse(((JsonNumber)item).Text, CultureInfo.InvariantCulture)).ToHashSet();
        }

        return Wrong(value, key, "a list of layer numbers", new HashSet<int>());
    }

    /// <summary>The same access to an object below.</summary>
    public ConfigFields? Inside(string key) =>
        Find([key]).Value is JsonObject found ? new ConfigFields(found, found, file, diagnostics) : null;

    public bool Has(string key) => Find([key]).Value is not null;

    /// <summary>Reports a contradiction at a field.</summary>
    public void Error(string key, string message, string hint = "")
    {
        var at = Find([key]).Value ?? text;
        diagnostics.Error(DiagnosticCode.BadValue, message, file, at.Line, at.Column, hint);
    }

    /// <summary>Fields of the language model win over those of the whole.</summary>
    private (string Key, JsonValue? Value) Find(string[] keys)
    {
        foreach (var key in keys)
        {
            if ((text[key] ?? root[key]) is { } value)
            {
                return (key, value);
            }
        }

        return (keys[0], null);
    }

    private int? Whole(JsonValue value, string key)
    {
        if (value is JsonNumber number
            && double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && amount == Math.Floor(amount))
        {
            if (amount is >= 1 and <= Largest)
            {
                return (int)amount;
            }

            diagnostics.Error(
                DiagnosticCode.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"'{key}' is {number.Text}, expected 1 to {Largest}"), file, value.Line, value.Column);
            return 1;
        }

        return Wrong(value, key, "a whole number", 1);
    }

    private int Missing(string[] keys)
    {
        if (Find(keys) is { Value: JsonNumber zero } found)
        {
            diagnostics.Error(
                DiagnosticCode.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"'{found.Key}' is {zero.Text}, expected 1 to {Largest}"), file, zero.Line, zero.Column);
            return 1;
        }

        var others = keys.Length > 1 ? $" (or {string.Join(", ", keys[1..])})" : "";
        diagnostics.Error(DiagnosticCode.MissingKey, $"'{keys[0]}'{others} is missing", file, text.Line, text.Column);
        return 1;
    }

    private T Wrong<T>(JsonValue value, string key, string expected, T placeholder)
    {
        diagnostics.Error(DiagnosticCode.BadValue, $"'{key}' is {value.Found}, expected {expected}", file, value.Line, value.Column);
        return placeholder;
    }
}
