using System.Globalization;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Csv;

namespace Orrery.Evidence.Kernels;

/// <summary>Kernel and collective times against measured tables.</summary>
public static class KernelValidation
{
    /// <summary>Predicts every row of one table or of a folder of tables.</summary>
    /// <exception cref="InvalidInputException">A file cannot be read; with every finding at its line.</exception>
    public static ValidationReport Validate(OrreryCatalog catalog, string path)
    {
        var rows = new List<ValidationRow>();
        var skipped = new List<SkippedRow>();
        var diagnostics = new DiagnosticList();
        foreach (var file in KernelTableFile.At(path))
        {
            Validate(catalog, file, rows, skipped, diagnostics);
        }

        diagnostics.ThrowOnErrors();
        return ValidationReport.Of(rows, skipped);
    }

    private static void Validate(
        OrreryCatalog catalog, KernelTableFile file, List<ValidationRow> rows, List<SkippedRow> skipped, DiagnosticList diagnostics)
    {
        var table = KernelTable.Of(file.Op);
        var found = new DiagnosticList();
        var csv = CsvTable.Load(file.File, [.. table.Columns], found);
        diagnostics.AddRange(found);
        if (csv is null)
        {
            return;
        }

        var bench = BenchOf(catalog, file.Chip, out var unknown);
        var groups = new Dictionary<string, (string[] All, string[] Large)>(StringComparer.Ordinal);
        foreach (var row in csv.Rows)
        {
            var cells = new KernelCells(csv, row, diagnostics);
            var id = string.Create(CultureInfo.InvariantCulture, $"{file.Chip}_{file.Op}:{row.Line}");
            foreach (var column in table.Measured)
            {
                var measured = cells.Number(column);
                var prediction = bench is null ? KernelPrediction.Skip(unknown) : table.Predict(bench, cells, column);
                if (prediction.SkipReason is { } reason)
                {
                    skipped.Add(new SkippedRow(id, reason));
                }
                else if (measured <= 0)
                {
                    skipped.Add(new SkippedRow(id, $"'{column}' is zero: nothing was measured"));
                }
                else
                {
                    var (all, large) = GroupsOf(groups, file, table.Format(cells));
                    rows.Add(new ValidationRow(id, column, "us", measured, prediction.Seconds * 1e6, prediction.IsLarge ? large : all));
                }
            }
        }
    }

    private static KernelBench? BenchOf(OrreryCatalog catalog, string system, out string reason)
    {
        reason = "";
        if (catalog.FindChip(system) is not { } chip)
        {
            reason = $"no chip is called '{system}'";
            return null;
        }

        if (chip.Kernels is not { } kernels)
        {
            reason = $"the chip '{chip.Id}' has no kernel profile";
            return null;
        }

        return KernelBench.Of(catalog, chip, kernels);
    }

    private static (string[] All, string[] Large) GroupsOf(
        Dictionary<string, (string[] All, string[] Large)> known, KernelTableFile file, string format)
    {
        if (!known.TryGetValue(format, out var groups))
        {
            var table = $"{file.Chip}/{file.Op}/{format}";
            string[] all = [$"table:{table}", $"system:{file.Chip}", $"op:{file.Op}", $"dtype:{format}"];
            known[format] = groups = (all, [.. all, $"large:{table}", $"large:{file.Op}"]);
        }

        return groups;
    }
}
