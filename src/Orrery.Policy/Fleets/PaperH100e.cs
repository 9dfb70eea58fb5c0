using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>H100 equivalents as datasheets have them, by each of the three definitions of <c>policies/h100-equivalents</c>.</summary>
public sealed class PaperH100e
{
    private const string Sheet = "h100-equivalents";

    private static readonly (NumberFormat Format, int Bits)[] Formats =
    [
        (NumberFormat.Fp64, 64), (NumberFormat.Fp32, 32), (NumberFormat.Fp16, 16), (NumberFormat.Bf16, 16), (NumberFormat.Fp8, 8), (NumberFormat.Int8, 8),
        (NumberFormat.Fp6, 6), (NumberFormat.Fp4, 4), (NumberFormat.Int4, 4),
    ];

    private readonly Dictionary<H100Count, double> _one;

    /// <exception cref="MissingFactException">The catalog does not define one of them.</exception>
    public PaperH100e(OrreryCatalog catalog)
    {
        var facts = catalog.Policy(Sheet).Facts;
        double Fact(string key) => facts.TryGetValue(key, out var fact) ? fact.Amount.Value : throw new MissingFactException($"policies/{Sheet} has no '{key}'");
        _one = new() { [H100Count.Tpp] = Fact("tpp"), [H100Count.EightBit] = Fact("tpp_8_bit"), [H100Count.Epoch] = Fact("epoch") };
    }

    /// <summary>
    /// H100e of one chip.
    /// Equation: <c>max over formats of (peak bits) / 15,824</c> (TPP), the same of 8-bit formats over 15,832, or
    /// <c>max(8-bit peak, 16-bit peak) / 1,979 TOP/s</c> (Epoch); dense peaks in TOP/s as the datasheet states them.
    /// TF32 counts as no format of its own: its inputs take 32 bits and its products 19. A chip without an 8-bit format is counted by its 16 bits.
    /// </summary>
    public double Of(Chip chip, H100Count count)
    {
        double Most(Func<int, bool> bits, Func<int, double> weight) => Formats
            .Where(entry => bits(entry.Bits) && chip.Peaks.ContainsKey(entry.Format))
            .Select(entry => chip.Peaks[entry.Format].Value.Value / 1e12 * weight(entry.Bits)).DefaultIfEmpty(0).Max();

        var amount = count switch
        {
            H100Count.Tpp => Most(_ => true, bits => bits),
            H100Count.EightBit => Most(bits => bits == 8, bits => bits) is > 0 and var eight ? eight : Most(bits => bits == 16, bits => bits),
            _ => Most(bits => bits is 8 or 16, _ => 1),
        };
        return amount / _one[count];
    }
}
