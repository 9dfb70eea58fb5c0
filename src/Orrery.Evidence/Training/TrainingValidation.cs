using System.Text.Json;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Training;

/// <summary>Predicts every measured training run that its source describes well enough, and compares.</summary>
public static class TrainingValidation
{
    /// <param name="rowsPath">Any CSV file with the columns of <c>evidence/training.csv</c>.</param>
    /// <param name="rulesPath">How each source counts: <c>evidence/training-sources.yaml</c>.</param>
    /// <param name="residuals">What intervals are made of; null for none.</param>
    /// <exception cref="InvalidInputException">The file is malformed; every finding is in it.</exception>
    public static ValidationReport Run(OrreryCatalog catalog, string rowsPath, string rulesPath, ResidualTable? residuals = null)
    {
        var intervals = new RowIntervals(catalog, residuals ?? ResidualTable.Empty);
        var cases = Cases(catalog, rowsPath, rulesPath, out var skipped);
        var rows = new List<ValidationRow>();
        foreach (var one in cases)
        {
            try
            {
                var estimate = TrainingEstimator.Estimate(one.Workload, one.Strategy, one.Cluster, one.Stack);
                var (low, high) = intervals.Of(one, estimate);
                rows.Add(new ValidationRow(
                    one.Row.Id, one.Metric, one.Unit, one.Measured, one.InMetric(estimate.TokensPerSecondPerChip, estimate.Peak.Value), Groups(one), low, high,
                    estimate.Memory.Fits)
                {
                    MemoryShare = estimate.Memory.Share,
                });
            }
            catch (MissingFactException missing)
            {
                skipped.Add(new SkippedRow(one.Row.Id, missing.Message));
            }
        }

        return ValidationReport.Of(rows, skipped) with
        {
            LeftOutCoverage = IntervalCoverage.Of(residuals ?? ResidualTable.Empty),
            LeftOut = residuals is { Residuals.Count: > 0 } shipped ? LeftOutErrors.Of(shipped) : null,
            Again = MeasuredAgain.Of(cases),
        };
    }

    internal static List<TrainingCase> Cases(OrreryCatalog catalog, string rowsPath, string rulesPath, out List<SkippedRow> skipped, Func<string, SoftwareStack>? stacks = null)
    {
        var diagnostics = new DiagnosticList();
        var rows = TrainingRow.Load(rowsPath, diagnostics);
        diagnostics.ThrowOnErrors();
        var interpreter = new RowInterpreter(catalog, SourceRules.Load(rulesPath), stacks ?? catalog.Stack);
        var cases = new List<TrainingCase>();
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

    /// <summary>The class the accuracy targets speak of: "dense", "moe", "fsdp" or "tpu".</summary>
    internal static string ClassOf(TrainingCase one) =>
        ValidatedGroup.ClassOf(one.Workload.Model, one.Cluster.Chip, one.Stack.Id);

    /// <summary>The id up to its size: "llama-3.1-405b" is of "llama-3.1", "qwen3-235b-a22b" of "qwen3".</summary>
    internal static string FamilyOf(string model) => ValidatedGroup.FamilyOf(model);

    private static List<string> Groups(TrainingCase one) =>
    [
        $"class:{ClassOf(one)}",
        $"source:{one.SourceName}",
        $"chip:{one.Cluster.Chip.Id}",
        $"family:{FamilyOf(one.Workload.Model.Id)}",
        $"model:{one.Workload.Model.Id}",
        $"precision:{JsonNamingPolicy.KebabCaseLower.ConvertName(one.Workload.Precision.ToString())}",
        $"task:{one.Workload.Task.ToString().ToLowerInvariant()}",
        .. one.Row.Release() is { Length: > 0 } release ? new[] { $"release:{one.SourceName} {release}" } : [],
    ];
}
