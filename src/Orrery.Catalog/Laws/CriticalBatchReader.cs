using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
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
        CountedIn = Positive(root, "counted_in"),
        Coefficient = Positive(root, "coefficient"),
        Exponent = Positive(root, "exponent"),
        SequenceLength = root.Count("sequence_length"),
        Overhead = Positive(root, "overhead"),
        IsDefault = root.Flag("default"),
    };

    private static Sourced<double> Positive(MappingReader root, string key)
    {
        var number = root.Number(key);
        if (root.Has(key) && number is { Source.Length: > 0, Low: <= 0 })
        {
            root.Error(key, DiagnosticCode.OutOfRange, $"'{key}' may be 0, expected more");
        }

        return number;
    }
}
