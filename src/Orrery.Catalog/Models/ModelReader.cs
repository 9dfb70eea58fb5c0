using Orrery.Catalog.Yaml;
using Orrery.Domain.Models;

namespace Orrery.Catalog.Models;

/// <summary>Reads a model file.</summary>
internal static class ModelReader
{
    /// <summary>Wrong input is reported through the reader; what is returned then is discarded by the caller.</summary>
    internal static Transformer Read(ThingHeader header, MappingReader root) => new()
    {
        Id = header.Id,
        Name = header.Name,
        Hidden = root.Integer("hidden"),
        Vocabulary = root.Integer("vocabulary"),
        TiedEmbeddings = root.Flag("tied_embeddings"),
        Layers = [],
    };
}
