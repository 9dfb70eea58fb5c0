using Orrery.Catalog.Yaml;
using Orrery.Domain.Workloads;

namespace Orrery.Catalog.Laws;

/// <summary>Reads a law of the critical batch.</summary>
internal static class CriticalBatchReader
{
    public static CriticalBatchLaw Read(ThingHeader header, MappingReader root) => new()
    {
        Id = header.Id,
        Name = header.Name,
        DependsOn = root.Word<CriticalBatchArgument>("depends_on"),
        CountedIn = LawNumbers.Positive(root, "counted_in"),
        Coefficient = LawNumbers.Positive(root, "coefficient"),
        Exponent = LawNumbers.Positive(root, "exponent"),
        SequenceLength = root.Count("sequence_length"),
        Overhead = LawNumbers.Positive(root, "overhead"),
        IsDefault = root.Flag("default"),
    };
}
