using System.Globalization;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Quantities;

namespace Orrery.Catalog.Yaml;

/// <summary>Reading of values with source, confidence and range.</summary>
internal sealed partial class MappingReader
{
    private static readonly string[] SourcedKeys = ["value", "low", "high", "source", "confidence", "note"];

    /// <summary>Reads a value's text; on failure says what was expected.</summary>
    public delegate bool ValueParser<T>(string text, out T value, out string expected);

    /// <summary>Required quantity, never negative.</summary>
    public Sourced<T> Quantity<T>(string key) where T : struct, IQuantity<T> =>
        OptionalQuantity<T>(key) ?? Missing(key, $"a {T.Dimension.Name}", Placeholder<T>());

    public Sourced<T>? OptionalQuantity<T>(string key) where T : struct, IQuantity<T> =>
        Sourced<T>(key, QuantityText.TryParse, quantity => quantity.Value);

    /// <summary>Required plain number, never negative.</summary>
    public Sourced<double> Number(string key) => OptionalNumber(key) ?? Missing(key, "a number", Placeholder<double>());

    public Sourced<double>? OptionalNumber(string key) => Sourced<double>(key, TryNumber, number => number);

    /// <summary>Required count of things, at least 1.</summary>
    public Sourced<int> Count(string key) => OptionalCount(key) ?? Missing(key, "a whole number", Placeholder<int>());

    public Sourced<int>? OptionalCount(string key) => Sourced<int>(key, TryCount, count => count);

    /// <summary>Any value a parser can read; <paramref name="magnitude"/> orders values and must not be negative.</summary>
    /// <param name="remembers">False for a parser with a state of its own, which must see the texts each time.</param>
    public Sourced<T>? Sourced<T>(string key, ValueParser<T> parse, Func<T, double> magnitude, bool remembers = true) where T : struct
    {
        var node = Find(key);
        if (node is null)
        {
            return null;
        }

        if (node is not YamlScalar && node is not YamlMapping)
        {
            return Wrong<Sourced<T>?>(node, key, "a value, or a mapping with 'value'", null);
        }

        var path = PathOf(key);
        if (!remembers || _context.IsRecording || !_context.Values.TryGet<T>(node, out var read))
        {
            var before = _context.Diagnostics.Count;
            read = AsWritten(node, path, parse, magnitude);
            if (remembers && read is not null && _context.Diagnostics.Count == before)
            {
                _context.Values.Add(node, read);
            }
        }

        return read is null ? null : Overridden(read, node, path, parse, magnitude);
    }

    private Sourced<T>? AsWritten<T>(YamlValue node, string path, ValueParser<T> parse, Func<T, double> magnitude) where T : struct
    {
        var fields = node as YamlMapping;
        if (fields is not null)
        {
            ReportUnknownFields(fields, path);
        }

        var valueNode = fields is null ? node : fields["value"];
        if (valueNode is null)
        {
            _context.Error(node, DiagnosticCode.MissingKey, $"'{path}.value' is missing");
            return null;
        }

        if (Parse(valueNode, path, parse, magnitude) is not { } value)
        {
            return null;
        }

        var source = TextOf(fields, "source") ?? _context.Source;
        var confidence = ConfidenceOf(fields, path) ?? _context.Confidence;
        if (source is null || confidence is null)
        {
            _context.Error(node, DiagnosticCode.NoSource, $"'{path}' has no {(source is null ? "source" : "confidence")}, expected one here or at the top of the file");
            return null;
        }

        if (Range(fields, node, path, value, confidence.Value, parse, magnitude) is not var (low, high))
        {
            return null;
        }

        var read = new Sourced<T>(value, source, confidence.Value, low, high, TextOf(fields, "note") ?? "");
        Record(path, (YamlScalar)valueNode, fields, read, magnitude);
        return read;
    }

    // In base units; the arithmetic of all the computers on Earth over a century stays below it.
    private const double Largest = 1e30;

    private static bool TryNumber(string text, out double number, out string expected)
    {
        var read = QuantityText.TryParse<Scalar>(text, out var scalar, out expected);
        number = scalar.Value;
        return read;
    }

    private static bool TryCount(string text, out int count, out string expected)
    {
        expected = "a whole number, at least 1";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
    }

    private static Sourced<T> Placeholder<T>() where T : struct => new(default, "", Orrery.Domain.Confidence.Assumed);

    private static string? TextOf(YamlMapping? fields, string key) => (fields?[key] as YamlScalar)?.Text;

    private T? Parse<T>(YamlValue node, string path, ValueParser<T> parse, Func<T, double> magnitude) where T : struct
    {
        string expected;
        if (node is not YamlScalar scalar)
        {
            parse("", out _, out expected);
        }
        else if (parse(scalar.Text, out var value, out expected))
        {
            if (magnitude(value) is >= 0 and <= Largest)
            {
                return value;
            }

            _context.Error(node, DiagnosticCode.OutOfRange, $"'{path}' is {node.Kind}, expected nothing {(magnitude(value) < 0 ? "below zero" : "so large")}");
            return null;
        }

        _context.Error(node, DiagnosticCode.BadValue, $"'{path}' is {node.Kind}, expected {expected}");
        return null;
    }

    private Confidence? ConfidenceOf(YamlMapping? fields, string path)
    {
        if (fields?["confidence"] is not { } node)
        {
            return null;
        }

        if (node is YamlScalar scalar && TryWord<Confidence>(scalar.Text, out var confidence))
        {
            return confidence;
        }

        _context.Error(node, DiagnosticCode.BadValue, $"'{path}.confidence' is {node.Kind}, expected {Words<Confidence>()}");
        return Orrery.Domain.Confidence.Published;
    }

    private (T Low, T High)? Range<T>(
        YamlMapping? fields, YamlValue node, string path, T value, Confidence confidence, ValueParser<T> parse, Func<T, double> magnitude)
        where T : struct
    {
        var (lowNode, highNode) = (fields?["low"], fields?["high"]);
        if (lowNode is null && highNode is null && confidence < Orrery.Domain.Confidence.Claimed)
        {
            return (value, value);
        }

        if (lowNode is null || highNode is null)
        {
            var word = Kebab(confidence.ToString());
            _context.Error(node, DiagnosticCode.NoRange, $"'{path}' is {word} and has no range, expected 'low' and 'high'");
            return null;
        }

        var low = Parse(lowNode, path + ".low", parse, magnitude);
        var high = Parse(highNode, path + ".high", parse, magnitude);
        if (low is null || high is null)
        {
            return null;
        }

        if (magnitude(low.Value) > magnitude(value) || magnitude(high.Value) < magnitude(value))
        {
            _context.Error(lowNode, DiagnosticCode.BadRange, $"'{path}' has the range {lowNode.Kind} to {highNode.Kind}, expected one that holds its value {(fields!["value"] ?? node).Kind}");
            return null;
        }

        return (low.Value, high.Value);
    }

    private void ReportUnknownFields(YamlMapping fields, string path)
    {
        foreach (var (key, value) in fields.Entries)
        {
            if (!SourcedKeys.Contains(key.Text))
            {
                _context.Error(key, DiagnosticCode.UnknownKey, $"unknown key '{key.Text}' in '{path}', expected one of {string.Join(", ", SourcedKeys)}");
            }
            else if (value is not YamlScalar && key.Text is "source" or "note")
            {
                _context.Error(value, DiagnosticCode.BadValue, $"'{path}.{key.Text}' is {value.Kind}, expected text");
            }
        }
    }

    private void Record<T>(string path, YamlScalar at, YamlMapping? fields, Sourced<T> read, Func<T, double> magnitude) where T : struct
    {
        if (_context.IsRecording)
        {
            _context.Record(new CatalogValue(
                path, at.Text, TextOf(fields, "low") ?? "", TextOf(fields, "high") ?? "", read.Source, read.Confidence, read.Note,
                magnitude(read.Low), magnitude(read.Value), magnitude(read.High), at.Line, at.Column));
        }
    }

    private Sourced<T>? Overridden<T>(Sourced<T> read, YamlValue node, string path, ValueParser<T> parse, Func<T, double> magnitude)
        where T : struct
    {
        if (_context.OverrideFor(path) is not { } change)
        {
            return read;
        }

        var at = (node as YamlMapping)?["value"] ?? node;
        var value = change.End switch
        {
            RangeEnd.Low => read.Low,
            RangeEnd.High => read.High,
            _ => Parse(new YamlScalar(change.Text, at.Line, at.Column), path, parse, magnitude),
        };
        return value is null ? null : read with { Value = value.Value, Low = value.Value, High = value.Value };
    }
}
