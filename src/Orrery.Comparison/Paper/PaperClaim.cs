using System.Globalization;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Comparison.Paper;

/// <summary>A figure of a whole system as a vendor or an essay states it, beside the sum over its chips.</summary>
/// <param name="Key">The name of the claim in the system's file.</param>
/// <param name="Unit">Base units in one unit of the row.</param>
/// <param name="PerChip">How a share of one chip is written.</param>
/// <param name="Conventions">What else is said of one chip, in words; empty where nothing is.</param>
internal sealed record PaperClaim(string Key, double Unit, Func<double, string> PerChip, Func<Chip, string> Conventions)
{
    // Closer than this is rounding, not another convention.
    private const double Rounding = 0.005;

    public static PaperClaim Bf16Peak { get; } = new("bf16", 1e15, value => new FlopsPerSecond(value).ToString(), PeaksInWords);

    public static PaperClaim Memory { get; } = new("hbm", 1e12, value => new Bytes(value).ToString(), _ => "");

    public static PaperClaim MemoryBandwidth { get; } = new("hbm_bandwidth", 1e12, value => new BytesPerSecond(value).ToString(), _ => "");

    public static PaperClaim ScaleUpBandwidth { get; } = new(
        "scale_up", 1.25e8, value => string.Create(CultureInfo.InvariantCulture, $"{value / 1.25e8:#,0} Gb/s"), _ => "");

    public static PaperClaim Power { get; } = new("power", 1e3, value => new Watts(value).ToString(), _ => "");

    public PaperFigure? Figure(Cluster cluster) =>
        PaperFigure.Of(cluster.System.Claims.GetValueOrDefault(Key), cluster.Systems, Unit);

    /// <summary>One sentence for each contestant whose claim is not what the row above says.</summary>
    public IReadOnlyList<string> Differing(PaperRow row, IReadOnlyList<Cluster> contestants)
    {
        var notes = new List<string>();
        for (var i = 0; i < contestants.Count; i++)
        {
            var cluster = contestants[i];
            if (Figure(cluster) is { } claim && row.Figures[i] is { Value: > 0 } figure
                && Math.Abs((claim.Value / figure.Value) - 1) > Rounding)
            {
                var (claimed, counted) = (claim.Value * Unit / cluster.Chips, figure.Value * Unit / cluster.Chips);
                notes.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{cluster.System.Name}, {row.Label}: {claim.Source} says {QuantityText.Significant(claim.Value)} {row.Unit}, which is {PerChip(claimed)} a chip; the catalog has {PerChip(counted)} a chip ({figure.Source}){Conventions(cluster.Chip)}"));
            }
        }

        return notes;
    }

    private static string PeaksInWords(Chip chip)
    {
        var words = new List<string>();
        if (chip.MatmulPeaks.TryGetValue(NumberFormat.Bf16, out var matmul))
        {
            words.Add($"{matmul.Value} with the matrix units alone ({matmul.Source})");
        }

        words.AddRange(chip.OtherPeaks
            .Where(peak => peak.Key.StartsWith("bf16", StringComparison.OrdinalIgnoreCase))
            .OrderBy(peak => peak.Value.Value.Value)
            .Select(peak => $"{peak.Value.Value} as {peak.Key.Replace('-', ' ')} ({peak.Value.Source})"));
        return words.Count > 0 ? ", " + string.Join(", ", words) : "";
    }
}
