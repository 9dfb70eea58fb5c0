using System.Globalization;
using Orrery.Quantities;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>What a parameter of a kernel is measured in, and so how a file writes it.</summary>
internal enum FieldUnit
{
    None,
    Microseconds,
    Nanoseconds,
    Megabytes,
    GigabytesPerSecond,
}

/// <summary>A parameter of a kernel by its name in the catalog.</summary>
internal sealed record KernelField(string Name, FieldUnit Unit)
{
    private double Factor => Unit switch
    {
        FieldUnit.Microseconds => 1e-6,
        FieldUnit.Nanoseconds => 1e-9,
        FieldUnit.Megabytes => 1e6,
        FieldUnit.GigabytesPerSecond => 1e9,
        _ => 1,
    };

    private string Word => Unit switch
    {
        FieldUnit.Microseconds => " us",
        FieldUnit.Nanoseconds => " ns",
        FieldUnit.Megabytes => " MB",
        FieldUnit.GigabytesPerSecond => " GB/s",
        _ => "",
    };

    /// <summary>As a catalog file writes it, with four digits: "2.646 us".</summary>
    public string Text(double value) => (value / Factor).ToString("G4", CultureInfo.InvariantCulture) + Word;

    /// <summary>Reads a quantity of the field's dimension into its base unit.</summary>
    public bool TryParse(string text, out double value)
    {
        var (read, found) = Unit switch
        {
            FieldUnit.Microseconds or FieldUnit.Nanoseconds => (QuantityText.TryParse<Seconds>(text, out var time, out _), time.Value),
            FieldUnit.Megabytes => (QuantityText.TryParse<Bytes>(text, out var size, out _), size.Value),
            FieldUnit.GigabytesPerSecond => (QuantityText.TryParse<BytesPerSecond>(text, out var rate, out _), rate.Value),
            _ => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number), number),
        };
        value = found;
        return read;
    }
}
