using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Xunit;

namespace Orrery.Policy.Tests.Fleets;

public sealed class FleetReaderTests
{
    [Fact]
    public void Every_shipped_fleet_reads_and_holds_chips_or_names_a_data_set()
    {
        var ids = Shipped.Catalog.Ids(CatalogKind.Fleets);
        Assert.Superset(new HashSet<string> { "china-epoch", "china-chinatalk", "us-six", "nvidiana", "huaweiopolis", "colossus-1", "gpu-clusters" }, ids.ToHashSet());
        Assert.All(ids.Select(Shipped.Catalog.Fleet), fleet =>
        {
            Assert.Equal(fleet.Dataset.Length > 0, fleet.Holdings.Count == 0);
            Assert.All(fleet.Holdings, holding => Assert.NotEmpty(holding.Clusters));
        });
    }

    [Fact]
    public void What_is_not_published_is_assumed_and_carries_a_range()
    {
        foreach (var id in new[] { "china-epoch", "china-chinatalk", "us-six" })
        {
            Assert.All(Shipped.Catalog.Fleet(id).Holdings, holding =>
            {
                Assert.Equal(Domain.Confidence.Assumed, holding.Amount.Confidence);
                Assert.True(holding.Amount.IsRanged);
                Assert.All(holding.Clusters, one => Assert.True(one.Share.IsRanged && one.Chips!.IsRanged));
            });
        }
    }

    [Fact]
    public void The_parts_of_the_six_owners_sum_to_what_is_published_of_each()
    {
        var owners = Shipped.Catalog.Fleet("us-six").Holdings.GroupBy(holding => holding.Owner).ToDictionary(group => group.Key, group => group.Sum(one => one.Amount.Value));
        var published = Shipped.Catalog.Policy("stockpiles").Facts;
        Assert.All(owners, owner => Assert.Equal(published[owner.Key.ToLowerInvariant()].Amount.Value / 1e6, owner.Value, 1e-9));
        Assert.Equal(owners.Values.Sum() * 1e6, Shipped.Catalog.Fleet("us-six").Total!.Value, 1);
    }

    [Fact]
    public void All_mistakes_of_a_file_come_at_once_with_their_places()
    {
        var findings = FleetFiles.Findings("""
            id: mine
            name: Mine
            aliases: []
            source: DEFINITION
            confidence: published
            counted_by: flops
            pue: 0.9
            mean_load: { value: 0.8, low: 0.7, high: 1.1, confidence: assumed }
            cluster_sizes:
              mixed:
                - { name: large, chips: 0, share: 1 }
              none: []
            holdings:
              - name: a
                system: dgx-h10
                owner: Me
                country: US
                chips: 100
                h100e: 100
                clusters: mixd
              - name: b
                system: dgx-h100
                owner: Me
                share: 1
                clusters: one
                colour: red
              - name: c
                system: dgx-h100
                owner: Me
                country: US
                clusters: one
            """);
        Assert.Equal(
            [
                "6:13 ORR0103 'counted_by' is 'flops', expected one of tpp, eight-bit, epoch",
                "7:6 ORR0110 'pue' may be 0.9 to 0.9, expected 1 or more: a site draws what its systems draw, and cooling",
                "8:12 ORR0110 'mean_load' may be 0.7 to 1.1, expected at most 1, the rated power",
                "11:29 ORR0110 'cluster_sizes.mixed.large.chips' may be 0 to 0, expected at least one chip",
                "12:9 ORR0104 'cluster_sizes.none' is empty, expected a list of sizes with their shares",
                "15:13 ORR0114 'system' is 'dgx-h10', expected the id of a file in systems/ | did you mean 'dgx-h100'?",
                "19:12 ORR0103 'holdings.a' says chips and h100e, expected one of chips, h100e, share",
                "20:15 ORR0114 'holdings.a.clusters' is 'mixd', expected 'one' or a name under 'cluster_sizes' (mixed, none) | did you mean 'mixed'?",
                "21:5 ORR0104 'holdings.b.country' is missing, expected text",
                "24:12 ORR0104 'holdings.b.share' is of a total that the fleet does not say | add 'total' in H100e, or say chips or h100e",
                "26:5 ORR0105 unknown key 'colour' in 'holdings.b', expected one of chips, clusters, country, h100e, name, note, owner, share, site, system",
                "27:11 ORR0104 'holdings.c' says no amount, expected one of chips, h100e, share",
            ],
            findings.OrderBy(text => int.Parse(text[..text.IndexOf(':', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("counted_by: epoch\npue: 1\nmean_load: 1\n", "'holdings' is missing, expected a list of what the fleet has")]
    [InlineData("counted_by: epoch\npue: 1\nmean_load: 1\ndataset: ../../etc/passwd\n", "expected the name of a file of evidence, without a folder")]
    public void A_fleet_says_what_it_has(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(FleetFiles.Findings("id: x\nname: X\naliases: []\nsource: A\nconfidence: published\n" + text)), StringComparison.Ordinal);

    [Fact]
    public void Names_that_stand_twice_and_shares_of_nothing_are_errors()
    {
        var twice = FleetFiles.Findings(FleetFiles.Two.Replace("name: second", "name: first", StringComparison.Ordinal));
        Assert.Contains("ORR0113 'first' is the name of one before it too", Assert.Single(twice), StringComparison.Ordinal);
        var nothing = FleetFiles.Findings(FleetFiles.Two.Replace("share: 0.75", "share: 0", StringComparison.Ordinal).Replace("share: 0.25", "share: 0", StringComparison.Ordinal));
        Assert.Contains("ORR0110 'cluster_sizes.mixed' has shares that sum to 0", Assert.Single(nothing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_ones_own_may_name_a_system_with_other_values()
    {
        var fleet = FleetFiles.Read(FleetFiles.Two.Replace("system: dgx-h100", "system: \"cloudmatrix-384 with domain=8\"", StringComparison.Ordinal));
        Assert.Equal(8, fleet.Holdings[0].System.ScaleUpDomain);
        var wrong = FleetFiles.Findings(FleetFiles.Two.Replace("system: dgx-h100", "system: \"cloudmatrix-384 with domian=8\"", StringComparison.Ordinal));
        Assert.Equal(["15:13", "22:13"], wrong.Select(text => text[..5]));
        Assert.All(wrong, text => Assert.Contains("'domian=8' changes nothing", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Random_damage_to_a_file_never_throws_anything_else()
    {
        const string Damage = "{}[]:,-#&*!|>'\"%@`? \n\t\r\0x9";
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var letters = FleetFiles.Two.ToCharArray();
            for (var j = 0; j < 4; j++)
            {
                letters[random.Next(letters.Length)] = Damage[random.Next(Damage.Length)];
            }

            FleetFiles.Findings(new string(letters));
        }
    }

    [Fact]
    public void A_view_of_the_catalog_reaches_the_chips_of_a_fleet()
    {
        var view = Shipped.Catalog.WithOverride("chips/ascend-910c:memory.capacity", "1 GB");
        Assert.Equal(1e9, view.Fleet("huaweiopolis").Holdings[0].System.Chip.MemoryCapacity.Value.Value);
        Assert.NotEqual(1e9, Shipped.Catalog.Fleet("huaweiopolis").Holdings[0].System.Chip.MemoryCapacity.Value.Value);
    }

    [Fact]
    public void Paper_counts_are_those_of_the_definitions()
    {
        var paper = new Policy.Fleets.PaperH100e(Shipped.Catalog);
        double Of(string chip, H100Count count) => paper.Of(Shipped.Catalog.Chip(chip), count);
        Assert.Equal(1, Of("h100-sxm", H100Count.Tpp), 1e-3);
        Assert.Equal(1, Of("h100-sxm", H100Count.EightBit), 1e-3);
        Assert.Equal(2.5265, Of("gb200", H100Count.Epoch), 1e-3);
        Assert.Equal(0.3153, Of("a100-80gb", H100Count.Epoch), 1e-3);
        Assert.Equal(0.139, Of("tpu-v4", H100Count.Epoch), 1e-3);
        Assert.Equal(0.15, Of("h20", H100Count.Tpp), 1e-2);
        Assert.Equal(0.76, Of("ascend-910c", H100Count.Tpp), 1e-2);
    }
}
