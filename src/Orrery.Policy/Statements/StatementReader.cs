using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Policy.Claims.Expressions;

namespace Orrery.Policy.Statements;

/// <summary>Reads what documents state, one file a document.</summary>
public static class StatementReader
{
    private static readonly Dictionary<StatedQuantity, IReadOnlyDictionary<string, double>> Units = new()
    {
        [StatedQuantity.Peak] = new Dictionary<string, double> { ["TFLOP/s"] = 1, ["PFLOP/s"] = 1e3, ["EFLOP/s"] = 1e6 },
        [StatedQuantity.Interconnect] = new Dictionary<string, double> { ["GB/s"] = 1, ["TB/s"] = 1e3, ["PB/s"] = 1e6, ["Gb/s"] = 0.125 },
        [StatedQuantity.Memory] = new Dictionary<string, double> { ["GB"] = 1, ["TB"] = 1e3 },
        [StatedQuantity.MemoryBandwidth] = new Dictionary<string, double> { ["GB/s"] = 1, ["TB/s"] = 1e3 },
    };

    /// <exception cref="InvalidInputException">Some file is wrong; every finding is in it.</exception>
    public static IReadOnlyList<Statement> ReadFolder(string folder)
    {
        var (statements, findings) = (new List<Statement>(), new DiagnosticList());
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            try
            {
                statements.AddRange(MappingReader.ReadFile(path, Read));
            }
            catch (InvalidInputException invalid)
            {
                findings.AddRange(invalid.Diagnostics);
            }
        }

        findings.ThrowOnErrors();
        return statements;
    }

    private static IReadOnlyList<Statement> Read(MappingReader root)
    {
        var document = root.Text("document");
        root.OptionalText("note");
        return [.. root.Mappings("statements", "id").Select(statement => One(statement, document))];
    }

    private static Statement One(MappingReader from, string document)
    {
        var quantity = from.Word<StatedQuantity>("quantity");
        return new Statement
        {
            Id = from.Text("id"),
            Document = document,
            Says = from.Text("says"),
            Subject = from.Text("subject"),
            Quantity = quantity,
            Value = quantity is StatedQuantity.Mention or StatedQuantity.Successor ? double.NaN : Value(from, quantity),
            Against = quantity is StatedQuantity.TimesAsFast or StatedQuantity.Successor ? from.Text("against") : "",
            Group = from.OptionalText("group") ?? "",
            Said = from.Has("said") ? Number(from, "said", from.Text("said")) : double.NaN,
            FollowsFrom = from.OptionalText("follows_from") is { } text ? Expression(from, text) : null,
        };
    }

    private static double Value(MappingReader from, StatedQuantity quantity)
    {
        var text = from.Text("value");
        if (text.Length == 0)
        {
            return double.NaN;
        }

        if (!Units.TryGetValue(quantity, out var units))
        {
            return Number(from, "value", text);
        }

        var parts = text.Split(' ', 2);
        if (parts.Length == 2 && units.TryGetValue(parts[1], out var scale))
        {
            return Number(from, "value", parts[0]) * scale;
        }

        from.Error("value", DiagnosticCode.BadValue, $"'value' is '{text}', expected a number in {string.Join(", ", units.Keys)}");
        return double.NaN;
    }

    private static double Number(MappingReader from, string key, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        from.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected a number");
        return double.NaN;
    }

    private static Expression? Expression(MappingReader from, string text)
    {
        try
        {
            return ExpressionParser.Arithmetic(text);
        }
        catch (FormatException wrong)
        {
            from.Error("follows_from", DiagnosticCode.BadValue, $"'follows_from' is '{text}': {wrong.Message}");
            return null;
        }
    }
}
