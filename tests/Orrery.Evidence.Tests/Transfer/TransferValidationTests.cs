using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence.Transfer;
using Xunit;

namespace Orrery.Evidence.Tests.Transfer;

/// <summary>Runs on chips that nothing was fitted to.</summary>
public sealed class TransferValidationTests
{
    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));
    private static readonly string Evidence = Repository.Folder("evidence");
    private static readonly TransferReport Report = Run(Path.Combine(Evidence, "transfer-rows.yaml"));

    [Fact]
    public void EveryRow_IsSwept_AroundItsBestGuess() => Assert.All(Report.Rows, row =>
    {
        Assert.True(row.Tried > 1, row.Id);
        Assert.InRange(row.Guess, row.SweepLow, row.SweepHigh);
        Assert.True(row.Whole.Low <= row.SweepLow && row.Whole.High >= row.SweepHigh, row.Id);
        Assert.InRange(row.Guess, row.RangeLow, row.RangeHigh);
    });

    [Fact]
    public void OneNumber_IsFittedToTheOthersOnly()
    {
        // With rows that are predicted too low, faster products help; how much must not hang on the row itself.
        var doubled = Scaled(2);
        Assert.True(Report.Number > 1 == Report.Rows.Average(row => Math.Log(row.Guess / row.Measured)) < 0);
        Assert.Equal(Report.Rows[0].WithNumber, doubled.Rows[0].WithNumber, 1e-9);
        Assert.NotEqual(Report.Rows[1].WithNumber, doubled.Rows[1].WithNumber, 1e-3);
    }

    [Theory]
    [InlineData("chips: 512", "chips: many", "chips")]
    [InlineData("recompute: [none, full]", "recompute: [fulll]", "'recompute' holds 'fulll', expected none")]
    [InlineData("sequence: [8192, 4096]", "sequence: [4k]", "'sequence' holds '4k', expected whole numbers")]
    [InlineData("tensor_overlap: [off, on]", "tensor_overlap: [maybe]", "'tensor_overlap' holds 'maybe', expected on or off")]
    [InlineData("tensor_overlap: [off, on]", "", "'tensor_overlap' is missing")]
    [InlineData("id: telechat2_115B_512", "id: telechat2_115B_521", "did you mean 'telechat2_115B_512'")]
    [InlineData("pipeline_parallel: [8]", "pipeline_parallel: [7]", "can be laid out")]
    [InlineData("tensor_parallel: [8]", "tensor_parallel: [1]", "fits in memory")]
    [InlineData("tensor_parallel: [8]", "tensor_parallel: [1, 8]", "its best guess, cannot")]
    public void SettingsThatNobodyKnows_AreAnError(string right, string wrong, string said)
    {
        var path = Path.GetTempFileName();
        try
        {
            const string Rows = """
                rows:
                  - id: telechat2_115B_512
                    why: because
                    chips: 512
                    sequence: [8192, 4096]
                    batch_tokens: [1048576]
                    tensor_parallel: [8]
                    pipeline_parallel: [8]
                    virtual_stages: [1, 2]
                    expert_parallel: [1]
                    micro_batch: [1]
                    recompute: [none, full]
                    tensor_overlap: [off, on]

                """;
            Assert.Contains(right, Rows, StringComparison.Ordinal);
            File.WriteAllText(path, Rows.Replace(right, wrong, StringComparison.Ordinal));
            var error = Assert.Throws<InvalidInputException>(() => Run(path));
            Assert.Contains(error.Diagnostics, finding => finding.ToString().Contains(said, StringComparison.Ordinal) || finding.Hint.Contains(said, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static TransferReport Run(string settings, string? rows = null) =>
        TransferValidation.Run(Catalog, rows ?? Path.Combine(Evidence, "training.csv"), settings);

    /// <summary>The report, had the first row measured so many times as much.</summary>
    private static TransferReport Scaled(double factor)
    {
        var path = Path.GetTempFileName();
        try
        {
            var first = Report.Rows[0];
            File.WriteAllLines(path, File.ReadLines(Path.Combine(Evidence, "training.csv")).Select(line =>
                line.StartsWith(first.Id + ",", StringComparison.Ordinal) ? line.Replace($",{first.Measured:0},", FormattableString.Invariant($",{first.Measured * factor:0},"), StringComparison.Ordinal) : line));
            return Run(Path.Combine(Evidence, "transfer-rows.yaml"), path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
