using System.Text;
using System.Text.Json;
using Orrery.Domain.Diagnostics;

namespace Orrery.Interchange.Json;

/// <summary>Reads JSON into values that know their place; whatever is wrong becomes a diagnostic.</summary>
internal sealed class JsonFile
{
    /// <summary>A configuration has a few kilobytes; ten times the largest seen is plenty.</summary>
    private const int MaxBytes = 1 << 20;

    private const int MaxDepth = 32;

    private readonly string _name;
    private readonly byte[] _bytes;
    private readonly int[] _lineStarts;
    private readonly DiagnosticList _diagnostics;

    private JsonFile(string name, byte[] bytes, DiagnosticList diagnostics)
    {
        (_name, _bytes, _diagnostics) = (name, bytes, diagnostics);
        _lineStarts = [0, .. bytes.Index().Where(entry => entry.Item == (byte)'\n').Select(entry => entry.Index + 1)];
    }

    /// <summary>The root object, or null with the reason among the diagnostics.</summary>
    public static JsonObject? Parse(string text, string name, DiagnosticList diagnostics)
    {
        if (text.Length > MaxBytes)
        {
            diagnostics.Error(DiagnosticCode.TooLarge, $"the file has {text.Length} characters, expected at most {MaxBytes}", name);
            return null;
        }

        var file = new JsonFile(name, Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF')), diagnostics);
        try
        {
            return file.Root();
        }
        catch (JsonException error)
        {
            diagnostics.Error(
                DiagnosticCode.Syntax, "this is not valid JSON: " + Sentence(error.Message), name,
                (int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1,
                "NaN, Infinity, comments and trailing commas are not JSON");
            return null;
        }
    }

    private JsonObject? Root()
    {
        var reader = new Utf8JsonReader(_bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        var root = Value(ref reader);
        while (reader.Read())
        {
            // Anything behind the root is a syntax error, which the reader reports when it meets it.
        }

        if (root is JsonObject found)
        {
            return found;
        }

        _diagnostics.Error(DiagnosticCode.BadValue, $"the file holds {root.Found}, expected an object", _name, root.Line, root.Column);
        return null;
    }

    private JsonValue Value(ref Utf8JsonReader reader)
    {
        var (line, column) = Place((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, line, column);
            case JsonTokenType.StartArray:
                var items = new List<JsonValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref reader));
                }

                return new JsonList(items, line, column);
            case JsonTokenType.String:
                return new JsonText(Unescaped(ref reader), line, column);
            case JsonTokenType.Number:
                return new JsonNumber(Encoding.UTF8.GetString(reader.ValueSpan), line, column);
            case JsonTokenType.True or JsonTokenType.False:
                return new JsonFlag(reader.TokenType == JsonTokenType.True, line, column);
            default:
                return new JsonNull(line, column);
        }
    }

    private JsonObject Object(ref Utf8JsonReader reader, int line, int column)
    {
        var fields = new Dictionary<string, JsonValue>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = Place((int)reader.TokenStartIndex);
            var key = Unescaped(ref reader);
            reader.Read();
            if (!fields.TryAdd(key, Value(ref reader)))
            {
                _diagnostics.Error(DiagnosticCode.DuplicateKey, $"'{key}' appears twice", _name, at.Line, at.Column);
            }
        }

        return new JsonObject(fields, line, column);
    }

    private static string Unescaped(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException error)
        {
            // Half of a surrogate pair is a valid token but no text.
            throw new JsonException(error.Message, error);
        }
    }

    private (int Line, int Column) Place(int offset)
    {
        var found = Array.BinarySearch(_lineStarts, offset);
        var line = found >= 0 ? found : ~found - 1;
        return (line + 1, offset - _lineStarts[line] + 1);
    }

    private static string Sentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return (end > 0 ? message[..end] : message).TrimEnd('.');
    }
}
