using System.Text.Json;
using Orrery.Catalog;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;

namespace Orrery.Evidence.Reliability;

/// <summary>A row that a value of the catalog was taken from.</summary>
/// <param name="Predicted">What the catalog gives back, in the row's unit; null where nothing of the kind is predicted.</param>
/// <param name="Why">What it sets.</param>
public sealed record RateSource(string Id, string Metric, string Value, string Unit, double? Predicted, string Why);

/// <summary>Rows about failures: judged ones in the report, those that set a rate apart.</summary>
/// <param name="Why">How each judged row is read, by id.</param>
public sealed record ReliabilityReport(ValidationReport Report, IReadOnlyList<RateSource> Sets, IReadOnlyDictionary<string, string> Why);

/// <summary>Predicts published figures about failures and goodput, and compares.</summary>
public static class ReliabilityValidation
{
    /// <param name="rowsPath">Any CSV file with the columns of <c>evidence/reliability.csv</c>.</param>
    /// <param name="readingsPath">How rows are read: <c>evidence/reliability-rows.yaml</c>.</param>
    /// <exception cref="InvalidInputException">A file is malformed; every finding is in it.</exception>
    public static ReliabilityReport Run(OrreryCatalog catalog, string rowsPath, string readingsPath)
    {
        var diagnostics = new DiagnosticList();
        var rows = ReliabilityRow.Load(rowsPath, diagnostics);
        diagnostics.ThrowOnErrors();
        var readings = ReliabilityReading.Load(readingsPath).ToDictionary(reading => reading.Id);
        var ends = new Dictionary<string, GoodputEnds>();
        var prediction = new ReliabilityPrediction(catalog);
        var (judged, skipped, sets, why) = (new List<ValidationRow>(), new List<SkippedRow>(), new List<RateSource>(), new Dictionary<string, string>());
        foreach (var row in rows)
        {
            var reading = readings.GetValueOrDefault(row.Id);
            try
            {
                if (reading is null or { Role: RowRole.Skipped })
                {
                    skipped.Add(new SkippedRow(row.Id, reading?.Why ?? $"{Path.GetFileName(readingsPath)} does not say how to read it"));
                }
                else if (reading.Role == RowRole.Sets)
                {
                    double? given = reading.Quantity is null ? null : prediction.Of(reading, System(reading)) / UnitOf(row);
                    sets.Add(new RateSource(row.Id, row.Metric, row.Value, row.Unit, given, reading.Why));
                }
                else
                {
                    judged.Add(Judge(row, reading));
                    why[row.Id] = reading.Why;
                }
            }
            catch (MissingFactException missing)
            {
                skipped.Add(new SkippedRow(row.Id, missing.Message));
            }
        }

        return new ReliabilityReport(ValidationReport.Of(judged, skipped), sets, why);

        ValidationRow Judge(ReliabilityRow row, ReliabilityReading reading)
        {
            var (low, high) = row.Stated(reading.Measured) ?? throw new MissingFactException($"'value' is '{row.Value}', no number and no range");
            var unit = UnitOf(row);
            var system = System(reading);
            var predicted = prediction.Of(reading, system) / unit;
            (double Low, double High)? range = reading.SetsRange || system is null ? null : Range(reading, system, predicted, unit);
            var isBound = low < high;
            return new ValidationRow(
                row.Id, row.Metric, row.PlainUnit, double.IsInfinity(high) ? low : low == 0 ? high : Math.Sqrt(low * high), predicted,
                [isBound ? "kind:bound" : "kind:value", $"quantity:{JsonNamingPolicy.KebabCaseLower.ConvertName(reading.Quantity.ToString()!)}", $"source:{row.Source.Split(" (")[0].Split(" notes")[0]}"], range?.Low, range?.High)
            {
                Bounds = isBound ? (low, high) : null,
            };
        }

        AiSystem? System(ReliabilityReading reading) => reading.System.Length == 0 ? null : catalog.System(reading.System);

        // As for predictions elsewhere: each input of the catalog at both its ends, added as independent ones.
        (double Low, double High) Range(ReliabilityReading reading, AiSystem system, double predicted, double unit)
        {
            if (!ends.TryGetValue(system.Id, out var inputs))
            {
                ends[system.Id] = inputs = GoodputEnds.Of(catalog, system);
            }

            var (down, up) = (0.0, 0.0);
            foreach (var input in inputs.Inputs)
            {
                var (atLow, atHigh) = (prediction.Of(reading, input.Low) / unit, prediction.Of(reading, input.High) / unit);
                down += Math.Pow(Math.Log(Math.Min(predicted, Math.Min(atLow, atHigh)) / predicted), 2);
                up += Math.Pow(Math.Log(Math.Max(predicted, Math.Max(atLow, atHigh)) / predicted), 2);
            }

            var most = predicted * Math.Exp(Math.Sqrt(up));
            return (predicted * Math.Exp(-Math.Sqrt(down)), reading.Quantity is ReliabilityQuantity.Ettr or ReliabilityQuantity.PartShare ? Math.Min(1 / unit, most) : most);
        }
    }

    private static double UnitOf(ReliabilityRow row) => row.UnitSize ?? throw new MissingFactException($"'unit' is '{row.Unit}', which is not known");
}
