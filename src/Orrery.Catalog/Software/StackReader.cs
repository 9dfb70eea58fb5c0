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
        var based = root.OptionalText("based_on");
        var parent = based is null ? null : basis(based);
        var parameters = new Dictionary<string, Sourced<double>>(parent?.Parameters ?? new Dictionary<string, Sourced<double>>());

        var own = root.Mapping("parameters");
        foreach (var name in own.Keys)
        {
            parameters[name] = own.Number(name);
        }

        var isWhole = based is null || parent is not null; // a base that cannot be read was reported; what it lacks is not known
        var shardings = Can(root, "shardings", StackWords.Shardings, parent?.Shardings, isWhole);
        if (shardings.Count == 0 && root.Has("shardings"))
        {
            root.Error("shardings", DiagnosticCode.OutOfRange, "'shardings' is empty, expected at least none");
        }

        return new SoftwareStack(header.Id, header.Name, parameters, Date(root))
        {
            DefaultFor = root.Texts("default_for"),
            Schedules = Can(root, "schedules", StackWords.Schedules, parent?.Schedules, isWhole),
            Shardings = shardings,
            Offloads = Can(root, "offloads", StackWords.Offloads, parent?.Offloads, isWhole),
        };
    }

    /// <summary>What the stack itself says that it can do, else what its base can; one of the two must say.</summary>
    private static IReadOnlyList<T> Can<T>(
        MappingReader root, string key, IReadOnlyDictionary<string, T> words, IReadOnlyList<T>? inherited, bool isWhole)
    {
        var own = root.OptionalWords(key, words);
        if (own is null && inherited is null && isWhole)
        {
            root.Error(key, DiagnosticCode.MissingKey, $"'{key}' is missing, expected a list of {string.Join(", ", words.Keys)} here or in the stack this one is based on");
        }

        return own ?? inherited ?? [];
    }

    internal static double? Date(MappingReader root)
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
