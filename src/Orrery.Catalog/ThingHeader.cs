using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;

namespace Orrery.Catalog;

/// <summary>What every catalog file starts with.</summary>
internal sealed record ThingHeader(string Id, string Name, IReadOnlyList<string> Aliases)
{
    /// <summary>Reads the common keys and lets values below inherit the file's source and confidence.</summary>
    /// <param name="fileId">What the id must be; null where nothing says so.</param>
    public static ThingHeader Read(ReadContext context, MappingReader root, string? fileId)
    {
        context.Source = root.OptionalText("source");
        context.Confidence = root.OptionalWord<Confidence>("confidence");
        root.OptionalText("notes");
        var header = new ThingHeader(root.Text("id"), root.Text("name"), root.Texts("aliases"));
        if (fileId is not null && header.Id.Length > 0 && header.Id != fileId)
        {
            root.Error("id", DiagnosticCode.IdMismatch, $"the id is '{header.Id}', expected the file's name '{fileId}'");
        }

        return header;
    }
}
