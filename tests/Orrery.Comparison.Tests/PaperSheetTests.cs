using Orrery.Comparison.Paper;
using Xunit;

namespace Orrery.Comparison.Tests;

/// <summary>The figures of the essay "Do not underestimate Jensen Huang's judgment" come out, and differences are said.</summary>
public sealed class PaperSheetTests
{
    private static readonly PaperSheet Sheet = PaperSheet.Of([Shipped.Nvl72.Cluster, Shipped.CloudMatrix.Cluster]);

    [Theory]
    [InlineData("chips", 72, 384)]
    [InlineData("scale_up_domain", 72, 384)]
    [InlineData("peak_bf16_as_claimed", 180, 300)]
    [InlineData("hbm_as_claimed", 13.8, 49.2)]
    [InlineData("hbm_bandwidth", 576, 1229)]
    [InlineData("scale_up_bandwidth_as_claimed", 518_400, 1_075_200)]
    [InlineData("power", 145, 559)]
    public void The_essays_figures_come_out(string row, double nvl72, double cloudMatrix)
    {
        var figures = Sheet.Row(row)!.Figures;
        Assert.Equal(nvl72, figures[0]!.Value, nvl72 * 0.001);
        Assert.Equal(cloudMatrix, figures[1]!.Value, cloudMatrix * 0.001);
    }

    [Theory]
    [InlineData("peak_bf16", 384 * 752 / 1000.0)]
    [InlineData("peak_bf16_matmul", 384 * 708 / 1000.0)]
    [InlineData("hbm", 384 * 128 / 1000.0)]
    [InlineData("scale_up_bandwidth", 384 * 392 * 8)]
    public void The_catalogs_own_figures_are_the_sum_over_chips(string row, double cloudMatrix) =>
        Assert.Equal(cloudMatrix, Sheet.Row(row)!.Figures[1]!.Value, cloudMatrix * 1e-9);

    [Fact]
    public void The_ratio_falls_from_1_6_in_BF16_to_0_4_against_FP4()
    {
        Assert.Equal(1.6, Sheet.Row("peak_bf16")!.Ratio(1)!.Value, 0.01);
        Assert.Equal(0.4, Sheet.Row("peak_best_float")!.Ratio(1)!.Value, 0.01);
    }

    [Fact]
    public void A_format_that_a_chip_lacks_is_none_and_has_no_ratio()
    {
        var row = Sheet.Row("peak_fp8")!;
        Assert.Null(row.Figures[1]);
        Assert.Null(row.Ratio(1));
    }

    [Theory]
    [InlineData("BF16", "781 TFLOP/s", "752 TFLOP/s", "708 TFLOP/s")]
    [InlineData("HBM:", "192 GB", "186 GB", "13.8 TB")]
    [InlineData("scale-up", "2,800 Gb/s", "3,136 Gb/s", "1,075,200")]
    public void Where_conventions_differ_a_note_says_both_figures(string about, params string[] figures)
    {
        var note = Assert.Single(Sheet.Notes, note => note.Contains(about, StringComparison.Ordinal));
        Assert.All(figures, figure => Assert.Contains(figure, note, StringComparison.Ordinal));
    }

    [Fact]
    public void Half_a_system_has_half_the_power_and_price()
    {
        var half = PaperSheet.Of([Shipped.Contestant("gb200-nvl72", "megatron", chips: 36).Cluster, Shipped.CloudMatrix.Cluster]);
        Assert.Equal(Sheet.Row("power")!.Figures[0]!.Value / 2, half.Row("power")!.Figures[0]!.Value, 1e-9);
        Assert.Equal(Sheet.Row("price")!.Figures[0]!.Value / 2, half.Row("price")!.Figures[0]!.Value, 1e-9);
    }
}
