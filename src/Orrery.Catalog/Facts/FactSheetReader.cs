using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain;

namespace Orrery.Catalog.Facts;

/// <summary>Reads a price or policy file: <c>facts:</c> (numbers with any unit) and <c>texts:</c>.</summary>
internal static class FactSheetReader
{
    public static FactSheet Read(ThingHeader header, MappingReader root)
    {
        var facts = root.Mapping("facts");
        var texts = root.OptionalMapping("texts");
        return new FactSheet(
            header.Id, header.Name, facts.Keys.ToDictionary(key => key, key => Read(facts, key)),
            texts?.Keys.ToDictionary(key => key, texts.Text) ?? []);
    }

    /// <summary>One number with its unit, required.</summary>
    public static Fact Read(MappingReader facts, string key)
    {
        if (!facts.Has(key))
        {
            facts.Text(key); // says that it is missing
            return new Fact(new Sourced<double>(0, "", Confidence.Assumed), "");
        }

        var unit = default(string);
        var amount = facts.Sourced<double>(
            key,
            (string text, out double number, out string expected) =>
            {
                expected = $"a number{(unit is null ? " and its unit" : $" in {(unit.Length == 0 ? "no unit" : unit)}, as the value is")}";
                return TryParse(text, ref unit, out number);
            },
            number => number,
            remembers: false);
        return new Fact(amount ?? new Sourced<double>(0, "", Confidence.Assumed), unit ?? "");
    }

    /// <summary>The first text read sets the unit; the ends of its range must use the same.</summary>
    private static bool TryParse(string text, ref string? unit, out double number)
    {
        var trimmed = text.Trim();
        var space = trimmed.IndexOf(' ', StringComparison.Ordinal);
        var written = space < 0 ? "" : trimmed[(space + 1)..].Trim();
        var isNumber = double.TryParse(space < 0 ? trimmed : trimmed[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
        unit ??= isNumber ? written : null;
        return isNumber && written == unit;
    }
}
