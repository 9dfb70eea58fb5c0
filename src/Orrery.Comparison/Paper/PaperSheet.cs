using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Comparison.Paper;

/// <summary>What the datasheets say of each contestant, and by which convention.</summary>
/// <param name="Contestants">In the order asked; ratios are over the first.</param>
/// <param name="Notes">Where conventions differ, in words.</param>
public sealed record PaperSheet(
    IReadOnlyList<Cluster> Contestants, IReadOnlyList<PaperRow> Rows, IReadOnlyList<string> Notes)
{
    private const double Peta = 1e15;
    private const double Tera = 1e12;
    private const double GigabitPerSecond = 1.25e8;

    private static readonly (NumberFormat Format, string Label)[] Formats =
    [
        (NumberFormat.Bf16, "BF16"), (NumberFormat.Fp8, "FP8"), (NumberFormat.Fp4, "FP4"), (NumberFormat.Int8, "INT8"),
    ];

    /// <summary>Sums chip figures over each contestant's chips; power, price and floor by the share of a system it uses.</summary>
    public static PaperSheet Of(IReadOnlyList<Cluster> contestants)
    {
        var rows = new List<PaperRow>();
        var notes = new List<string>();

        void Add(string id, string label, string unit, Func<Cluster, PaperFigure?> figure, bool alternative = false)
        {
            var figures = contestants.Select(figure).ToList();
            if (figures.Exists(value => value is not null))
            {
                rows.Add(new PaperRow(id, label, unit, alternative, figures));
            }
        }

        void Claim(PaperClaim claim)
        {
            if (claim.Differing(rows[^1], contestants) is { Count: > 0 } differing)
            {
                Add($"{rows[^1].Id}_as_claimed", "as claimed elsewhere", rows[^1].Unit, claim.Figure, alternative: true);
                notes.AddRange(differing);
            }
        }

        Add("chips", "chips", "", cluster => PaperFigure.Counted(cluster.Chips));
        Add("scale_up_domain", "chips in one scale-up domain", "", cluster => PaperFigure.Counted(cluster.System.ScaleUpDomain));
        foreach (var (format, label) in Formats)
        {
            Add($"peak_{label.ToLowerInvariant()}", $"{label} dense peak", "PFLOP/s",
                cluster => PaperFigure.Of(cluster.Chip.Peaks.GetValueOrDefault(format), cluster.Chips, Peta));
            if (format == NumberFormat.Bf16)
            {
                Claim(PaperClaim.Bf16Peak);
                if (contestants.Any(cluster => cluster.Chip.MatmulPeaks.ContainsKey(format)))
                {
                    Add("peak_bf16_matmul", "matrix units alone", "PFLOP/s",
                        cluster => PaperFigure.Of(cluster.Chip.MatmulPeak(format), cluster.Chips, Peta), alternative: true);
                }
            }
        }

        Add("peak_best_float", "best floating-point format", "PFLOP/s", BestFloat);
        Add("hbm", "HBM", "TB", cluster => PaperFigure.Of(cluster.Chip.MemoryCapacity, cluster.Chips, Tera));
        Claim(PaperClaim.Memory);
        Add("hbm_bandwidth", "HBM bandwidth", "TB/s", cluster => PaperFigure.Of(cluster.Chip.MemoryBandwidth, cluster.Chips, Tera));
        Claim(PaperClaim.MemoryBandwidth);
        Add("scale_up_bandwidth", "scale-up bandwidth, one direction", "Gb/s",
            cluster => PaperFigure.Of(cluster.Chip.ScaleUpBandwidth, cluster.Chips, GigabitPerSecond));
        Claim(PaperClaim.ScaleUpBandwidth);
        Add("power", "power, whole system", "kW", cluster => PaperFigure.Of(cluster.System.Power, cluster.Systems, 1e3));
        Claim(PaperClaim.Power);
        Add("price", "price", "MUSD", cluster => PaperFigure.Of(cluster.System.Price, cluster.Systems, 1e6));
        Add("floor_area", "floor", "m2", cluster => PaperFigure.Of(cluster.System.FloorArea, cluster.Systems, 1));
        return new PaperSheet(contestants, rows, notes);
    }

    /// <summary>The row of an id; null where no contestant has the figure.</summary>
    public PaperRow? Row(string id) => Rows.FirstOrDefault(row => row.Id == id);

    private static PaperFigure? BestFloat(Cluster cluster)
    {
        var best = Formats
            .Where(entry => entry.Format != NumberFormat.Int8 && cluster.Chip.Peaks.ContainsKey(entry.Format))
            .OrderByDescending(entry => cluster.Chip.Peaks[entry.Format].Value.Value)
            .Select(entry => entry.Format)
            .Cast<NumberFormat?>()
            .FirstOrDefault();
        return best is { } format ? PaperFigure.Of(cluster.Chip.Peaks[format], cluster.Chips, Peta) : null;
    }
}
