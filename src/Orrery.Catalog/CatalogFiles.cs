using System.Collections.Concurrent;
using Orrery.Catalog.Models;
using Orrery.Catalog.Yaml;

namespace Orrery.Catalog;

/// <summary>The folder itself: file names, parsed documents, their values and name indices, shared by every view of a catalog.</summary>
internal sealed class CatalogFiles(string folder)
{
    private readonly ConcurrentDictionary<FileKey, YamlFile?> _documents = new();
    private readonly ConcurrentDictionary<FileKey, ReadValues> _values = new();
    private readonly ConcurrentDictionary<CatalogKind, NameIndex> _indices = new();

    public string Folder { get; } = folder;

    /// <summary>How many files were parsed so far; what laziness means in a test.</summary>
    public int ParsedCount => _documents.Count(entry => entry.Value is not null);

    /// <summary>The ids of a kind, in ordinal order.</summary>
    public IReadOnlyList<string> Ids(CatalogKind kind)
    {
        var path = Path.Combine(Folder, kind.Folder());
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!]
            : [];
    }

    public YamlFile? Document(CatalogKind kind, string id) => _documents.GetOrAdd(new FileKey(kind, id), key =>
    {
        var path = PathOf(key.Kind, key.Id);
        return IsId(key.Id) && File.Exists(path) ? YamlFile.Load(path, NameOf(key.Kind, key.Id)) : null;
    });

    /// <summary>The values of a document that some view has read before.</summary>
    public ReadValues Values(CatalogKind kind, string id) => _values.GetOrAdd(new FileKey(kind, id), _ => new ReadValues());

    /// <summary>The id that a name means; the name indices are built only when the name is not itself a file's.</summary>
    public string? Resolve(CatalogKind kind, string name) =>
        IsId(name) && File.Exists(PathOf(kind, name)) ? name
        : kind == CatalogKind.Models ? ModelNames.Spellings(name).Select(Index(kind).Find).FirstOrDefault(id => id is not null)
        : Index(kind).Find(name);

    public NameIndex Index(CatalogKind kind) =>
        _indices.GetOrAdd(kind, wanted => new NameIndex(Ids(wanted).Select(id => (id, PathOf(wanted, id)))));

    public string PathOf(CatalogKind kind, string id) => Path.Combine(Folder, kind.Folder(), id + ".yaml");

    /// <summary>How messages name a file: below the catalog folder, with forward slashes.</summary>
    public string NameOf(CatalogKind kind, string id) => $"{Path.GetFileName(Folder)}/{kind.Folder()}/{id}.yaml";

    /// <summary>The same for a path below the catalog folder.</summary>
    public string NameOf(string relative) => $"{Path.GetFileName(Folder)}/{relative}";

    /// <summary>Ids are kebab-case; anything else never reaches the file system, so no name can leave the folder.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and < 100 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.')
        && !text.Contains("..", StringComparison.Ordinal);
}
