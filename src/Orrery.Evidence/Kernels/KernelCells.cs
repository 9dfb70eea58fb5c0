using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Csv;

namespace Orrery.Evidence.Kernels;

/// <summary>Typed access to one row of a kernel table; what is wrong is reported at its line and reads as zero.</summary>
internal readonly struct KernelCells(CsvTable table, CsvRow row, DiagnosticList diagnostics)
{
    public int Line => row.Line;

    public string Text(string column) => table.Text(row, column);

    /// <summary>A number, never negative.</summary>
    public double Number(string column)
    {
        var text = table.Text(row, column);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0)
        {
            return number;
        }

        diagnostics.Error(DiagnosticCode.BadValue, $"'{column}' is '{text}', expected a number that is not negative", table.Name, row.Line, 1);
        return 0;
    }

    /// <summary>A number that may be blank.</summary>
    public double NumberOrZero(string column) => table.Text(row, column).Length == 0 ? 0 : Number(column);
}
