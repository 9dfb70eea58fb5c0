using Orrery.Catalog;
using Orrery.Comparison.Paper;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Policies;
using Orrery.Policy.Rules;
using Xunit;

namespace Orrery.Policy.Tests.Rules;

/// <summary>What the shipped rules say of well-known chips, and rules of one's own.</summary>
public sealed class RuleVerdictTests
{
    // As the rules' own texts, filings and the essays' sources state them.
    [Theory]
    [InlineData("h100-sxm", 15_832)]
    [InlineData("h20", 2_368)]
    [InlineData("ascend-910c", 12_032)]
    [InlineData("a100-80gb", 4_992)]
    [InlineData("a800", 4_992)]
    public void Total_processing_power_is_the_published_one(string chip, double tpp) =>
        Assert.Equal(tpp, ChipFigures.Of(Shipped.Catalog.Chip(chip), ChipQuantity.Tpp, out _)!.Value.Value, 10);

    [Theory]
    [InlineData("3a090-a", "h100-sxm", Outcome.Met)]
    [InlineData("3a090-a", "h800", Outcome.Met)]
    [InlineData("3a090-a", "a800", Outcome.Met)]
    [InlineData("3a090-a", "h20", Outcome.NotMet)]
    [InlineData("h20-2025", "h20", Outcome.Met)]
    [InlineData("h200-2026", "h200-sxm", Outcome.Met)]
    [InlineData("h200-2026", "b200-sxm", Outcome.NotMet)]
    [InlineData("3a090-c", "h100-sxm", Outcome.NotApplicable)]
    [InlineData("rolling-threshold", "h100-sxm", Outcome.NotApplicable)]
    public void A_chip_is_caught_by_the_rule_that_was_written_for_it(string rule, string chip, Outcome expected) =>
        Assert.Equal(expected, RuleVerdict.Of(Shipped.Catalog.Rule(rule), Shipped.Catalog.Chip(chip)).Outcome);

    [Fact]
    public void A_chip_without_a_die_area_is_unknown_where_density_decides()
    {
        var chip = Shipped.Catalog.Chip("h20") with { DieArea = null };
        var verdict = RuleVerdict.Of(Shipped.Catalog.Rule("3a090-a"), chip);
        Assert.Equal(Outcome.Unknown, verdict.Outcome);
        Assert.Equal("die_area", verdict.Decisive!.Tests.Single(test => test.Figure is null).Missing);
    }

    [Fact]
    public void A_range_on_both_sides_of_a_threshold_depends()
    {
        var chip = Shipped.Catalog.Chip("h20");
        var area = chip.DieArea!;
        var unsure = chip with { DieArea = area with { Low = new Quantities.SquareMetres(area.Value.Value / 3), High = new Quantities.SquareMetres(area.Value.Value * 1.2) } };
        Assert.Equal(Outcome.Depends, RuleVerdict.Of(Shipped.Catalog.Rule("3a090-a"), unsure).Outcome);
        Assert.Equal(Outcome.NotMet, RuleVerdict.Of(Shipped.Catalog.Rule("3a090-a"), chip).Outcome);
    }

    [Fact]
    public void The_rolling_threshold_is_passed_by_one_estimate_and_kept_by_the_other()
    {
        var reach = Assert.Single(RuleReach.Of(Shipped.Catalog, Shipped.Catalog.Rule("rolling-threshold"), []).Aggregates);
        Assert.Equal([Outcome.Met, Outcome.NotMet], reach.Held.Select(held => held.Outcome)); // 7.4 % and 17.9 %
        Assert.Equal(0.1 * 14.8e6, reach.H100s!.Value, 1);
    }

    [Fact]
    public void Without_a_chip_that_is_made_in_series_everything_is_denied()
    {
        var cap = RelativeCap.Of(Shipped.Catalog, Shipped.Catalog.Rule("scale-act"));
        Assert.Null(cap.Best);
        Assert.Equal(Outcome.NotMet, cap.Permits(Shipped.Catalog.Chip("h20")));

        // A 910C on dies from Taiwan does not count; were it to, nothing over 110 % of it would pass.
        var domestic = cap.Made.Single(made => made.Chip.Id == "ascend-910c");
        Assert.Equal(Outcome.NotMet, domestic.Outcome);
        var counted = cap.WereItToCount(domestic);
        Assert.Equal(1.1 * 12_032, counted.Limits.Single(limit => limit.Quantity == ChipQuantity.Tpp).Limit, 10);
        Assert.Equal(Outcome.NotMet, counted.Permits(Shipped.Catalog.Chip("h100-sxm")));
        Assert.Equal(Outcome.Met, counted.Permits(domestic.Chip));
    }

    private const string Own = """
        id: mine
        name: "A rule of mine"
        source: OWN
        confidence: assumed

        status: proposed
        since: 2026-11-30
        says: "Nothing above 1,000 TPP."
        consequence: "denied"
        clauses:
          - name: power
            tests: [{ quantity: tpp, above: { value: 1000 TPP, low: 900 TPP, high: 1100 TPP } }]

        """;

    [Fact]
    public void A_rule_of_ones_own_is_a_file()
    {
        var rule = Read(Own);
        Assert.Equal(Outcome.Met, RuleVerdict.Of(rule, Shipped.Catalog.Chip("h20")).Outcome);
    }

    [Theory]
    [InlineData("status: proposed", "status: maybe", "expected one of in-force, proposed, rescinded")]
    [InlineData("since: 2026-11-30", "since: yesterday", "expected a day as YYYY-MM-DD")]
    [InlineData("quantity: tpp", "quantity: tflops", "expected one of tpp")]
    [InlineData("1000 TPP", "1000 GB/s", "expected TPP")]
    [InlineData("above:", "over:", "expected one of at_least, above, below")]
    [InlineData("says:", "sais:", "'says' is missing")]
    public void What_is_wrong_in_it_is_said_with_its_place(string right, string wrong, string said)
    {
        Assert.Contains(right, Own, StringComparison.Ordinal);
        var error = Assert.Throws<InvalidInputException>(() => Read(Own.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(error.Diagnostics, finding => finding.ToString().Contains(said, StringComparison.Ordinal) && finding.Line > 0);
    }

    private static ExportRule Read(string text)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "mine.yaml");
            File.WriteAllText(path, text);
            return OrreryCatalog.RuleOf(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
