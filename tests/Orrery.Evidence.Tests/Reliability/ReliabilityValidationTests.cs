using Orrery.Catalog;
using Orrery.Evidence.Reliability;
using Xunit;

namespace Orrery.Evidence.Tests.Reliability;

/// <summary>Published failures and goodput: what sets a rate judges nothing, what is judged is within stated errors, what is skipped says why.</summary>
public sealed class ReliabilityValidationTests
{
    private static readonly string Readings = Path.Combine(Repository.Folder("evidence"), "reliability-rows.yaml");
    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));
    private static readonly ReliabilityReport Shipped = ReliabilityValidation.Run(Catalog, Path.Combine(Repository.Folder("evidence"), "reliability.csv"), Readings);

    [Fact]
    public void EveryRow_IsJudged_OrSetsAValue_OrSaysWhyNot()
    {
        var ids = File.ReadLines(Path.Combine(Repository.Folder("evidence"), "reliability.csv")).Skip(1).Select(line => line.Split(',')[0]).ToList();
        var seen = Shipped.Report.Rows.Select(row => row.Id).Concat(Shipped.Sets.Select(row => row.Id)).Concat(Shipped.Report.Skipped.Select(row => row.Id)).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.All(Shipped.Report.Skipped, row => Assert.NotEmpty(row.Reason));
        Assert.Equal(Shipped.Report.Rows.Count, Shipped.Report.Summary.Count); // rows that set a rate flatter no error
    }

    /// <summary>What was taken from a source comes back: each of Llama 3's causes, rates by node, machine and cable.</summary>
    [Fact]
    public void ARowThatSetsARate_IsGivenBack()
    {
        var back = Shipped.Sets.Where(row => row.Predicted is not null && row.Id is not ("rsc2_rf" or "sa_gb200_mtbi")).ToList();
        Assert.True(back.Count > 20);
        Assert.All(back, row => Assert.Equal(double.Parse(row.Value, System.Globalization.CultureInfo.InvariantCulture), row.Predicted!.Value, 0.002 * row.Predicted.Value));
        Assert.InRange(Shipped.Sets.Single(row => row.Id == "sa_gb200_mtbi").Predicted!.Value, 1000, 3000);
    }

    /// <summary>Known answers, each to the digits that its source prints or to what is known of its inputs.</summary>
    [Theory]
    [InlineData("rsc_mttf_16384", 0.01)]
    [InlineData("rsc_mttf_131072", 0.025)]
    [InlineData("rsc_ettr_5min", 0.01)]
    [InlineData("ubmesh_avail", 0.002)]
    [InlineData("byterobust_ETTR_dense_9600gpu_3mo", 0.02)]
    [InlineData("hw_avail_10k", 0.03)]
    [InlineData("bloom_ckpt", 0.25)]
    [InlineData("imbue_weekly", 0.3)]
    [InlineData("hpn_link", 0.35)]
    [InlineData("rsc_100k", 0.4)]
    [InlineData("llama3_effective_training_time", 0)]
    [InlineData("llama3_ckpt_size", 0)]
    [InlineData("rsc_ettr_2k4k", 0)]
    [InlineData("megascale_effective_training_time", 0)]
    [InlineData("megascale_catch_up_to_crash_progress", 0)]
    [InlineData("sa_h100_mtbi", 0)]
    [InlineData("hw_cm384_mtbf", 0)]
    public void AKnownAnswer_IsMet(string id, double tolerance) => Assert.InRange(Math.Abs(Row(id).Error), 0, tolerance);

    /// <summary>Between 8 and 1,024 chips the measured time to failure falls by 145, the model's by 128.</summary>
    [Fact]
    public void Rsc_FallsWithOneOverN()
    {
        var (small, large) = (Row("rsc_mttf_8"), Row("rsc_mttf_1024"));
        Assert.Equal(128, small.Predicted * 24 / large.Predicted, 1e-6);
        Assert.InRange(small.Measured * 24 / large.Measured / 128, 0.85, 1.15);
    }

    /// <summary>What the model misses stays visible: these rows are off, and say so.</summary>
    [Theory]
    [InlineData("opt_logbook_2wk")]
    [InlineData("hw_optics_share")]
    [InlineData("rsc_mttf_1024")]
    public void AMiss_IsReported(string id) => Assert.True(Math.Abs(Row(id).Error) > 0.5);

    [Fact]
    public void ABound_IsKeptOrMissed()
    {
        ValidationRow Between(double low, double predicted, double high) => new("x", "m", "u", 1, predicted, []) { Bounds = (low, high) };
        Assert.Equal(0, Between(90, 95, double.PositiveInfinity).Error);
        Assert.Equal(-0.1, Between(90, 81, double.PositiveInfinity).Error, 1e-12);
        Assert.Equal(0.5, Between(0, 15, 10).Error, 1e-12);
        Assert.Equal(0, Between(1000, 2000, 3000).Error);
    }

    /// <summary>Files nobody here has seen: unknown ids, units and values are skipped with what is missing.</summary>
    [Fact]
    public void RowsOfOnesOwn_AreReadOrSkippedWithAReason()
    {
        var rows = Path.Combine(Directory.CreateTempSubdirectory("orrery-").FullName, "rows.csv");
        File.WriteAllText(rows, """
            id,source,verified,system,chip,chips,metric,value,unit,notes
            rsc_mttf_16384,Mine,yes,A,A100,16384,MTTF_by_job_size,2.0,hours,
            rsc_mttf_8,Mine,yes,A,A100,8,MTTF_by_job_size,many,days,
            rsc_mttf_1024,Mine,yes,A,A100,1024,MTTF_by_job_size,7.9,fortnights,
            nobody,Mine,yes,A,A100,1024,MTTF_by_job_size,7.9,hours,
            """);
        var report = ReliabilityValidation.Run(Catalog, rows, Readings).Report;
        var row = Assert.Single(report.Rows);
        Assert.Equal(1.803 / 2 - 1, row.Error, 0.005);
        Assert.Equal(
            ["'value' is 'many', no number and no range", "'unit' is 'fortnights', which is not known", "reliability-rows.yaml does not say how to read it"],
            report.Skipped.Select(skipped => skipped.Reason));
    }

    private static ValidationRow Row(string id) => Shipped.Report.Rows.Single(row => row.Id == id);
}
