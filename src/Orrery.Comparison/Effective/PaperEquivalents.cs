using Orrery.Catalog;
using Orrery.Comparison.Paper;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;

namespace Orrery.Comparison.Effective;

/// <summary>H100-equivalents of one chip by the three definitions that are in use; null where the chip lacks the peak.</summary>
/// <param name="Tpp">Total processing power over that of an H100 at 16 bits.</param>
/// <param name="EightBit">Eight-bit operations over the H100's, in TPP.</param>
/// <param name="Epoch">The larger of dense 8-bit and 16-bit operations over the H100's 8-bit ones; four bits do not count.</param>
public sealed record PaperEquivalents(double? Tpp, double? EightBit, double? Epoch)
{
    private const string Definitions = "h100-equivalents";
    private const double Tera = 1e12;
    private const int Eight = 8;

    private static readonly NumberFormat[] EightBits = [NumberFormat.Fp8, NumberFormat.Int8];
    private static readonly NumberFormat[] SixteenBits = [NumberFormat.Bf16, NumberFormat.Fp16];

    /// <summary>By the definitions' numbers in <c>catalog/policies/h100-equivalents.yaml</c>.</summary>
    public static PaperEquivalents Of(OrreryCatalog catalog, Chip chip)
    {
        var facts = catalog.Policy(Definitions).Facts;
        var (eight, sixteen) = (Most(chip, EightBits), Most(chip, SixteenBits));
        double? larger = eight is null && sixteen is null ? null : Math.Max(eight ?? 0, sixteen ?? 0);
        return new PaperEquivalents(
            ChipFigures.Of(chip, ChipQuantity.Tpp, out _)?.Value / facts["tpp"].Amount.Value,
            Eight * eight / facts["tpp_8_bit"].Amount.Value,
            larger / facts["epoch"].Amount.Value);
    }

    private static double? Most(Chip chip, NumberFormat[] formats)
    {
        var peaks = formats.Where(chip.Peaks.ContainsKey).Select(format => chip.Peaks[format].Value.Value / Tera).ToList();
        return peaks.Count > 0 ? peaks.Max() : null;
    }
}
