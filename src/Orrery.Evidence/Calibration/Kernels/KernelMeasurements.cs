using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Evidence.Kernels;
using Orrery.Interchange.Csv;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>One file of kernel timings of the chip that is fitted.</summary>
/// <param name="SecondsPerUnit">Of its measured columns.</param>
internal sealed record KernelTimings(string File, string Op, CsvTable Table, double SecondsPerUnit);

/// <summary>Reads kernel tables and plain timings of matrix products, all of one chip.</summary>
internal static class KernelMeasurements
{
    private const double Microsecond = 1e-6;

    /// <summary>The chip, and every table of it.</summary>
    /// <param name="paths">Files named SYSTEM_OP.csv, folders of them, CSV files of matrix products.</param>
    /// <param name="chipName">The chip, where file names do not say; of folders, only its tables are taken.</param>
    /// <exception cref="InvalidInputException">Something is wrong with what was named; with every finding.</exception>
    public static (Chip Chip, IReadOnlyList<KernelTimings> Timings) Load(OrreryCatalog catalog, IReadOnlyList<string> paths, string? chipName)
    {
        var diagnostics = new DiagnosticList();
        var chip = chipName is null ? null : catalog.Chip(chipName);
        var timings = new List<KernelTimings>();
        foreach (var path in paths)
        {
            var isFolder = Directory.Exists(path);
            foreach (var file in isFolder ? [.. Directory.EnumerateFiles(path, "*.csv").Order(StringComparer.Ordinal)] : new[] { path })
            {
                var named = KernelTableFile.Of(file);
                var itsChip = named is null ? null : catalog.FindChip(named.Chip);
                if (isFolder && (named is null || (chipName is not null && itsChip is not null && itsChip.Id != chip!.Id)))
                {
                    continue; // a list beside the tables, or the tables of other chips
                }

                if (Load(file, named, diagnostics) is not { } table)
                {
                    continue;
                }

                if (itsChip is null && chip is null)
                {
                    diagnostics.Error(
                        DiagnosticCode.UnknownName, named is null ? "nothing says which chip this is" : $"no chip is called '{named.Chip}'", file,
                        hint: "--chip CHIP names it; a chip the catalog lacks goes into a folder of your own, see the guide");
                }
                else if (itsChip is not null && chip is not null && itsChip.Id != chip.Id)
                {
                    diagnostics.Error(DiagnosticCode.BadValue, $"this is of '{itsChip.Id}', expected tables of one chip, '{chip.Id}'", file, hint: "--chip CHIP takes only its tables out of a folder");
                }

                chip ??= itsChip;
                timings.Add(table);
            }
        }

        if (timings.Count == 0 && !diagnostics.HasErrors)
        {
            diagnostics.Error(
                DiagnosticCode.Unreadable, $"there is no kernel table{(chip is null ? "" : $" of '{chip.Id}'")} in {string.Join(", ", paths)}",
                hint: $"tables are named SYSTEM_OP.csv with OP one of {string.Join(", ", KernelTableFile.Ops)}; a file of another name has {PlainGemmFile.Form}");
        }

        diagnostics.ThrowOnErrors();
        return (chip!, timings);
    }

    private static KernelTimings? Load(string file, KernelTableFile? named, DiagnosticList diagnostics)
    {
        if (named is null)
        {
            return PlainGemmFile.Load(file, diagnostics) is { } plain ? new KernelTimings(file, "gemm", plain.Table, plain.SecondsPerUnit) : null;
        }

        return CsvTable.Load(file, [.. KernelTable.Of(named.Op).Columns], diagnostics) is { } table
            ? new KernelTimings(file, named.Op, table, Microsecond)
            : null;
    }
}
