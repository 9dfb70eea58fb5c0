using Orrery.Catalog.Models;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;

namespace Orrery.Catalog.Facts;

/// <summary>Reads sources.yaml: by id, a citation and whether it was read.</summary>
internal static class SourceListReader
{
    public static IReadOnlyDictionary<string, SourceEntry> Read(YamlFile file, DiagnosticList diagnostics)
    {
        diagnostics.AddRange(file.Diagnostics);
        var sources = new Dictionary<string, SourceEntry>();
        if (file.Root is null)
        {
            return sources;
        }

        var context = new ReadContext(file.Name);
        var root = new MappingReader(context, file.Root);
        foreach (var id in root.Keys.Distinct())
        {
            var entry = root.Mapping(id);
            sources[id] = new SourceEntry(
                id, entry.Text("citation"), entry.OptionalText("url") ?? "", entry.OptionalText("date") ?? "", entry.RequiredFlag("checked"));
        }

        root.ReportUnknownKeys();
        diagnostics.AddRange(context.Diagnostics);
        return sources;
    }
}
