using Orrery.Policy.Statements;
using Xunit;

namespace Orrery.Policy.Tests.Statements;

/// <summary>What does not fit together is found from what documents state, and nothing else is.</summary>
public sealed class DetectorTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Shipped.Catalog.Folder)!, "claims", "statements");

    [Theory]
    [InlineData("precisions mixed", "s0_b200")]
    [InlineData("arithmetic", "s0_legacy")]
    [InlineData("arithmetic", "s2_ten")]
    [InlineData("directions mixed", "s1_950_links")]
    [InlineData("a count called performance", "s1_20_times")]
    [InlineData("more than matrix units", "s1_cm_bf16")]
    [InlineData("units of 1,024", "s1_950_memory")]
    [InlineData("date", "s0_letter")]
    [InlineData("date", "s1_tianhe")]
    [InlineData("before its time", "s2_h200_remark")]
    [InlineData("no such part", "s2_750")]
    [InlineData("a successor that is slower", "s1_950_after_910c")]
    [InlineData("what a rule says", "s0_scale")]
    [InlineData("far from the datasheet", "s0_hbm")]
    [InlineData("documents disagree", "epoch_china")]
    public void The_documents_own_inconsistencies_are_found(string kind, string statement) => Assert.Contains(
        Detectors.Find(Shipped.Catalog, StatementReader.ReadFolder(Folder)), one => one.Kind == kind && one.Statements.Any(of => of.Id == statement));

    [Fact]
    public void Statements_that_fit_are_left_alone()
    {
        Statement[] fitting =
        [
            new() { Id = "a", Document = "d", Says = "", Subject = "cloudmatrix-384", Quantity = StatedQuantity.Peak, Value = 271_900, Group = "g" },
            new() { Id = "b", Document = "d", Says = "", Subject = "gb200-nvl72", Quantity = StatedQuantity.Peak, Value = 180_000, Group = "g" },
            new() { Id = "c", Document = "d", Says = "", Subject = "gb200-nvl72", Quantity = StatedQuantity.Interconnect, Value = 64_800, Group = "h" },
            new() { Id = "d", Document = "d", Says = "", Subject = "atlas-950", Quantity = StatedQuantity.Memory, Value = 1_179_600 },
            new() { Id = "e", Document = "d", Says = "", Subject = "rolling-threshold", Quantity = StatedQuantity.Date, Value = 2025.65 },
            new() { Id = "f", Document = "d", Says = "", Subject = "h100-sxm", Quantity = StatedQuantity.Mention, Said = 2024 },
            new() { Id = "g", Document = "d", Says = "", Subject = "scale-act", Quantity = StatedQuantity.AggregateLimit, Value = 0.05 },
            new() { Id = "h", Document = "d", Says = "", Subject = "b200-sxm", Quantity = StatedQuantity.MemoryBandwidth, Value = 8000 },
        ];
        Assert.Empty(Detectors.Find(Shipped.Catalog, fitting));
    }

    /// <summary>The same pair, stated at two formats, is only found where they are compared.</summary>
    [Fact]
    public void Formats_are_mixed_only_where_they_are_compared()
    {
        Statement Peak(string id, double value, string group) => new() { Id = id, Document = "d", Says = "", Subject = "b200-sxm", Quantity = StatedQuantity.Peak, Value = value, Group = group };
        Assert.Empty(Detectors.Find(Shipped.Catalog, [Peak("a", 9000, "x"), Peak("b", 2250, "y")]));
        Assert.Equal("precisions mixed", Assert.Single(Detectors.Find(Shipped.Catalog, [Peak("a", 9000, "x"), Peak("b", 2250, "x")])).Kind);
    }
}
