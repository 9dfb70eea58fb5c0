using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Csv;
using Orrery.Quantities;

namespace Orrery.Evidence.Reliability;

/// <summary>One published figure about failures, as text.</summary>
internal sealed record ReliabilityRow(string Id, string Source, string Chip, string Metric, string Value, string Unit)
{
    private static readonly string[] RequiredColumns = ["id", "source", "system", "chip", "chips", "metric", "value", "unit"];

    /// <summary>Unit to its size in base units; shares are in per cent or as they are.</summary>
    private static readonly Dictionary<string, double> Units = new()
    {
        ["count"] = 1, ["percent"] = 0.01, ["fraction"] = 1, ["bytes"] = 1, ["seconds"] = 1, ["minutes"] = 60, ["hours"] = 3600, ["days"] = 86400,
        ["gpu_hours"] = 3600, ["gpu_days"] = 86400, ["per_1000_node_days"] = 1 / 86400e3,
    };

    public static IReadOnlyList<ReliabilityRow> Load(string path, DiagnosticList diagnostics) =>
        CsvTable.Load(path, RequiredColumns, diagnostics) is not { } table ? [] :
        [
            .. table.Rows.Select(row => new ReliabilityRow(
                table.Text(row, "id"), table.Text(row, "source"), table.Text(row, "chip"), table.Text(row, "metric"), table.Text(row, "value"), table.Text(row, "unit"))),
        ];

    /// <summary>The unit without the words that make it a bound.</summary>
    public string PlainUnit => Unit.EndsWith("_gt", StringComparison.Ordinal) || Unit.EndsWith("_lt", StringComparison.Ordinal) ? Unit[..^3] : Unit;

    /// <summary>Base units of one; null for a unit that is not known.</summary>
    public double? UnitSize => Units.TryGetValue(PlainUnit, out var size) ? size : null;

    /// <summary>What is stated: a number as two equal ends, a bound open at one; null where it is neither.</summary>
    public (double Low, double High)? Stated(double? instead)
    {
        if (instead is { } given)
        {
            return (given, given);
        }

        if (Number(Value) is { } number)
        {
            return Unit.EndsWith("_gt", StringComparison.Ordinal) ? (number, double.PositiveInfinity)
                : Unit.EndsWith("_lt", StringComparison.Ordinal) ? (0, number)
                : (number, number);
        }

        // The dash of a range, not that of an exponent.
        for (var at = 1; at < Value.Length - 1; at++)
        {
            if (Value[at] == '-' && Number(Value[..at]) is { } low && Number(Value[(at + 1)..]) is { } high && low <= high)
            {
                return (low, high);
            }
        }

        return null;
    }

    private static double? Number(string text) => QuantityText.TryParse<Scalar>(text, out var number, out _) && !text.Contains('%', StringComparison.Ordinal)
        ? number.Value
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain) && double.IsFinite(plain) ? plain : null;
}
