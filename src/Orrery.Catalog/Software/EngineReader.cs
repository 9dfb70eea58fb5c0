using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Software;

namespace Orrery.Catalog.Software;

/// <summary>Reads a serving engine: named parameters over those of the engine it is based on, and how it schedules.</summary>
internal static class EngineReader
{
    public static ServingEngine Read(ThingHeader header, MappingReader root, Func<string, ServingEngine?> basis)
    {
        var based = root.OptionalText("based_on");
        var parent = based is null ? null : basis(based);
        var parameters = new Dictionary<string, Sourced<double>>(parent?.Parameters ?? new Dictionary<string, Sourced<double>>());
        var own = root.Mapping("parameters");
        foreach (var name in own.Keys)
        {
            parameters[name] = own.Number(name);
        }

        return new ServingEngine(header.Id, header.Name, parameters, StackReader.Date(root))
        {
            Batching = parent is not null && !root.Has("batching") ? parent.Batching : root.Word<BatchPolicy>("batching"),
            Caching = parent is not null && !root.Has("caching") ? parent.Caching : root.Word<CachePolicy>("caching"),
            DefaultFor = root.Texts("default_for"),
        };
    }
}
