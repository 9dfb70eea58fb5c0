using Orrery.Catalog.Yaml;
using Orrery.Domain.Software;

namespace Orrery.Catalog.Software;

/// <summary>Reads a software stack: named parameters, each a number with source and confidence.</summary>
internal static class StackReader
{
    public static SoftwareStack Read(ThingHeader header, MappingReader root)
    {
        root.OptionalText("date");
        var parameters = root.Mapping("parameters");
        return new SoftwareStack(header.Id, header.Name, parameters.Keys.ToDictionary(key => key, parameters.Number));
    }
}
