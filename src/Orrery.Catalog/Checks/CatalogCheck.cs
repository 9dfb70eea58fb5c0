using Orrery.Catalog.Facts;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;

namespace Orrery.Catalog.Checks;

/// <summary>Reads every file of a catalog and says everything that is wrong with it.</summary>
public static class CatalogCheck
{
    /// <summary>All findings, by file and place; an empty list is a sound catalog.</summary>
    public static IReadOnlyList<Diagnostic> Run(OrreryCatalog catalog)
    {
        var findings = new DiagnosticList();
        var sources = catalog.ReadSources(findings);
        var usedSources = new HashSet<string>();
        foreach (var kind in Enum.GetValues<CatalogKind>())
        {
            foreach (var id in catalog.Ids(kind))
            {
                CheckFile(catalog, kind, id, sources, usedSources, findings);
            }

            foreach (var (name, first, second) in catalog.Files.Index(kind).Clashes.Where(clash =>
                catalog.Files.IsOwn(kind, clash.First) == catalog.Files.IsOwn(kind, clash.Second))) // an own thing may take a shipped one's name
            {
                findings.Error(
                    DiagnosticCode.DuplicateName, $"'{name}' is a name of '{first}' too, expected a name of its own",
                    catalog.Files.NameOf(kind, second));
            }
        }

        CheckReferences(catalog, findings);
        CheckDefault<CriticalBatchLaw>(catalog, CatalogKind.Laws, law => (law.Id, law.IsDefault), findings);
        CheckDefault<LossLaw>(catalog, CatalogKind.LossLaws, law => (law.Id, law.IsDefault), findings);
        CheckStrays(catalog, findings);
        foreach (var unused in sources.Keys.Where(id => !usedSources.Contains(id)).Order(StringComparer.Ordinal))
        {
            findings.Warning(DiagnosticCode.Orphan, $"no value names the source '{unused}'", CatalogFiles.NameOf(catalog.Folder, OrreryCatalog.SourceFile));
        }

        return [.. findings.Distinct().OrderBy(item => item.File, StringComparer.Ordinal).ThenBy(item => item.Line).ThenBy(item => item.Column)];
    }

    private static void CheckFile(
        OrreryCatalog catalog, CatalogKind kind, string id, IReadOnlyDictionary<string, SourceEntry> sources,
        HashSet<string> usedSources, DiagnosticList findings)
    {
        var values = new List<CatalogValue>();
        try
        {
            catalog.Read(kind, id, values);
        }
        catch (InvalidInputException error)
        {
            findings.AddRange(error.Diagnostics);
        }

        var file = catalog.Files.NameOf(kind, id);
        foreach (var value in values)
        {
            foreach (var source in Sources(value))
            {
                usedSources.Add(source);
                if (!sources.ContainsKey(source))
                {
                    var close = Spelling.Closest(source, sources.Keys);
                    findings.Error(
                        DiagnosticCode.UnknownSource, $"'{value.Path}' names the source '{source}', expected an id of {OrreryCatalog.SourceFile}",
                        file, value.Line, value.Column, close is null ? "" : $"did you mean '{close}'?");
                }
            }
        }
    }

    /// <summary>A value may rest on several sources, joined by '+'; the file's own <c>source:</c> counts as well.</summary>
    private static IEnumerable<string> Sources(CatalogValue value)
    {
        var text = value.Path == "source" || value.Path.EndsWith(".source", StringComparison.Ordinal) ? value.Text : value.Source;
        return text.Length == 0 ? [] : text.Split('+');
    }

    private static void CheckReferences(OrreryCatalog catalog, DiagnosticList findings)
    {
        var profiles = new HashSet<string>();
        foreach (var id in catalog.Ids(CatalogKind.Chips))
        {
            if (catalog.TryRead(CatalogKind.Chips, id) is not Domain.Hardware.Chip chip)
            {
                continue;
            }

            profiles.Add(chip.KernelProfileId);
            if (chip.DefaultSystem.Length > 0 && !catalog.Ids(CatalogKind.Systems).Contains(chip.DefaultSystem))
            {
                var close = catalog.Suggest(CatalogKind.Systems, chip.DefaultSystem);
                findings.Error(
                    DiagnosticCode.UnknownName, $"'default_system' is '{chip.DefaultSystem}', expected the id of a file in systems/",
                    catalog.Files.NameOf(CatalogKind.Chips, id), hint: close is null ? "" : $"did you mean '{close}'?");
            }
        }

        foreach (var id in catalog.Ids(CatalogKind.Kernels).Where(id => !profiles.Contains(id)))
        {
            findings.Warning(DiagnosticCode.Orphan, "no chip names this kernel profile", catalog.Files.NameOf(CatalogKind.Kernels, id));
        }
    }

    /// <summary>Where there are laws of a kind, exactly one is the default; laws that cannot be read were reported.</summary>
    private static void CheckDefault<T>(OrreryCatalog catalog, CatalogKind kind, Func<T, (string Id, bool IsDefault)> of, DiagnosticList findings) where T : class
    {
        var laws = catalog.Ids(kind).Select(id => catalog.TryRead(kind, id) as T).ToList();
        var defaults = laws.OfType<T>().Select(of).Where(law => law.IsDefault).ToList();
        foreach (var law in defaults.Skip(1))
        {
            findings.Error(
                DiagnosticCode.BadValue, $"'default' is true here and in '{defaults[0].Id}', expected one default law",
                catalog.Files.NameOf(kind, law.Id));
        }

        if (laws.Count > 0 && !laws.Contains(null) && defaults.Count == 0)
        {
            findings.Error(DiagnosticCode.MissingKey, "'default' is missing, expected true in one law", catalog.Files.NameOf(kind, of(laws[0]!).Id));
        }
    }

    /// <summary>Files and folders that no reader looks at: most likely a typing mistake in a name.</summary>
    private static void CheckStrays(OrreryCatalog catalog, DiagnosticList findings)
    {
        var folders = Enum.GetValues<CatalogKind>().Select(kind => kind.Folder()).ToHashSet();
        foreach (var (folder, path) in catalog.Files.Folders.SelectMany(
            folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => (folder, path))))
        {
            var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
            var parts = relative.Split('/');
            var isKnown = parts.Length switch
            {
                1 => relative == OrreryCatalog.SourceFile || (Directory.Exists(path) && folders.Contains(relative)),
                2 => folders.Contains(parts[0]) && relative.EndsWith(".yaml", StringComparison.Ordinal) && CatalogFiles.IsId(parts[1][..^5]),
                _ => false,
            };
            if (!isKnown && (parts.Length == 1 || folders.Contains(parts[0])))
            {
                findings.Error(
                    DiagnosticCode.Orphan, "nothing reads this, expected sources.yaml or FOLDER/ID.yaml with an id of a-z, 0-9, '-' and '.'",
                    CatalogFiles.NameOf(folder, relative), hint: $"folders are {string.Join(", ", folders)}");
            }
        }
    }
}
