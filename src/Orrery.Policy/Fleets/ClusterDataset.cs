using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Interchange.Csv;

namespace Orrery.Policy.Fleets;

/// <summary>How certain a row of the data set is, the least certain last.</summary>
public enum ClusterCertainty
{
    Confirmed,
    Likely,
    Unlikely,
}

/// <summary>Which rows of the data set make a fleet.</summary>
/// <param name="Existing">Clusters that stand.</param>
/// <param name="Planned">Clusters that are announced.</param>
/// <param name="Certainty">The least certain row that counts.</param>
public sealed record ClusterChoice(bool Existing = true, bool Planned = false, ClusterCertainty Certainty = ClusterCertainty.Likely)
{
    /// <summary>Rows that may repeat another, which the data set marks.</summary>
    public bool Duplicates { get; init; }

    /// <summary>Every phase of a site; else its largest, since later phases hold the chips of earlier ones.</summary>
    public bool AllPhases { get; init; }

    /// <summary>Rows of several clusters, which the data set marks, and those of which it does not say.</summary>
    public bool Groups { get; init; } = true;

    /// <summary>As the data set spells it, any case; empty for all. So for the owner, of which a part is enough.</summary>
    public string Country { get; init; } = "";
    public string Owner { get; init; } = "";

    /// <summary>The catalog's id of the chip; empty for all.</summary>
    public string Chip { get; init; } = "";

    /// <summary>What chips of unknown types are taken to be built into, as many as make their H100e; null leaves them unknown.</summary>
    public AiSystem? UnknownAs { get; init; }

    /// <summary>Clusters that ran by then, as a fractional year; a row without a date counts only where this is not asked.</summary>
    public double? By { get; init; }
}

/// <summary>Rows that were left out, by reason.</summary>
/// <param name="H100e">As the data set counts them.</param>
public sealed record ClusterRowsLeftOut(string Why, int Rows, double H100e);

/// <summary>A fleet made of rows, and what became of the others.</summary>
/// <param name="Unknown">H100e of rows, or parts of them, whose chip type is not stated or not in the catalog, by country, the most first.</param>
public sealed record ClusterFleet(Fleet Fleet, int Rows, IReadOnlyList<ClusterRowsLeftOut> LeftOut, IReadOnlyList<(string Country, double H100e)> Unknown)
{
    /// <summary>Rows among them that are not marked as one cluster, and are taken as one.</summary>
    public required (int Rows, double H100e) Groups { get; init; }
}

/// <summary>Reads the GPU Clusters data set of Epoch AI: a row a cluster, or a phase of one.</summary>
public static partial class ClusterDataset
{
    private static readonly string[] Required =
    [
        "Name", "Status", "Certainty", "Single cluster?", "H100 equivalents", "Chip type (primary)", "Chip quantity (primary)", "Chip type (secondary)",
        "Chip quantity (secondary)", "Country", "Owner", "First Operational Date", "Possible Duplicate",
    ];

    private const string Source = "EPOCHCSV";

    /// <summary>The rows of a file that a choice picks, each a holding of one cluster of its owner.</summary>
    /// <param name="frame">What holds for all of them: power usage effectiveness, load, the definition of H100e.</param>
    /// <exception cref="InvalidInputException">The file is no such table; with every finding.</exception>
    public static ClusterFleet Read(OrreryCatalog catalog, Fleet frame, string path, ClusterChoice choice)
    {
        var findings = new DiagnosticList();
        var table = CsvTable.Load(path, Required, findings);
        var rows = table?.Rows.Select(row => Read(table, row, findings)).ToList() ?? [];
        findings.ThrowOnErrors();

        var paper = new PaperH100e(catalog);
        var phases = choice.AllPhases ? [] : rows.Where(row => WhyNot(row, choice, catalog) is null && PhasePattern().IsMatch(row.Name))
            .GroupBy(row => SiteOf(row.Name), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.MaxBy(row => row.H100e)!, StringComparer.OrdinalIgnoreCase);
        var left = new Dictionary<string, (int Rows, double H100e)>();
        var holdings = new List<FleetHolding>();
        var counted = 0;
        var groups = (Rows: 0, H100e: 0.0);
        var unknown = new Dictionary<string, double>();
        foreach (var row in rows)
        {
            var why = WhyNot(row, choice, catalog)
                ?? (phases.TryGetValue(SiteOf(row.Name), out var largest) && largest != row && PhasePattern().IsMatch(row.Name) ? "a phase of a site whose largest phase counts" : null);
            if (why is not null)
            {
                var (count, sum) = left.GetValueOrDefault(why);
                left[why] = (count + 1, sum + row.H100e);
                continue;
            }

            counted++;
            groups = row.IsGroup ? (groups.Rows + 1, groups.H100e + row.H100e) : groups;
            var known = 0.0;
            var isAllKnown = row.Chips.Count > 0;
            foreach (var (chip, number) in row.Chips)
            {
                if (choice.Chip.Length > 0 && catalog.Resolve(CatalogKind.Chips, chip) != choice.Chip)
                {
                    continue;
                }

                if (number <= 0 || catalog.FindSystemOf(chip, "") is not { } system)
                {
                    isAllKnown = false;
                }
                else
                {
                    known += number * paper.Of(system.Chip, H100Count.Epoch);
                    holdings.Add(Holding(row, system, FleetUnit.Chips, number));
                }
            }

            var rest = isAllKnown ? 0 : Math.Max(0, row.H100e - known);
            if (rest > 0 && choice.UnknownAs is { } taken)
            {
                holdings.Add(Holding(row, taken, FleetUnit.H100e, rest));
                rest = 0;
            }

            unknown[row.Country] = unknown.GetValueOrDefault(row.Country) + rest;
        }

        return new ClusterFleet(
            frame with { Holdings = holdings, UnknownH100e = unknown.Values.Sum() }, counted,
            [.. left.OrderByDescending(entry => entry.Value.H100e).Select(entry => new ClusterRowsLeftOut(entry.Key, entry.Value.Rows, entry.Value.H100e))],
            [.. unknown.Where(entry => entry.Value > 0).OrderByDescending(entry => entry.Value).Select(entry => (entry.Key, entry.Value))])
        {
            Groups = groups,
        };
    }

    private static FleetHolding Holding(Row row, AiSystem system, FleetUnit unit, double amount) => new(
        $"{row.Name} (line {row.Line}, {system.Chip.Id}{(unit == FleetUnit.H100e ? ", taken for" : "")})", system, row.Owner, row.Country, row.Chips.Count > 1 ? row.Name : "", unit,
        new Sourced<double>(amount, Source, Confidence.Published), [new ClusterClass("one", null, new Sourced<double>(1, "", Confidence.Published))]);

    private static string? WhyNot(Row row, ClusterChoice choice, OrreryCatalog catalog) =>
        row.Status == "Decommissioned" ? "decommissioned"
        : row.Status == "Existing" ? (choice.Existing ? OtherThan(row, choice, catalog) : "existing")
        : choice.Planned ? OtherThan(row, choice, catalog) : "planned";

    private static string? OtherThan(Row row, ClusterChoice choice, OrreryCatalog catalog) =>
        row.Certainty > choice.Certainty ? "less certain than asked for"
        : row.IsDuplicate && !choice.Duplicates ? "marked as a possible duplicate"
        : row.IsGroup && !choice.Groups ? "not known to be one cluster"
        : choice.Country.Length > 0 && !string.Equals(row.Country, choice.Country, StringComparison.OrdinalIgnoreCase) ? "another country"
        : choice.Owner.Length > 0 && !row.Owner.Contains(choice.Owner, StringComparison.OrdinalIgnoreCase) ? "another owner"
        : choice.Chip.Length > 0 && !row.Chips.Any(chip => catalog.Resolve(CatalogKind.Chips, chip.Type) == choice.Chip) ? "other chips"
        : choice.By is { } by && !(row.Date <= by) ? "later, or without a date"
        : row.H100e <= 0 && row.Chips.All(chip => chip.Number <= 0) ? "without any quantity"
        : null;

    private static Row Read(CsvTable table, CsvRow row, DiagnosticList findings)
    {
        string Text(string column) => table.Text(row, column);

        double Number(string column)
        {
            var text = Text(column);
            if (text.Length == 0)
            {
                return 0;
            }

            if (double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0)
            {
                return number;
            }

            findings.Error(DiagnosticCode.BadValue, $"'{column}' is '{text}', expected a number", table.Name, row.Line, 1);
            return 0;
        }

        T Word<T>(string column) where T : struct, Enum
        {
            if (!Enum.TryParse<T>(Text(column), out var word))
            {
                findings.Error(DiagnosticCode.BadValue, $"'{column}' is '{Text(column)}', expected {string.Join(", ", Enum.GetNames<T>())}", table.Name, row.Line, 1);
            }

            return word;
        }

        var status = Text("Status");
        if (status is not ("Existing" or "Planned" or "Decommissioned"))
        {
            findings.Error(DiagnosticCode.BadValue, $"'Status' is '{status}', expected Existing, Planned, Decommissioned", table.Name, row.Line, 1);
        }

        double? date = null;
        if (Text("First Operational Date") is { Length: > 0 } day)
        {
            if (DateOnly.TryParseExact(day, "M/d/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            {
                date = parsed.Year + ((parsed.DayOfYear - 1) / (DateTime.IsLeapYear(parsed.Year) ? 366.0 : 365.0));
            }
            else
            {
                findings.Error(DiagnosticCode.BadValue, $"'First Operational Date' is '{day}', expected month/day/year", table.Name, row.Line, 1);
            }
        }

        var first = (Type: Text("Chip type (primary)"), Number: Number("Chip quantity (primary)"));
        var second = (Type: Text("Chip type (secondary)"), Number: Number("Chip quantity (secondary)"));
        return new Row(
            row.Line, Text("Name").Trim('"'), status, Word<ClusterCertainty>("Certainty"), Text("Single cluster?") is not "Yes", Number("H100 equivalents"),
            [.. new[] { first, second }.Where(chip => chip.Type.Length > 0)], Text("Country") is { Length: > 0 } country ? country : "not stated",
            Text("Owner") is { Length: > 0 } owner ? owner : "not stated", date, Text("Possible Duplicate") == "TRUE");
    }

    private static string SiteOf(string name) => PhasePattern().Replace(name, "").Trim();

    [GeneratedRegex(@"\bphase\s+\d+\b.*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PhasePattern();

    private sealed record Row(
        int Line, string Name, string Status, ClusterCertainty Certainty, bool IsGroup, double H100e, IReadOnlyList<(string Type, double Number)> Chips, string Country,
        string Owner, double? Date, bool IsDuplicate);
}
