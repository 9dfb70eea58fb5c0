using System.Globalization;
using Orrery.Catalog;
using Orrery.Evidence.Kernels;
using Xunit;

namespace Orrery.Evidence.Tests.Kernels;

/// <summary>
/// The shipped tables against the closed forms: no group may be further off than its budget. A budget is the error of the fits that
/// came with the tables or ours with a little room, whichever is less where ours is within it; ours with a little room elsewhere (in decode those fits count only head dimension 128 without a window).
/// </summary>
public sealed class KernelAccuracyTests
{
    private static readonly Lazy<ValidationReport> Report = new(() =>
        KernelValidation.Validate(OrreryCatalog.Open(Repository.Folder("catalog")), Repository.Folder("evidence/kernels")));

    [Fact]
    public void Every_group_is_within_its_budget()
    {
        var path = Path.Combine(Repository.Folder("tests/Orrery.Evidence.Tests/Kernels"), "kernel-budgets.csv");
        var over = new List<string>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var cells = line.Split(',');
            var (mean, median) = (double.Parse(cells[1], CultureInfo.InvariantCulture), double.Parse(cells[2], CultureInfo.InvariantCulture));
            var found = Report.Value.ByGroup[cells[0]];
            if (100 * found.MeanApe > mean || 100 * found.MedianApe > median)
            {
                over.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cells[0]}: {100 * found.MeanApe:F2} / {100 * found.MedianApe:F2} %, budget {mean} / {median} %"));
            }
        }

        Assert.Empty(over);
    }

    [Fact]
    public void Every_table_row_is_predicted_but_those_that_measured_nothing()
    {
        Assert.True(Report.Value.Rows.Count > 90_000);
        Assert.All(Report.Value.Skipped, row => Assert.Contains("nothing was measured", row.Reason, StringComparison.Ordinal));
        Assert.All(Report.Value.Rows, row => Assert.True(row.Predicted is > 0 and < double.PositiveInfinity, row.Id));
    }

    [Fact]
    public void Large_products_are_within_ten_percent_on_average() =>
        Assert.True(Report.Value.ByGroup["large:gemm"].MeanApe < 0.10);
}
