using System.Globalization;
using Orrery.Catalog.Facts;
using Orrery.Catalog.Models;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Policies;

namespace Orrery.Catalog.Policies;

/// <summary>Reads a rule on exports: what it says, its clauses, and its limits on aggregates.</summary>
internal static class RuleReader
{
    private static readonly Dictionary<ChipQuantity, string> Units = new()
    {
        [ChipQuantity.Tpp] = "TPP",
        [ChipQuantity.PerformanceDensity] = "TPP/mm2",
        [ChipQuantity.MemoryBandwidth] = "GB/s",
        [ChipQuantity.MemoryCapacity] = "GB",
        [ChipQuantity.InterconnectBandwidth] = "GB/s",
        [ChipQuantity.MemoryAndInterconnectBandwidth] = "GB/s",
        [ChipQuantity.MemoryBandwidthDensity] = "GB/s/mm2",
    };

    private static readonly (string Key, TestSense Sense)[] Senses = [("at_least", TestSense.AtLeast), ("above", TestSense.Above), ("below", TestSense.Below)];

    /// <summary>A rule of one's own, outside the catalog; the file's name is its id.</summary>
    public static ExportRule ReadFile(string path) => MappingReader.ReadHeaded(path, Read);

    public static ExportRule Read(ThingHeader header, MappingReader root)
    {
        var rule = new ExportRule
        {
            Id = header.Id,
            Name = header.Name,
            Status = root.Word<RuleStatus>("status"),
            Since = Date(root, "since") ?? default,
            Until = root.Has("until") ? Date(root, "until") : null,
            Says = root.Text("says"),
            Consequence = root.Text("consequence"),
            Source = root.OptionalText("source") ?? "",
            Subject = root.OptionalWord<RuleSubject>("subject") ?? RuleSubject.Chips,
            Effect = root.OptionalWord<RuleEffect>("when_met") ?? RuleEffect.Controlled,
            Clauses = [.. root.Mappings("clauses", "name").Select(Clause)],
            Relative = root.OptionalMapping("relative") is { } relative ? Relative(relative) : null,
            Production = [.. root.Mappings("production", "chip").Select(Production)],
            Demand = root.Has("demand") ? Amount(root, "demand", "TPP") : null,
            Aggregates = [.. root.Mappings("aggregates", "name").Select(Aggregate)],
        };
        if (rule.Clauses.Count == 0 && rule.Relative is null && rule.Aggregates.Count == 0)
        {
            root.Error("clauses", DiagnosticCode.MissingKey, "the rule limits nothing, expected 'clauses', 'relative' or 'aggregates'");
        }

        if (rule is { Relative: not null, Demand: null })
        {
            root.Error("demand", DiagnosticCode.MissingKey, "'demand' is missing, expected a year's demand in TPP: 'relative' holds production against it");
        }

        return rule;
    }

    private static RuleClause Clause(MappingReader clause)
    {
        var tests = clause.Mappings("tests", "quantity").Select(Test).ToList();
        if (tests.Count == 0)
        {
            clause.Error("tests", DiagnosticCode.MissingKey, $"'{clause.Path}.tests' is empty, expected at least one test", "for example - { quantity: tpp, at_least: 4800 TPP }");
        }

        return new RuleClause(clause.Text("name"), tests);
    }

    private static RuleTest Test(MappingReader test)
    {
        var quantity = test.Word<ChipQuantity>("quantity");
        var given = Senses.Where(sense => test.Has(sense.Key)).ToList();
        if (given.Count != 1)
        {
            test.Error("quantity", DiagnosticCode.BadValue, $"'{test.Path}' has {(given.Count == 0 ? "no threshold" : "several thresholds")}, expected one of at_least, above, below");
            return new RuleTest(quantity, TestSense.AtLeast, new Sourced<double>(0, "", Confidence.Assumed));
        }

        return new RuleTest(quantity, given[0].Sense, Amount(test, given[0].Key, Units[quantity]));
    }

    private static RelativeLimit Relative(MappingReader limit)
    {
        var words = Enum.GetValues<ChipQuantity>().ToDictionary(quantity => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(quantity.ToString()), quantity => quantity);
        return new RelativeLimit(limit.Number("times"), limit.Number("production_share"), limit.OptionalWords("quantities", words) ?? []);
    }

    private static IndigenousChip Production(MappingReader chip) =>
        new(chip.Text("chip"), Amount(chip, "units_a_year", "packages"), chip.RequiredFlag("indigenous"), chip.Text("why"));

    private static AggregateLimit Aggregate(MappingReader limit)
    {
        var kind = limit.Word<AggregateKind>("kind");
        return new AggregateLimit(limit.Text("name"), kind, Amount(limit, "amount", kind is AggregateKind.TppOfCountry or AggregateKind.TppOfConsignee ? "TPP" : ""));
    }

    private static Sourced<double> Amount(MappingReader from, string key, string unit)
    {
        var fact = FactSheetReader.Read(from, key);
        if (fact.Unit != unit && from.Has(key))
        {
            from.Error(key, DiagnosticCode.BadValue, $"'{key}' is in '{fact.Unit}', expected {(unit.Length == 0 ? "a share without a unit" : unit)}");
        }

        return fact.Amount;
    }

    private static DateOnly? Date(MappingReader root, string key)
    {
        var text = root.Text(key);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        if (text.Length > 0)
        {
            root.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected a day as YYYY-MM-DD");
        }

        return null;
    }
}
