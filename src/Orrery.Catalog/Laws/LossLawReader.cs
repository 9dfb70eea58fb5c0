using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Workloads;

namespace Orrery.Catalog.Laws;

/// <summary>Reads a law of the loss.</summary>
internal static class LossLawReader
{
    public static LossLaw Read(ThingHeader header, MappingReader root) => new()
    {
        Id = header.Id,
        Name = header.Name,
        ParameterCoefficient = LawNumbers.Positive(root, "parameter_coefficient"),
        DataCoefficient = LawNumbers.Positive(root, "data_coefficient"),
        ParameterExponent = LawNumbers.Positive(root, "parameter_exponent"),
        DataExponent = LawNumbers.Positive(root, "data_exponent"),
        IsDefault = root.Flag("default"),
    };
}
