using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;

namespace Orrery.Catalog.Laws;

/// <summary>Numbers of a power law.</summary>
internal static class LawNumbers
{
    /// <summary>A number that neither it nor its range lets be zero; what is wrong is reported at its key.</summary>
    public static Sourced<double> Positive(MappingReader root, string key)
    {
        var number = root.Number(key);
        if (root.Has(key) && number is { Source.Length: > 0, Low: <= 0 })
        {
            root.Error(key, DiagnosticCode.OutOfRange, $"'{key}' may be 0, expected more");
        }

        return number;
    }
}
