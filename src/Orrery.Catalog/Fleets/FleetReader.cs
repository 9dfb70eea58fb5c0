using Orrery.Catalog.Hardware;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;

namespace Orrery.Catalog.Fleets;

/// <summary>Reads a fleet: what is common to it, how chips are spread over clusters, and the holdings.</summary>
internal static class FleetReader
{
    /// <summary>All chips of a holding in one cluster.</summary>
    private const string One = "one";

    private static readonly (string Key, FleetUnit Unit)[] Units = [("chips", FleetUnit.Chips), ("h100e", FleetUnit.H100e), ("share", FleetUnit.Share)];

    /// <param name="system">The system of an id; reports at the key of the mapping when there is none.</param>
    public static Fleet Read(ThingHeader header, MappingReader root, Func<MappingReader, string, AiSystem?> system)
    {
        var total = root.OptionalNumber("total");
        var spreads = Spreads(root);
        var dataset = root.OptionalText("dataset");
        var holdings = root.Mappings("holdings", "name");
        if (dataset is null == (holdings.Count == 0))
        {
            root.Error("holdings", dataset is null ? DiagnosticCode.MissingKey : DiagnosticCode.BadValue,
                dataset is null ? "'holdings' is missing, expected a list of what the fleet has" : "'holdings' and 'dataset' both say what the fleet has, expected one of them");
        }

        if (dataset is not null && dataset != Path.GetFileName(dataset))
        {
            root.Error("dataset", DiagnosticCode.BadValue, $"'dataset' is '{dataset}', expected the name of a file of evidence, without a folder");
        }

        Unique(holdings);
        var shares = holdings.Where(holding => holding.Has("share")).ToList();
        if (shares.Count > 0 && !shares.Exists(holding => holding.OptionalNumber("share") is { High: > 0 }))
        {
            root.Error("holdings", DiagnosticCode.OutOfRange, "'holdings' have shares that sum to 0, expected some above it");
        }

        return new Fleet
        {
            Id = header.Id,
            Name = header.Name,
            Notes = root.OptionalText("notes") ?? "",
            AsOf = root.Sourced<double>("as_of", DateText.TryParse, year => year),
            CountedBy = root.Word<H100Count>("counted_by"),
            Total = total,
            Pue = AtLeastOne(root, "pue"),
            MeanLoad = AtMostOne(root, "mean_load"),
            Holdings = [.. holdings.Select(holding => Holding(holding, spreads, total is not null, system))],
            Dataset = dataset ?? "",
        };
    }

    private static FleetHolding Holding(
        MappingReader reader, Dictionary<string, IReadOnlyList<ClusterClass>> spreads, bool hasTotal, Func<MappingReader, string, AiSystem?> system)
    {
        reader.OptionalText("note");
        var said = Units.Where(unit => reader.Has(unit.Key)).ToList();
        var amounts = Units.Select(unit => reader.OptionalNumber(unit.Key)).OfType<Sourced<double>>().ToList();
        if (said.Count != 1)
        {
            reader.Error(said.Count == 0 ? "name" : said[1].Key, said.Count == 0 ? DiagnosticCode.MissingKey : DiagnosticCode.BadValue,
                said.Count == 0 ? $"'{reader.Path}' says no amount, expected one of chips, h100e, share"
                : $"'{reader.Path}' says {string.Join(" and ", said.Select(unit => unit.Key))}, expected one of chips, h100e, share");
        }
        else if (said[0].Unit == FleetUnit.Share && !hasTotal)
        {
            reader.Error("share", DiagnosticCode.MissingKey, $"'{reader.Path}.share' is of a total that the fleet does not say", "add 'total' in H100e, or say chips or h100e");
        }

        var name = reader.Text("name");
        return new FleetHolding(
            name, system(reader, reader.Text("system"))!, reader.Text("owner"), reader.Text("country"), reader.OptionalText("site") ?? "",
            said.Count > 0 ? said[0].Unit : FleetUnit.Chips, amounts.Count > 0 ? amounts[0] : new Sourced<double>(0, "", Confidence.Assumed), Clusters(reader, spreads));
    }

    /// <summary>Names stand for their values in ranges and messages, so each is used once.</summary>
    private static void Unique(IReadOnlyList<MappingReader> items)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.Has("name") && !seen.Add(item.Text("name"))))
        {
            item.Error("name", DiagnosticCode.DuplicateName, $"'{item.Text("name")}' is the name of one before it too, expected a name of its own");
        }
    }

    private static IReadOnlyList<ClusterClass> Clusters(MappingReader reader, Dictionary<string, IReadOnlyList<ClusterClass>> spreads)
    {
        var word = reader.Text("clusters");
        if (word == One)
        {
            return [new ClusterClass(One, null, new Sourced<double>(1, "", Confidence.Published))];
        }

        if (spreads.TryGetValue(word, out var spread))
        {
            return spread;
        }

        if (reader.Has("clusters"))
        {
            var close = Spelling.Closest(word, spreads.Keys.Append(One));
            reader.Error("clusters", DiagnosticCode.UnknownName, $"'{reader.Path}.clusters' is '{word}', expected 'one' or a name under 'cluster_sizes' ({string.Join(", ", spreads.Keys)})",
                close is null ? "" : $"did you mean '{close}'?");
        }

        return [];
    }

    private static Dictionary<string, IReadOnlyList<ClusterClass>> Spreads(MappingReader root)
    {
        var spreads = new Dictionary<string, IReadOnlyList<ClusterClass>>();
        var sizes = root.OptionalMapping("cluster_sizes");
        foreach (var key in sizes?.Keys ?? [])
        {
            var classes = sizes!.Mappings(key, "name");
            if (classes.Count == 0)
            {
                sizes.Error(key, DiagnosticCode.MissingKey, $"'cluster_sizes.{key}' is empty, expected a list of sizes with their shares");
            }

            Unique(classes);
            if (classes.Count > 0 && !classes.Any(item => item.OptionalNumber("share") is { High: > 0 }))
            {
                sizes.Error(key, DiagnosticCode.OutOfRange, $"'cluster_sizes.{key}' has shares that sum to 0, expected some above it");
            }

            spreads[key] = [.. classes.Select(item => new ClusterClass($"{key}.{item.Text("name")}", Positive(item, "chips"), item.Number("share")))];
        }

        return spreads;
    }

    private static Sourced<double> Positive(MappingReader reader, string key) =>
        Checked(reader, key, number => number.Low >= 1, "expected at least one chip");

    private static Sourced<double> AtLeastOne(MappingReader reader, string key) =>
        Checked(reader, key, number => number.Low >= 1, "expected 1 or more: a site draws what its systems draw, and cooling");

    private static Sourced<double> AtMostOne(MappingReader reader, string key) =>
        Checked(reader, key, number => number.High <= 1, "expected at most 1, the rated power");

    private static Sourced<double> Checked(MappingReader reader, string key, Func<Sourced<double>, bool> isRight, string expected)
    {
        var number = reader.Number(key);
        if (reader.Has(key) && number.Source.Length > 0 && !isRight(number))
        {
            reader.Error(key, DiagnosticCode.OutOfRange, $"'{(reader.Path.Length == 0 ? key : reader.Path + "." + key)}' may be {number.Low} to {number.High}, {expected}");
        }

        return number;
    }
}
