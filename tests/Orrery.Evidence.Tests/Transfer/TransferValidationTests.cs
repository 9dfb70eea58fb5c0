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

    [Fact]
    public void SettingsThatNobodyKnows_AreAnError_WithTheirPlace()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "rows:\n  - id: telechat2_115B_512\n    why: because\n    chips: many\n");
            var error = Assert.Throws<InvalidInputException>(() => Run(path));
            Assert.Contains(error.Diagnostics, finding => finding.ToString().Contains("chips", StringComparison.Ordinal));
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
