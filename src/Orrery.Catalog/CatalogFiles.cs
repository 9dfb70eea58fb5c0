using System.Collections.Concurrent;
using Orrery.Catalog.Models;
using Orrery.Catalog.Yaml;

namespace Orrery.Catalog;

/// <summary>The folders themselves: file names, parsed documents, their values and name indices, shared by every view of a catalog.</summary>
/// <param name="folder">The whole catalog.</param>
/// <param name="own">A second one, whose things are added to it and stand before those of the same id; null for none.</param>
internal sealed class CatalogFiles(string folder, string? own = null)
{
    private readonly ConcurrentDictionary<FileKey, YamlFile?> _documents = new();
    private readonly ConcurrentDictionary<FileKey, ReadValues> _values = new();
    private readonly ConcurrentDictionary<CatalogKind, NameIndex> _indices = new();

    public string Folder { get; } = folder;

    public string? Own { get; } = own;

    /// <summary>The folders in the order in which names are looked up.</summary>
    public IReadOnlyList<string> Folders { get; } = own is null ? [folder] : [own, folder];

    /// <summary>How many files were parsed so far; what laziness means in a test.</summary>
    public int ParsedCount => _documents.Count(entry => entry.Value is not null);

    /// <summary>The ids of a kind, in ordinal order.</summary>
    public IReadOnlyList<string> Ids(CatalogKind kind) =>
    [
        .. Folders.Select(each => Path.Combine(each, kind.Folder())).Where(Directory.Exists)
            .SelectMany(path => Directory.EnumerateFiles(path, "*.yaml")).Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

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
        _indices.GetOrAdd(kind, wanted => new NameIndex(
            Ids(wanted).OrderBy(id => IsOwn(wanted, id) ? 0 : 1).Select(id => (id, PathOf(wanted, id))))); // an own thing keeps a name that a shipped one has too

    public string PathOf(CatalogKind kind, string id) => Path.Combine(FolderOf(kind, id), kind.Folder(), id + ".yaml");

    /// <summary>Whether the thing of that id stands in the second folder.</summary>
    public bool IsOwn(CatalogKind kind, string id) => Own is not null && File.Exists(Path.Combine(Own, kind.Folder(), id + ".yaml"));

    /// <summary>How messages name a file: below the catalog folder, with forward slashes.</summary>
    public string NameOf(CatalogKind kind, string id) => NameOf(FolderOf(kind, id), $"{kind.Folder()}/{id}.yaml");

    /// <summary>The same for a path below one of the folders.</summary>
    public static string NameOf(string folder, string relative) => $"{Path.GetFileName(folder)}/{relative}";

    private string FolderOf(CatalogKind kind, string id) => IsOwn(kind, id) ? Own! : Folder;

    /// <summary>Ids are kebab-case; anything else never reaches the file system, so no name can leave the folder.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and < 100 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.')
        && !text.Contains("..", StringComparison.Ordinal);
}
