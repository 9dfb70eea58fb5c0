using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Policy.Claims;
using Xunit;

namespace Orrery.Policy.Tests.Claims;

/// <summary>Claims are read, judged, and follow the catalog.</summary>
public sealed class ClaimTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Shipped.Catalog.Folder)!, "claims");

    [Fact]
    public void Every_claim_of_the_debate_has_its_file()
    {
        var expected = Enumerable.Range(1, 25).Select(n => $"c{n:00}").Concat(Enumerable.Range(1, 32).Select(n => $"q{n:00}"));
        Assert.Equal(expected, ClaimReader.ReadFolder(Folder, Shipped.Catalog).Select(claim => claim.Id));
    }

    // What their arithmetic gives, worked out by hand from the datasheets.
    [Theory]
    [InlineData("q02", Verdict.Supported)]
    [InlineData("q07", Verdict.Depends)]
    [InlineData("q13", Verdict.Depends)]
    [InlineData("q14", Verdict.Refuted)]
    [InlineData("q15", Verdict.Untestable)]
    [InlineData("q25", Verdict.Supported)]
    [InlineData("q26", Verdict.Supported)]
    [InlineData("c05", Verdict.Supported)]
    [InlineData("c07", Verdict.Refuted)]
    public void Claims_of_datasheets_come_out_as_by_hand(string id, Verdict expected) =>
        Assert.Equal(expected, ClaimVerdict.Of(ClaimReader.ReadFile(Path.Combine(Folder, id + ".yaml"), Shipped.Catalog), new ClaimContext(Shipped.Catalog)).Verdict);

    /// <summary>Verdicts are computed and stored nowhere: another value in the catalog is another verdict.</summary>
    [Fact]
    public void A_verdict_follows_the_catalog()
    {
        var claim = ClaimReader.ReadFile(Path.Combine(Folder, "c05.yaml"), Shipped.Catalog);
        var chip = File.ReadAllText(Path.Combine(Shipped.Catalog.Folder, "chips", "ascend-910c.yaml"));
        const string Links = "scale_up_bandwidth: { value: 392 GB/s";
        Assert.Contains(Links, chip, StringComparison.Ordinal);
        Assert.Equal(Verdict.Supported, ClaimVerdict.Of(claim, new ClaimContext(Shipped.Catalog)).Verdict);
        var verdict = Scratch.Folder(
            new Dictionary<string, string> { ["chips/ascend-910c.yaml"] = chip.Replace(Links, "scale_up_bandwidth: { value: 1600 GB/s", StringComparison.Ordinal) },
            own => ClaimVerdict.Of(claim, new ClaimContext(OrreryCatalog.Open(Shipped.Catalog.Folder, own))).Verdict);
        Assert.Equal(Verdict.Refuted, verdict);
    }

    private const string Own = """
        id: mine
        text: "A claim of mine."
        speaker: me
        document: none
        measures:
          peak: { kind: peak, chip: h100-sxm, format: bf16 }
          guess: { kind: figure, value: 1000, low: 900, high: 1200, from: "a guess" }
        derived:
          ratio: "guess / peak"
        supported_when: "ratio > 1.1"

        """;

    [Theory]
    [InlineData("ratio > 0.5", Verdict.Supported, "")]
    [InlineData("ratio > 1.5", Verdict.Refuted, "")]
    [InlineData("ratio > 1.1", Verdict.Depends, "ratio")]
    public void A_range_that_decides_is_named(string condition, Verdict expected, string named)
    {
        var verdict = Judge(Own.Replace("ratio > 1.1", condition, StringComparison.Ordinal));
        Assert.Equal((expected, named), (verdict.Verdict, Assert.Single(verdict.Cases).Flips));
    }

    [Fact]
    public void A_sweep_finds_where_its_condition_turns()
    {
        var verdict = Judge(Own.Replace("supported_when: \"ratio > 1.1\"", "sweeps:\n  - { variable: times, from: 0, to: 10, holds_when: \"times * peak < 3 * peak\" }", StringComparison.Ordinal));
        var boundary = Assert.Single(verdict.Boundaries);
        Assert.Equal(3, boundary.At!.Value, 0.01);
        Assert.True(boundary.HoldsBelow);
        Assert.Equal(Verdict.Depends, verdict.Verdict);
    }

    [Theory]
    [InlineData("kind: peak", "kind: peek", "expected one of figure, chip, peak")]
    [InlineData("format: bf16", "format: bf61", "expected one of fp64")]
    [InlineData("chip: h100-sxm", "chip: h100-smx", "did you mean 'h100-sxm'?")]
    [InlineData("kind: peak, chip: h100-sxm, format: bf16", "kind: paper, system: \"dgx-h100:many\", row: hbm", "is not a number of chips")]
    [InlineData("kind: peak, chip: h100-sxm, format: bf16", "kind: paper, system: dgx-h1000, row: hbm", "no system is called 'dgx-h1000'")]
    [InlineData("chip: h100-sxm, ", "", "'measures.peak.chip' is missing")]
    [InlineData("value: 1000", "value: many", "expected a number")]
    [InlineData("guess / peak", "guess / peek", "did you mean 'peak'?")]
    [InlineData("ratio > 1.1", "ratio >", "found 'the end'")]
    [InlineData("ratio > 1.1", "ratio", "expected <, <=, > or >=")]
    [InlineData("supported_when:", "supported_if:", "judged by nothing")]
    [InlineData("id: mine", "id: yours", "expected the file's name")]
    public void What_is_wrong_in_a_claim_is_said_with_its_place(string right, string wrong, string said)
    {
        Assert.Contains(right, Own, StringComparison.Ordinal);
        var error = Assert.Throws<InvalidInputException>(() => Judge(Own.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(error.Diagnostics, finding => finding.Line > 0 && (finding.ToString().Contains(said, StringComparison.Ordinal) || finding.Hint.Contains(said, StringComparison.Ordinal)));
    }

    [Fact]
    public void Claims_judged_together_are_judged_as_alone()
    {
        var claims = new[] { "q02", "q07", "c05", "c07" }.Select(id => ClaimReader.ReadFile(Path.Combine(Folder, id + ".yaml"), Shipped.Catalog)).ToList();
        Assert.Equal(
            claims.Select(claim => ClaimVerdict.Of(claim, new ClaimContext(Shipped.Catalog)).Verdict),
            ClaimRun.Of(claims, new ClaimContext(Shipped.Catalog), _ => { }).Select(verdict => verdict.Verdict));
    }

    private static ClaimVerdict Judge(string text) => Scratch.Folder(
        new Dictionary<string, string> { ["mine.yaml"] = text },
        folder => ClaimVerdict.Of(ClaimReader.ReadFile(Path.Combine(folder, "mine.yaml"), Shipped.Catalog), new ClaimContext(Shipped.Catalog)));
}
