using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.Shell;

/// <summary>The JSON form that every verb shares: schema, tool, inputs, result, diagnostics.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine(),
    };

    public static string Envelope(Answer answer)
    {
        var envelope = new JsonObject
        {
            ["schema"] = answer.Schema,
            ["tool"] = new JsonObject { ["name"] = "orrery", ["version"] = Tool.Version },
            ["inputs"] = answer.Inputs(),
            ["result"] = answer.Result(),
            ["diagnostics"] = Array(answer.Diagnostics, Of),
        };
        if (Tool.OwnCatalogFolder is { } own)
        {
            envelope["tool"]!["own_catalog"] = own;
        }

        if (answer.ResultAtTop)
        {
            foreach (var (key, value) in answer.Result())
            {
                envelope[key] = value?.DeepClone();
            }
        }

        return envelope.ToJsonString(Indented);
    }

    /// <summary>A number; null where it has no value, since JSON knows no NaN.</summary>
    public static JsonNode? Of(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    public static JsonNode? Of(double? value) => value is { } number ? Of(number) : null;

    public static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> node)
    {
        var array = new JsonArray();
        foreach (var item in items)
        {
            array.Add(node(item));
        }

        return array;
    }

    public static JsonArray Array(IEnumerable<string> items) => Array(items, item => JsonValue.Create(item));

    /// <summary>An input of the catalog with its range; whoever writes it adds what it does.</summary>
    public static JsonObject Of(RangedInput input) => new()
    {
        ["path"] = input.Path,
        ["value"] = input.Text,
        ["low"] = input.LowText,
        ["high"] = input.HighText,
        ["confidence"] = input.Confidence.ToString().ToLowerInvariant(),
        ["source"] = input.Source,
    };

    public static JsonNode Of(Diagnostic diagnostic) => new JsonObject
    {
        ["severity"] = diagnostic.Severity == Severity.Error ? "error" : "warning",
        ["code"] = diagnostic.Code,
        ["message"] = diagnostic.Message,
        ["file"] = diagnostic.File,
        ["line"] = diagnostic.Line,
        ["column"] = diagnostic.Column,
        ["hint"] = diagnostic.Hint,
    };
}
