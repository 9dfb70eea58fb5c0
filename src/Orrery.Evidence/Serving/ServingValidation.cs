using System.Text.Json;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Serving;

/// <summary>Predicts every measured serving run that its source describes well enough, and compares.</summary>
public static class ServingValidation
{
    /// <param name="rowsPath">Any CSV file with the columns of <c>evidence/serving.csv</c>.</param>
    /// <param name="rulesPath">What sources leave unsaid: <c>evidence/serving-sources.yaml</c>.</param>
    /// <param name="residuals">What intervals are made of; null for none.</param>
    /// <exception cref="InvalidInputException">The file is malformed; every finding is in it.</exception>
    public static ValidationReport Run(OrreryCatalog catalog, string rowsPath, string rulesPath, ResidualTable? residuals = null)
    {
        var intervals = new ServingIntervals(residuals ?? ResidualTable.Empty);
        var cases = Cases(catalog, rowsPath, rulesPath, out var skipped);
        var outcomes = new Outcome[cases.Count];

        // Each case is deterministic and apart from the others; the results stand in the rows' order.
        Parallel.For(0, cases.Count, at => outcomes[at] = Outcome.Of(cases[at], intervals));
        var rows = new List<ValidationRow>();
        foreach (var outcome in outcomes)
        {
            rows.AddRange(outcome.Rows);
            if (outcome.Missing.Length > 0)
            {
                skipped.Add(new SkippedRow(outcome.Id, outcome.Missing));
            }
        }

        return ValidationReport.Of(rows, skipped) with { LeftOutCoverage = IntervalCoverage.Of(residuals ?? ResidualTable.Empty, byMetric: true) };
    }

    internal static List<ServingCase> Cases(
        OrreryCatalog catalog, string rowsPath, string rulesPath, out List<SkippedRow> skipped, Func<string, ServingEngine>? engines = null)
    {
        var diagnostics = new DiagnosticList();
        var rows = ServingRow.Load(rowsPath, diagnostics);
        diagnostics.ThrowOnErrors();
        var interpreter = new ServingInterpreter(catalog, ServingRuleBook.Load(rulesPath), engines ?? catalog.Engine);
        var cases = new List<ServingCase>();
        skipped = [];
        foreach (var row in rows)
        {
            if (interpreter.Interpret(row, out var reason) is { } one)
            {
                cases.Add(one);
            }
            else
            {
                skipped.Add(new SkippedRow(row.Id, reason));
            }
        }

        return cases;
    }

    /// <summary>The quantities that a row states, with what is predicted of them, in the contract's units.</summary>
    internal static IEnumerable<(string Metric, string Unit, double Measured, double Predicted)> Quantities(ServingCase one, ServingPrediction prediction)
    {
        const double Milli = 1000;
        var row = one.Row;
        if (row.TtftMs is { } ttft && !double.IsNaN(prediction.TtftS))
        {
            yield return ("ttft_ms", "ms", ttft, Milli * prediction.TtftS);
        }

        if (row.TpotMs is { } tpot && !double.IsNaN(prediction.TpotS))
        {
            yield return ("tpot_ms", "ms", tpot, Milli * prediction.TpotS);
        }

        if ((row.TokensPerSecondPerChip ?? (row.TokensPerSecond / one.Chips)) is { } rate && !double.IsNaN(prediction.OutputTokensPerSecond))
        {
            yield return ("tokens_per_s_per_chip", "tokens/s", rate, prediction.OutputTokensPerSecond / one.Chips);
        }
    }

    /// <summary>The group of rows that their own source calls experimental.</summary>
    public const string Experimental = "kind:experimental";

    private static List<string> Groups(ServingCase one, string metric) =>
    [
        $"tier:{one.Row.Tier}",
        .. one.Row.IsExperimental ? new[] { Experimental } : [],
        $"metric:{metric} tier {one.Row.Tier}",
        $"load:{JsonNamingPolicy.KebabCaseLower.ConvertName(one.Load.ToString())} {metric}",
        $"source:{one.SourceName} {metric}",
        $"engine:{one.Engine.Id} {metric}",
        $"chip:{one.System.Chip.Id} {metric}",
        $"family:{ValidatedGroup.FamilyOf(one.Workload.Model.Id)} {metric}",
        $"weights:{JsonNamingPolicy.KebabCaseLower.ConvertName(one.Workload.Precision.Experts.ToString())} {metric}",
    ];

    private sealed record Outcome(string Id, IReadOnlyList<ValidationRow> Rows, string Missing)
    {
        public static Outcome Of(ServingCase one, ServingIntervals intervals)
        {
            try
            {
                var prediction = ServingPrediction.Of(one);
                return new Outcome(one.Row.Id, [.. Quantities(one, prediction).Select(q => Judged(one, q, prediction.Fits, intervals))], "");
            }
            catch (MissingFactException missing)
            {
                return new Outcome(one.Row.Id, [], missing.Message);
            }
        }

        private static ValidationRow Judged(
            ServingCase one, (string Metric, string Unit, double Measured, double Predicted) q, bool fits, ServingIntervals intervals)
        {
            var (low, high) = intervals.Of(one, q.Metric, q.Predicted);
            return new ValidationRow(one.Row.Id, q.Metric, q.Unit, q.Measured, q.Predicted, Groups(one, q.Metric), low, high, fits);
        }
    }
}
