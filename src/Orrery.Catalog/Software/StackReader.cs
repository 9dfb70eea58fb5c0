using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;

namespace Orrery.Catalog.Software;

/// <summary>Reads a software stack: named parameters, each a number with source and confidence, over those of the stack it is based on.</summary>
internal static class StackReader
{
    public static SoftwareStack Read(ThingHeader header, MappingReader root, Func<string, SoftwareStack?> basis)
    {
        var parameters = new Dictionary<string, Sourced<double>>();
        if (root.OptionalText("based_on") is { } id && basis(id) is { } parent)
        {
            foreach (var (name, value) in parent.Parameters)
            {
                parameters[name] = value;
            }
        }

        var own = root.Mapping("parameters");
        foreach (var name in own.Keys)
        {
            parameters[name] = own.Number(name);
        }

        return new SoftwareStack(header.Id, header.Name, parameters, Date(root)) { DefaultFor = root.Texts("default_for") };
    }

    private static double? Date(MappingReader root)
    {
        if (root.OptionalText("date") is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var year) && year is > 2000 and < 2100)
        {
            return year;
        }

        root.Error("date", DiagnosticCode.BadValue, $"date is '{text}', expected a fractional year such as 2026.5");
        return null;
    }
}
