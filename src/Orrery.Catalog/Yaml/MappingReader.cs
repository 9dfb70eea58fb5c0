using System.Globalization;
using Orrery.Domain.Diagnostics;

namespace Orrery.Catalog.Yaml;

/// <summary>
/// Typed access to one mapping. A required key that is missing or wrong is reported and read as a placeholder, so that
/// reading goes on and all errors come at once; whoever owns the file discards the result when there were any.
/// Keys nobody asked for are reported by <see cref="ReportUnknownKeys"/>.
/// </summary>
internal sealed partial class MappingReader
{
    private readonly ReadContext _context;
    private readonly YamlMapping _mapping;
    private readonly bool _isPlaceholder;
    private readonly HashSet<string> _known = [];
    private readonly List<MappingReader> _children = [];

    public MappingReader(ReadContext context, YamlMapping mapping, string path = "", bool isPlaceholder = false)
    {
        (_context, _mapping, Path, _isPlaceholder) = (context, mapping, path, isPlaceholder);
    }

    /// <summary>Reads a whole file that stands outside the catalog.</summary>
    /// <exception cref="InvalidInputException">Something is wrong with it; every finding is in the exception.</exception>
    public static T ReadFile<T>(string path, Func<MappingReader, T> read)
    {
        var file = YamlFile.Load(path, path);
        var context = new ReadContext(path);
        context.Diagnostics.AddRange(file.Diagnostics);
        if (file.Root is null)
        {
            context.Diagnostics.ThrowOnErrors();
        }

        var root = new MappingReader(context, file.Root!);
        var result = read(root);
        root.ReportUnknownKeys();
        context.Diagnostics.ThrowOnErrors();
        return result;
    }

    /// <summary>Reads a file of one's own that starts as the files of the catalog do; its name is the id.</summary>
    /// <exception cref="InvalidInputException">Something is wrong with it; every finding is in the exception.</exception>
    public static T ReadHeaded<T>(string path, Func<ThingHeader, MappingReader, T> read) =>
        ReadFile(path, root => read(ThingHeader.Read(root._context, root, System.IO.Path.GetFileNameWithoutExtension(path)), root));

    /// <summary>Dotted path of this mapping inside its file; empty for the root.</summary>
    public string Path { get; }

    /// <summary>In file order; a key that appears twice was reported when the file was parsed and counts once.</summary>
    public IEnumerable<string> Keys => _mapping.Entries.Select(entry => entry.Key.Text).Distinct();

    public bool Has(string key) => _mapping[key] is not null;

    /// <summary>Whether a key's value is text rather than a mapping or a list.</summary>
    public bool IsText(string key) => _mapping[key] is YamlScalar;

    /// <summary>Required text.</summary>
    public string Text(string key) => OptionalText(key) ?? Missing(key, "text", "");

    public string? OptionalText(string key)
    {
        var node = Find(key);
        if (node is not YamlScalar scalar)
        {
            return node is null ? null : Wrong(node, key, "text", "");
        }

        if (_context.IsRecording)
        {
            _context.Record(new CatalogValue(PathOf(key), scalar.Text, "", "", "", null, "", double.NaN, double.NaN, double.NaN, scalar.Line, scalar.Column));
        }

        return scalar.Text;
    }

    /// <summary>Required whole number.</summary>
    public int Integer(string key) => OptionalInteger(key) ?? Missing(key, "a whole number", 1);

    public int? OptionalInteger(string key)
    {
        var text = OptionalText(key);
        return text is null ? null
            : int.TryParse(text, NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : Wrong(Find(key)!, key, "a whole number", 1);
    }

    /// <summary>True or false; absent means false.</summary>
    public bool Flag(string key) => OptionalText(key) switch
    {
        null or "false" => false,
        "true" => true,
        _ => Wrong(Find(key)!, key, "true or false", false),
    };

    /// <summary>Required word of a list, written in kebab-case.</summary>
    public T Word<T>(string key) where T : struct, Enum => OptionalWord<T>(key) ?? Missing(key, Words<T>(), default(T));

    public T? OptionalWord<T>(string key) where T : struct, Enum
    {
        var text = OptionalText(key);
        return text is null ? null : TryWord<T>(text, out var word) ? word : Wrong(Find(key)!, key, Words<T>(), default(T));
    }

    /// <summary>Required mapping below this one.</summary>
    public MappingReader Mapping(string key) =>
        OptionalMapping(key) ?? Missing(key, "a mapping", Nothing(key));

    public MappingReader? OptionalMapping(string key) => Find(key) switch
    {
        null => null,
        YamlMapping mapping => Child(mapping, PathOf(key)),
        var other => Wrong(other, key, "a mapping", Nothing(key)),
    };

    /// <summary>A list of mappings, each with its own <paramref name="nameKey"/>, which names it in paths; absent is empty.</summary>
    public IReadOnlyList<MappingReader> Mappings(string key, string nameKey)
    {
        var found = new List<MappingReader>();
        foreach (var item in Items(key))
        {
            if (item is YamlMapping mapping)
            {
                var name = (mapping[nameKey] as YamlScalar)?.Text ?? found.Count.ToString(CultureInfo.InvariantCulture);
                found.Add(Child(mapping, PathOf(key) + "." + name));
            }
            else
            {
                Wrong(item, key, "a list of mappings", 0);
            }
        }

        return found;
    }

    /// <summary>A list of texts; absent is empty.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select(item => item is YamlScalar scalar ? scalar.Text : Wrong(item, key, "a list of texts", ""))];

    /// <summary>A list of words, each at most once; null where the key is absent. Items that are wrong are reported and left out.</summary>
    public IReadOnlyList<T>? OptionalWords<T>(string key, IReadOnlyDictionary<string, T> words)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        var found = new List<T>();
        foreach (var item in Items(key))
        {
            if (item is not YamlScalar scalar || !words.TryGetValue(scalar.Text, out var word))
            {
                var near = item is YamlScalar wrong ? Spelling.Closest(wrong.Text, words.Keys) : null;
                _context.Error(
                    item, DiagnosticCode.BadValue, $"'{PathOf(key)}' holds {item.Kind}, expected {string.Join(", ", words.Keys)}",
                    near is null ? "" : $"did you mean '{near}'?");
            }
            else if (found.Contains(word))
            {
                _context.Error(item, DiagnosticCode.BadValue, $"'{PathOf(key)}' holds {item.Kind} twice, expected each word once");
            }
            else
            {
                found.Add(word);
            }
        }

        if (_context.IsRecording)
        {
            var text = string.Join(", ", words.Where(word => found.Contains(word.Value)).Select(word => word.Key));
            _context.Record(new CatalogValue(PathOf(key), text, "", "", "", null, "", double.NaN, double.NaN, double.NaN, node.Line, node.Column));
        }

        return found;
    }

    /// <summary>Reports something about a key's value that only the caller can judge.</summary>
    public void Error(string key, string code, string message, string hint = "")
    {
        if (!_isPlaceholder)
        {
            _context.Error(Find(key) ?? _mapping, code, message, hint);
        }
    }

    /// <summary>Reports keys that nobody asked for, here and below.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var (key, _) in _mapping.Entries)
        {
            if (!_known.Contains(key.Text))
            {
                var closest = Spelling.Closest(key.Text, _known);
                _context.Error(
                    key, DiagnosticCode.UnknownKey,
                    $"unknown key '{key.Text}'{In(Path)}, expected one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}",
                    closest is null ? "" : $"did you mean '{closest}'?");
            }
        }

        _children.ForEach(child => child.ReportUnknownKeys());
    }

    internal static bool TryWord<T>(string text, out T word) where T : struct, Enum =>
        WordTable<T>.Exact.TryGetValue(text, out word) || WordTable<T>.ByLetters.TryGetValue(Spelling.Normalize(text), out word);

    private static string Words<T>() where T : struct, Enum => "one of " + string.Join(", ", Enum.GetNames<T>().Select(Kebab));

    private static string Kebab(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? "-" + letter : letter.ToString())).ToLowerInvariant();

    private static string In(string path) => path.Length == 0 ? "" : $" in '{path}'";

    private YamlValue? Find(string key)
    {
        _known.Add(key);
        return _isPlaceholder ? null : _mapping[key];
    }

    private IReadOnlyList<YamlValue> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequence sequence => sequence.Items,
        var other => Wrong<IReadOnlyList<YamlValue>>(other, key, "a list", []),
    };

    private MappingReader Child(YamlMapping mapping, string path)
    {
        var child = new MappingReader(_context, mapping, path);
        _children.Add(child);
        return child;
    }

    /// <summary>Stands for a mapping that is not there: everything in it reads as a placeholder, and nothing is reported twice.</summary>
    private MappingReader Nothing(string key) =>
        new(_context, new YamlMapping([], _mapping.Line, _mapping.Column), PathOf(key), isPlaceholder: true);

    private string PathOf(string key) => Path.Length == 0 ? key : Path + "." + key;

    private T Missing<T>(string key, string expected, T placeholder)
    {
        // A null from a present but wrong value was reported already.
        if (!_isPlaceholder && !Has(key))
        {
            _context.Error(_mapping, DiagnosticCode.MissingKey, $"'{PathOf(key)}' is missing, expected {expected}");
        }

        return placeholder;
    }

    private T Wrong<T>(YamlValue node, string key, string expected, T placeholder)
    {
        _context.Error(node, DiagnosticCode.BadValue, $"'{PathOf(key)}' is {node.Kind}, expected {expected}");
        return placeholder;
    }

    /// <summary>The words of an enum, looked up once: confidence words stand at every second value.</summary>
    private static class WordTable<T> where T : struct, Enum
    {
        public static Dictionary<string, T> Exact { get; } = Enum.GetValues<T>().ToDictionary(value => Kebab(value.ToString()));

        public static Dictionary<string, T> ByLetters { get; } = Enum.GetValues<T>().ToDictionary(value => Spelling.Normalize(value.ToString()));
    }
}
