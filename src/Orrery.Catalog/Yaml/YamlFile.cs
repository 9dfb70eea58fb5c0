using Orrery.Domain.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orrery.Catalog.Yaml;

/// <summary>One parsed YAML file: its root mapping, or the reasons why there is none.</summary>
/// <param name="Name">How messages name the file.</param>
/// <param name="Root">Null exactly when <paramref name="Diagnostics"/> holds an error that left nothing to read.</param>
public sealed record YamlFile(string Name, YamlMapping? Root, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Far above the largest catalog file, far below what would cost seconds to parse.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDepth = 32;

    /// <summary>Reads a file; whatever is wrong with it becomes a diagnostic, never an exception.</summary>
    public static YamlFile Load(string path, string name)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length > MaxBytes ? TooLarge(name, length) : Parse(File.ReadAllText(path), name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(name, DiagnosticCode.Unreadable, "the file cannot be read: " + error.Message, Mark.Empty);
        }
    }

    public static YamlFile Parse(string text, string name)
    {
        if (text.Length > MaxBytes)
        {
            return TooLarge(name, text.Length);
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            return new Builder(name).Build(parser);
        }
        catch (YamlException error)
        {
            return Failed(name, DiagnosticCode.Syntax, "this is not valid YAML: " + Sentence(error.Message), error.Start);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet's scanner gives up this way on some damaged plain scalars; found by random damage in the tests.
            return Failed(name, DiagnosticCode.Syntax, "this is not valid YAML after here", parser.Current?.End ?? Mark.Empty);
        }
    }

    private static YamlFile TooLarge(string name, long length) =>
        Failed(name, DiagnosticCode.TooLarge, $"the file has {length} bytes, expected at most {MaxBytes}", Mark.Empty);

    private static YamlFile Failed(string name, string code, string message, in Mark at) =>
        new(name, null, [new Diagnostic(Severity.Error, code, message, name, (int)at.Line, (int)at.Column)]);

    private static string Sentence(string message) => message.Trim().TrimEnd('.');

    /// <summary>
    /// Builds the tree from parser events instead of YamlDotNet's own document model: no recursion (deep nesting cannot
    /// overflow the stack), no aliases (no exponential growth), and duplicate keys are reported instead of thrown.
    /// </summary>
    private sealed class Builder(string name)
    {
        private readonly DiagnosticList _diagnostics = [];
        private readonly Stack<Open> _open = new();
        private YamlValue? _root;
        private int _documents;

        public YamlFile Build(IParser parser)
        {
            while (parser.MoveNext())
            {
                var at = parser.Current!;
                switch (at)
                {
                    case DocumentStart when ++_documents > 1:
                        return Stop(DiagnosticCode.Syntax, "a second document starts here, expected one document a file", at.Start);
                    case AnchorAlias:
                        return Stop(DiagnosticCode.Syntax, "an alias ('*name') is used, expected the value itself", at.Start);
                    case Scalar scalar:
                        Place(new YamlScalar(scalar.Value, (int)scalar.Start.Line, (int)scalar.Start.Column));
                        break;
                    case MappingStart or SequenceStart when _open.Count == MaxDepth:
                        return Stop(DiagnosticCode.TooLarge, $"nested more than {MaxDepth} levels deep", at.Start);
                    case MappingStart:
                        _open.Push(new Open(at.Start, []));
                        break;
                    case SequenceStart:
                        _open.Push(new Open(at.Start, null));
                        break;
                    case MappingEnd or SequenceEnd:
                        Place(_open.Pop().Close());
                        break;
                }
            }

            return _root is YamlMapping mapping
                ? new YamlFile(name, mapping, _diagnostics)
                : Stop(DiagnosticCode.BadValue, $"the file holds {_root?.Kind ?? "nothing"}, expected a mapping of keys to values", Mark.Empty);
        }

        private YamlFile Stop(string code, string message, in Mark at)
        {
            _diagnostics.Error(code, message, name, (int)at.Line, (int)at.Column);
            return new YamlFile(name, null, _diagnostics);
        }

        private void Place(YamlValue value)
        {
            if (!_open.TryPeek(out var open))
            {
                _root = value;
            }
            else if (open.Entries is null)
            {
                open.Items.Add(value);
            }
            else if (open.Key is not null)
            {
                open.Entries.Add(new(open.Key, value));
                open.Key = null;
            }
            else
            {
                open.Key = value as YamlScalar ?? new YamlScalar("", value.Line, value.Column);
                Check(open, open.Key, value);
            }
        }

        private void Check(Open open, YamlScalar key, YamlValue found)
        {
            if (found is not YamlScalar)
            {
                _diagnostics.Error(DiagnosticCode.BadValue, $"{found.Kind} is used as a key, expected a word", name, key.Line, key.Column);
            }
            else if (open.Entries!.Exists(entry => entry.Key.Text == key.Text))
            {
                var first = open.Entries.Find(entry => entry.Key.Text == key.Text).Key;
                _diagnostics.Error(
                    DiagnosticCode.DuplicateKey, $"'{key.Text}' appears twice, first on line {first.Line}", name, key.Line, key.Column);
            }
        }
    }

    private sealed class Open(Mark start, List<KeyValuePair<YamlScalar, YamlValue>>? entries)
    {
        public List<KeyValuePair<YamlScalar, YamlValue>>? Entries { get; } = entries;

        public List<YamlValue> Items { get; } = [];

        public YamlScalar? Key { get; set; }

        public YamlValue Close() => Entries is null
            ? new YamlSequence(Items, (int)start.Line, (int)start.Column)
            : new YamlMapping(Entries, (int)start.Line, (int)start.Column);
    }
}
