using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;

namespace Orrery.Comparison.Paper;

/// <summary>A figure as rules test it; the ends differ where the catalog is not sure.</summary>
/// <param name="By">What it comes from: the format of the largest product, or nothing.</param>
public readonly record struct ChipFigure(double Low, double Value, double High, string By);

/// <summary>What export rules make of a chip's facts.</summary>
public static class ChipFigures
{
    private const double Giga = 1e9;
    private const double Tera = 1e12;
    private const double SquareMillimetre = 1e-6;

    /// <summary>Bits of a number as the rules count them; TF32 is kept in 19 of its 32.</summary>
    private static readonly Dictionary<NumberFormat, int> Bits = new()
    {
        [NumberFormat.Fp64] = 64,
        [NumberFormat.Fp32] = 32,
        [NumberFormat.Tf32] = 19,
        [NumberFormat.Fp16] = 16,
        [NumberFormat.Bf16] = 16,
        [NumberFormat.Fp8] = 8,
        [NumberFormat.Int8] = 8,
        [NumberFormat.Fp6] = 6,
        [NumberFormat.Fp4] = 4,
        [NumberFormat.Int4] = 4,
    };

    /// <summary>
    /// Equation: TPP = max over formats of <c>dense T operations/s x bits</c>, a multiply and an add being two; performance density <c>TPP / die area</c>;
    /// interconnect <c>2 x scale-up bandwidth a direction</c>. Source: the texts of ECCN 3A090 as the catalog paraphrases them.
    /// </summary>
    /// <returns>Null where the catalog lacks the fact; <paramref name="missing"/> says which.</returns>
    public static ChipFigure? Of(Chip chip, ChipQuantity quantity, out string missing)
    {
        missing = quantity switch
        {
            ChipQuantity.Tpp or ChipQuantity.PerformanceDensity when !chip.Peaks.Keys.Any(Bits.ContainsKey) => "peaks",
            ChipQuantity.PerformanceDensity when chip.DieArea is null => "die_area",
            ChipQuantity.InterconnectBandwidth or ChipQuantity.MemoryAndInterconnectBandwidth when chip.ScaleUpBandwidth is null => "scale_up_bandwidth",
            ChipQuantity.MemoryBandwidthDensity => "the area of its memory stacks",
            _ => "",
        };
        return missing.Length > 0 ? null : quantity switch
        {
            ChipQuantity.Tpp => Tpp(chip),
            ChipQuantity.PerformanceDensity => Over(Tpp(chip), chip.DieArea!, area => area.Value / SquareMillimetre),
            ChipQuantity.MemoryBandwidth => Figure(chip.MemoryBandwidth, bandwidth => bandwidth.Value / Giga),
            ChipQuantity.MemoryCapacity => Figure(chip.MemoryCapacity, capacity => capacity.Value / Giga),
            ChipQuantity.InterconnectBandwidth => Links(chip),
            _ => Sum(Figure(chip.MemoryBandwidth, bandwidth => bandwidth.Value / Giga), Links(chip)),
        };
    }

    private static ChipFigure Tpp(Chip chip)
    {
        var products = chip.Peaks.Where(peak => Bits.ContainsKey(peak.Key))
            .Select(peak => (Format: peak.Key, Figure: Figure(peak.Value, rate => rate.Value / Tera * Bits[peak.Key]))).ToList();
        var most = products.MaxBy(product => product.Figure.Value);
        return new ChipFigure(products.Max(product => product.Figure.Low), most.Figure.Value, products.Max(product => product.Figure.High), most.Format.ToString().ToUpperInvariant());
    }

    private static ChipFigure Links(Chip chip) => Figure(chip.ScaleUpBandwidth!, bandwidth => 2 * bandwidth.Value / Giga);

    private static ChipFigure Figure<T>(Sourced<T> fact, Func<T, double> amount) where T : struct => new(amount(fact.Low), amount(fact.Value), amount(fact.High), "");

    private static ChipFigure Sum(ChipFigure one, ChipFigure other) => new(one.Low + other.Low, one.Value + other.Value, one.High + other.High, "");

    private static ChipFigure Over<T>(ChipFigure figure, Sourced<T> fact, Func<T, double> amount) where T : struct =>
        new(figure.Low / amount(fact.High), figure.Value / amount(fact.Value), figure.High / amount(fact.Low), figure.By);
}
