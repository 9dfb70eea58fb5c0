using Orrery.Comparison.Delivered;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class SystemComparisonTests
{
    private static SystemComparison Compare(Contestant left, Contestant right, string model, params PrecisionChoice[] precisions) => SystemComparison.Of(
        Shipped.Catalog, new ComparisonQuestion([left, right], [Shipped.Catalog.Model(model)], precisions), TrackRecord.Empty, _ => { });

    [Fact]
    public void A_system_against_itself_is_one_everywhere()
    {
        var bout = Compare(Shipped.Nvl72, Shipped.Nvl72, "llama-3.1-8b", new PrecisionChoice(TrainingPrecision.Bf16)).Bouts[0];
        Assert.Equal(1, bout.DeliveredRatio(1)!.Value, 1e-12);
        Assert.Equal(1, bout.PaperRatio(1)!.Value, 1e-12);
    }

    [Fact]
    public void What_does_not_fit_is_answered_no_with_the_sum()
    {
        var small = Shipped.Contestant("dgx-h100", "megatron");
        var result = Compare(small, Shipped.Nvl72, "llama-3.1-405b", new PrecisionChoice(TrainingPrecision.Bf16)).Bouts[0].Results[0];
        Assert.Null(result.Best);
        Assert.Contains("85.9", result.WhyNot, StringComparison.Ordinal);
        Assert.Contains("weights", result.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void A_precision_the_chip_lacks_is_answered_no_by_name()
    {
        var result = Compare(Shipped.Nvl72, Shipped.CloudMatrix, "llama-3.1-8b", new PrecisionChoice(TrainingPrecision.Fp8)).Bouts[0].Results[1];
        Assert.Null(result.Best);
        Assert.Contains("FP8", result.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fastest_precision_is_no_slower_than_BF16()
    {
        var bouts = Compare(Shipped.Nvl72, Shipped.CloudMatrix, "llama-3.1-8b", new PrecisionChoice(TrainingPrecision.Bf16), PrecisionChoice.Best).Bouts;
        for (var i = 0; i < 2; i++)
        {
            Assert.True(bouts[1].Results[i].TokensPerSecond >= bouts[0].Results[i].TokensPerSecond);
        }

        Assert.Equal(TrainingPrecision.Bf16, bouts[1].Results[1].Precision);
    }

    [Fact]
    public void The_delivered_ratio_is_the_matmul_peak_ratio_times_the_ratios_of_MFU_and_of_effective_time()
    {
        var bout = Compare(Shipped.Nvl72, Shipped.CloudMatrix, "llama-3.1-8b", new PrecisionChoice(TrainingPrecision.Bf16)).Bouts[0];
        var mfu = bout.Results[1].Best!.Mfu / bout.Results[0].Best!.Mfu;
        var ettr = bout.Results[1].Goodput!.Goodput!.Ettr / bout.Results[0].Goodput!.Goodput!.Ettr;
        Assert.True(ettr < 1); // five times the chips, and optics
        Assert.Equal(1.6, bout.PaperRatio(1)!.Value, 0.01);
        Assert.Equal(bout.MatmulRatio(1)!.Value * mfu * ettr, bout.DeliveredRatio(1)!.Value, 1e-9);
    }

    /// <summary>It holds the ratio, is wider than either system's own range, and is nothing where there is no ratio.</summary>
    [Fact]
    public void The_delivered_ratio_has_the_range_of_both_systems()
    {
        var bout = Compare(Shipped.Nvl72, Shipped.CloudMatrix, "llama-3.1-8b", new PrecisionChoice(TrainingPrecision.Bf16)).Bouts[0];
        var (low, high) = bout.DeliveredRange(1)!.Value;
        Assert.InRange(bout.DeliveredRatio(1)!.Value, low, high);
        Assert.All(bout.Results, result => Assert.True(high / low >= result.Range!.Slowest / result.Range.Fastest));

        var none = Compare(Shipped.Nvl72, Shipped.CloudMatrix, "llama-3.1-8b", new PrecisionChoice(TrainingPrecision.Fp8)).Bouts[0];
        Assert.Null(none.DeliveredRange(1));
    }

    [Fact]
    public void The_track_record_reads_back_as_written()
    {
        var record = new TrackRecord([new TrackRecordEntry("chip:h100-sxm", 12, 0.04, 0.15), new TrackRecordEntry("source:a, b", 3, 0.01, 0.02)]);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, record.ToCsv());
            Assert.Equal(record.Entries, TrackRecord.Load(path).Entries);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal("chip:h100-sxm", record.Nearest(["chip:none", "source:a, b", "chip:h100-sxm"])!.Group);
    }
}
