using System.Globalization;
using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Policy.Claims.Expressions;

namespace Orrery.Policy.Statements;

/// <summary>Finds what does not fit together in statements: with each other, and with the catalog.</summary>
public static class Detectors
{
    // A stated figure means a known one if it is this near: documents round.
    private const double Near = 0.12;
    private const double Tera = 1e12;
    private const double Giga = 1e9;
    private const double Binary = 1.024;
    private const double SomeWeeks = 0.1;

    /// <summary>Every finding, the kinds in a fixed order.</summary>
    public static IReadOnlyList<Inconsistency> Find(OrreryCatalog catalog, IReadOnlyList<Statement> statements) =>
    [
        .. PrecisionsMixed(catalog, statements), .. DoesNotFollow(statements), .. DirectionsMixed(catalog, statements), .. CountsCalledPerformance(catalog, statements),
        .. MoreThanMatrixUnits(catalog, statements), .. BinaryUnits(catalog, statements), .. Dates(catalog, statements), .. BeforeItsTime(catalog, statements),
        .. NoSuchPart(catalog, statements), .. SlowerSuccessor(catalog, statements), .. LimitsThatRulesHave(catalog, statements), .. FarFromCatalog(catalog, statements), .. Disagreements(statements),
    ];

    /// <summary>Peaks that are compared with each other and are those of different formats.</summary>
    private static IEnumerable<Inconsistency> PrecisionsMixed(OrreryCatalog catalog, IReadOnlyList<Statement> statements) =>
        from grouped in statements.Where(one => one.Quantity == StatedQuantity.Peak && one.Group.Length > 0).GroupBy(one => one.Group)
        let meant = grouped.Select(one => (Statement: one, Format: FormatOf(catalog, one))).Where(entry => entry.Format is not null).ToList()
        where meant.Select(entry => Bits(entry.Format!.Value)).Distinct().Count() > 1
        select new Inconsistency(
            "precisions mixed",
            string.Join(", ", meant.Select(entry => $"{Text(entry.Statement.Value)} TFLOP/s of {entry.Statement.Subject} is its {entry.Format!.Value.ToString().ToUpperInvariant()}")) + "; they are compared as if they were one",
            [.. meant.Select(entry => entry.Statement)]);

    /// <summary>A number that the document's own numbers do not give.</summary>
    private static IEnumerable<Inconsistency> DoesNotFollow(IReadOnlyList<Statement> statements)
    {
        var values = statements.Where(one => double.IsFinite(one.Value)).GroupBy(one => one.Id).ToDictionary(same => same.Key, same => Interval.Of(same.First().Value), StringComparer.Ordinal);
        foreach (var statement in statements.Where(one => one.FollowsFrom is not null))
        {
            if (statement.FollowsFrom!.Names.All(values.ContainsKey) && statement.FollowsFrom.Evaluate(values).Value is var right && Off(statement.Value, right) > Near)
            {
                yield return new Inconsistency(
                    "arithmetic", $"'{statement.Says}': {Text(statement.Value)} is stated, {Text(right)} follows from what is stated beside it",
                    [statement, .. statements.Where(one => statement.FollowsFrom.Names.Contains(one.Id))]);
            }
        }
    }

    /// <summary>Links of one direction held against links of both.</summary>
    private static IEnumerable<Inconsistency> DirectionsMixed(OrreryCatalog catalog, IReadOnlyList<Statement> statements) =>
        from grouped in statements.Where(one => one.Quantity == StatedQuantity.Interconnect && one.Group.Length > 0).GroupBy(one => one.Group)
        let meant = grouped.Select(one => (Statement: one, Directions: DirectionsOf(catalog, one))).Where(entry => entry.Directions > 0).ToList()
        where meant.Select(entry => entry.Directions).Distinct().Count() > 1
        select new Inconsistency(
            "directions mixed",
            string.Join(", ", meant.Select(entry => $"{Text(entry.Statement.Value)} GB/s of {entry.Statement.Subject} counts {(entry.Directions == 1 ? "one direction" : "both")}")),
            [.. meant.Select(entry => entry.Statement)]);

    /// <summary>A multiple that is one of chips and not of what they compute.</summary>
    private static IEnumerable<Inconsistency> CountsCalledPerformance(OrreryCatalog catalog, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements.Where(one => one.Quantity == StatedQuantity.TimesAsFast))
        {
            if (Subject.Find(catalog, statement.Subject) is { } one && Subject.Find(catalog, statement.Against) is { } other)
            {
                var chips = one.Chips / other.Chips;
                var formats = one.Chip.Peaks.Keys.Intersect(other.Chip.Peaks.Keys).Where(format => format is NumberFormat.Bf16 or NumberFormat.Fp8)
                    .Select(format => (format, Ratio: one.Chips * one.Chip.Peaks[format].Value.Value / (other.Chips * other.Chip.Peaks[format].Value.Value))).ToList();
                if (Off(statement.Value, chips) < Near && formats.Count > 0 && formats.TrueForAll(entry => Off(statement.Value, entry.Ratio) > Near))
                {
                    yield return new Inconsistency(
                        "a count called performance",
                        $"'{statement.Says}': the chips are {Text(chips)} times as many; their {string.Join(", ", formats.Select(entry => $"{entry.format.ToString().ToUpperInvariant()} peak is {Text(entry.Ratio)} times as much"))}",
                        [statement]);
                }
            }
        }
    }

    /// <summary>Peaks that count more than the matrix units.</summary>
    private static IEnumerable<Inconsistency> MoreThanMatrixUnits(OrreryCatalog catalog, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements.Where(one => one.Quantity == StatedQuantity.Peak))
        {
            if (Subject.Find(catalog, statement.Subject) is { } subject && FormatOf(catalog, statement) is { } format && subject.Chip.MatmulPeaks.TryGetValue(format, out var matmul))
            {
                var usable = matmul.Value.Value * subject.Chips / Tera;
                if ((statement.Value / usable) - 1 > 0.05)
                {
                    yield return new Inconsistency(
                        "more than matrix units",
                        $"'{statement.Says}': {Text(statement.Value)} TFLOP/s is {Percent((statement.Value / usable) - 1)} more than the {Text(usable)} that matrix products can use", [statement]);
                }
            }
        }
    }

    /// <summary>Memory in units of 1,024 that others count in 1,000.</summary>
    private static IEnumerable<Inconsistency> BinaryUnits(OrreryCatalog catalog, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements.Where(one => one.Quantity == StatedQuantity.Memory))
        {
            if (Subject.Find(catalog, statement.Subject) is { } subject)
            {
                var known = subject.Chip.MemoryCapacity.Value.Value * subject.Chips / Giga;
                if (Off(statement.Value * Binary, known) < 0.005 && Off(statement.Value, known) > 0.015)
                {
                    yield return new Inconsistency("units of 1,024", $"'{statement.Says}': {Text(statement.Value)} GB of 1,024 are the {Text(known)} of 1,000 that the chips add up to", [statement]);
                }
            }
        }
    }

    private static IEnumerable<Inconsistency> Dates(OrreryCatalog catalog, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements.Where(one => one.Quantity == StatedQuantity.Date))
        {
            var known = catalog.FindRule(statement.Subject) is { } rule ? rule.SinceYear : Subject.Find(catalog, statement.Subject)?.Launch ?? double.NaN;
            if (Math.Abs(statement.Value - known) > SomeWeeks)
            {
                yield return new Inconsistency("date", string.Create(CultureInfo.InvariantCulture, $"'{statement.Says}': {statement.Value:0.00} is stated, the catalog has {known:0.00} for {statement.Subject}"), [statement]);
            }
        }
    }

    /// <summary>A remark that is applied to what came after it.</summary>
    private static IEnumerable<Inconsistency> BeforeItsTime(OrreryCatalog catalog, IReadOnlyList<Statement> statements) =>
        from statement in statements
        where double.IsFinite(statement.Said)
        let launch = Subject.Find(catalog, statement.Subject)?.Launch ?? double.NaN
        where launch - statement.Said > SomeWeeks
        select new Inconsistency("before its time", string.Create(CultureInfo.InvariantCulture, $"'{statement.Says}': said in {statement.Said:0.00}, and {statement.Subject} comes in {launch:0.00}"), [statement]);

    private static IEnumerable<Inconsistency> NoSuchPart(OrreryCatalog catalog, IReadOnlyList<Statement> statements) =>
        from statement in statements
        where statement.Quantity == StatedQuantity.Mention && Subject.Find(catalog, statement.Subject) is null && catalog.FindRule(statement.Subject) is null
        let near = catalog.Suggest(CatalogKind.Chips, statement.Subject)
        select new Inconsistency("no such part", $"'{statement.Says}': the catalog knows no '{statement.Subject}'{(near is null ? "" : $"; nearest is '{near}'")}", [statement]);

    private static IEnumerable<Inconsistency> SlowerSuccessor(OrreryCatalog catalog, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements.Where(one => one.Quantity == StatedQuantity.Successor))
        {
            if (Subject.Find(catalog, statement.Subject) is { } one && Subject.Find(catalog, statement.Against) is { } other
                && one.Chip.MatmulPeak(NumberFormat.Bf16) is { } mine && other.Chip.MatmulPeak(NumberFormat.Bf16) is { } before && mine.Value.Value < before.Value.Value)
            {
                yield return new Inconsistency(
                    "a successor that is slower", $"'{statement.Says}': {Text(mine.Value.Value / Tera)} TFLOP/s of BF16 a package after {Text(before.Value.Value / Tera)} of {statement.Against}", [statement]);
            }
        }
    }

    private static IEnumerable<Inconsistency> LimitsThatRulesHave(OrreryCatalog catalog, IReadOnlyList<Statement> statements) =>
        from statement in statements
        where statement.Quantity == StatedQuantity.AggregateLimit && catalog.FindRule(statement.Subject) is not null
        from limit in catalog.Rule(statement.Subject).Aggregates.Where(limit => limit.Kind == Domain.Policies.AggregateKind.ShareOfInstalled)
        where Off(statement.Value, limit.Amount.Value) > Near
        select new Inconsistency(
            "what a rule says", $"'{statement.Says}': {(statement.Value == 0 ? "no limit on the aggregate" : Percent(statement.Value))} is stated, the rule has {Percent(limit.Amount.Value)}", [statement]);

    /// <summary>A bandwidth or capacity that no figure of the catalog comes near.</summary>
    private static IEnumerable<Inconsistency> FarFromCatalog(OrreryCatalog catalog, IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements.Where(one => one.Quantity == StatedQuantity.MemoryBandwidth))
        {
            if (Subject.Find(catalog, statement.Subject) is { } subject)
            {
                var known = subject.Chip.MemoryBandwidth.Value.Value * subject.Chips / Giga;
                if (Off(statement.Value, known) > Near)
                {
                    yield return new Inconsistency("far from the datasheet", $"'{statement.Says}': {Text(statement.Value)} GB/s is stated of {statement.Subject}, which has {Text(known)}", [statement]);
                }
            }
        }
    }

    /// <summary>One number that documents state far apart.</summary>
    private static IEnumerable<Inconsistency> Disagreements(IReadOnlyList<Statement> statements) =>
        from grouped in statements.Where(one => one.Quantity == StatedQuantity.Number && one.FollowsFrom is null && one.Group.Length > 0).GroupBy(one => (one.Group, one.Subject))
        let values = grouped.OrderBy(one => one.Value).ToList()
        where values.Count > 1 && values[^1].Value / values[0].Value > 1.5
        select new Inconsistency(
            "documents disagree", $"{grouped.Key.Subject}: {string.Join(", ", values.Select(one => $"{Text(one.Value)} ({one.Document})"))}", values);

    /// <summary>The format whose peak the stated one is nearest to, by any convention that the catalog knows; null where none is near.</summary>
    private static NumberFormat? FormatOf(OrreryCatalog catalog, Statement statement)
    {
        if (Subject.Find(catalog, statement.Subject) is not { } subject)
        {
            return null;
        }

        var chip = subject.Chip;
        var known = chip.Peaks.Concat(chip.MatmulPeaks).Select(peak => (peak.Key, peak.Value.Value.Value))
            .Concat(chip.OtherPeaks.Select(peak => (Key: FormatNamed(peak.Key), peak.Value.Value.Value)).Where(entry => entry.Key is not null).Select(entry => (entry.Key!.Value, entry.Value)))
            .Where(peak => peak.Item1 is not (NumberFormat.Fp64 or NumberFormat.Fp32 or NumberFormat.Tf32))
            .Select(peak => (Format: peak.Item1 == NumberFormat.Fp16 ? NumberFormat.Bf16 : peak.Item1, Off: Off(statement.Value, peak.Item2 * subject.Chips / Tera))).OrderBy(peak => peak.Off).ToList();
        return known.Count > 0 && known[0].Off < Near ? known[0].Format : null;
    }

    private static NumberFormat? FormatNamed(string name) => Enum.TryParse<NumberFormat>(name.Split('-')[0], ignoreCase: true, out var format) ? format : null;

    private static int DirectionsOf(OrreryCatalog catalog, Statement statement)
    {
        if (Subject.Find(catalog, statement.Subject) is not { Chip.ScaleUpBandwidth: { } links } subject)
        {
            return 0;
        }

        var one = links.Value.Value * subject.Chips / Giga;
        return Off(statement.Value, one) < Near ? 1 : Off(statement.Value, 2 * one) < Near ? 2 : 0;
    }

    private static int Bits(NumberFormat format) => format switch { NumberFormat.Fp4 or NumberFormat.Int4 => 4, NumberFormat.Fp6 => 6, NumberFormat.Fp8 or NumberFormat.Int8 => 8, _ => 16 };

    private static double Off(double one, double other) => Math.Abs((one / other) - 1);

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Text(double value) => Quantities.QuantityText.Significant(value);
}
