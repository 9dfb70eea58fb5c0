using Orrery.Catalog.Checks;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Xunit;

namespace Orrery.Catalog.Tests;

public sealed class ShippedCatalogTests
{
    [Fact]
    public void Every_file_of_the_shipped_catalog_is_sound()
    {
        var errors = CatalogCheck.Run(Repository.Open()).Where(item => item.Severity == Severity.Error);
        Assert.Empty(errors.Select(item => item.ToString()));
    }

    [Theory]
    [InlineData("dgx-a100"), InlineData("dgx-h100"), InlineData("dgx-h200"), InlineData("dgx-b200"), InlineData("dgx-b300")]
    [InlineData("gb200-nvl72"), InlineData("gb300-nvl72"), InlineData("vr-nvl72"), InlineData("cloudmatrix-384"), InlineData("atlas-800-a2")]
    [InlineData("atlas-950"), InlineData("atlas-960"), InlineData("tpu-v4"), InlineData("tpu-v5e"), InlineData("tpu-v5p"), InlineData("tpu-v6e")]
    [InlineData("tpu-v7"), InlineData("mi300x-8"), InlineData("mi355x-8")]
    public void Systems_with_fixed_names_exist(string id) => Assert.Equal(id, Repository.Open().System(id).Id);

    /// <summary>The sums of the second essay, at the conventions it uses.</summary>
    [Theory]
    [InlineData("cloudmatrix-384", "bf16", 384 * 780e12, 300e15)]
    [InlineData("cloudmatrix-384", "hbm", 384 * 128e9, 49.2e12)]
    [InlineData("cloudmatrix-384", "hbm_bandwidth", 384 * 3.2e12, 1229e12)]
    [InlineData("gb200-nvl72", "bf16", 72 * 2500e12, 180e15)]
    [InlineData("gb200-nvl72", "hbm", 72 * 192e9, 13.8e12)]
    [InlineData("gb200-nvl72", "hbm_bandwidth", 72 * 8e12, 576e12)]
    public void Claims_of_the_essays_follow_from_their_conventions(string system, string claim, double computed, double stated)
    {
        Assert.Equal(1, computed / stated, 0.003);
        Assert.Equal(stated, Repository.Open().System(system).Claims[claim].Value.Value, stated * 1e-9);
    }

    [Fact]
    public void CloudMatrix_from_its_chips_gives_the_sums_of_the_essay()
    {
        var system = Repository.Open().System("CloudMatrix384");
        Assert.Equal(300e15, system.Chips * system.Chip.OtherPeaks["bf16-analyst"].Value.Value, 0.6e15);
        Assert.Equal(49.2e12, system.Chips * system.Chip.MemoryCapacity.Value.Value, 0.06e12);
        Assert.Equal(1229e12, system.Chips * system.Chip.MemoryBandwidth.Value.Value, 1e12);
        Assert.Equal(559e3, system.Power!.Value.Value);
    }

    [Fact]
    public void Nvl72_from_its_chips_gives_the_sums_of_the_essay()
    {
        var system = Repository.Open().System("GB200 NVL72");
        Assert.Equal(180e15, system.Chips * system.Chip.Peaks[NumberFormat.Bf16].Value.Value, 1e9);
        Assert.Equal(576e12, system.Chips * system.Chip.MemoryBandwidth.Value.Value, 1e9);
    }

    [Fact]
    public void Ascend_910c_keeps_its_three_conventions_apart()
    {
        var chip = Repository.Open().Chip("910C");
        Assert.Equal(752e12, chip.Peaks[NumberFormat.Bf16].Value.Value);
        Assert.Equal(708e12, chip.MatmulPeak(NumberFormat.Bf16)!.Value.Value);
        Assert.Equal(780e12, chip.OtherPeaks["bf16-analyst"].Value.Value);
        Assert.Equal(800e12, chip.OtherPeaks["bf16-analyst"].High.Value);
    }

    [Fact]
    public void A_matmul_peak_never_exceeds_the_datasheet_peak()
    {
        var catalog = Repository.Open();
        foreach (var chip in catalog.Ids(CatalogKind.Chips).Select(catalog.Chip))
        {
            Assert.All(chip.MatmulPeaks, peak => Assert.True(peak.Value.Value.Value <= chip.Peaks[peak.Key].Value.Value, chip.Id));
        }
    }

    [Fact]
    public void The_innermost_scale_up_tier_carries_the_chips_own_scale_up_bandwidth()
    {
        var catalog = Repository.Open();
        string[] narrower = ["colossus-1", "gh200-node", "gh200-96gb-node", "atlas-300i-duo", "jetson-agx-orin"];
        foreach (var system in catalog.Ids(CatalogKind.Systems).Except(narrower).Select(catalog.System))
        {
            var own = system.Chip.ScaleUpBandwidth!.Value.Value;
            var scaleUp = system.Tiers.First(tier => tier.Ranks is not 1); // a tier of one rank is inside the package
            Assert.True(Math.Abs(scaleUp.Bandwidth.Value.Value - own) <= 0.01 * own, $"{system.Id}: {scaleUp.Bandwidth.Value} against {system.Chip.ScaleUpBandwidth.Value} of {system.Chip.Id}");
        }
    }

    [Fact]
    public void Tiers_grow_outwards_and_only_the_last_is_open()
    {
        var catalog = Repository.Open();
        foreach (var system in catalog.Ids(CatalogKind.Systems).Select(catalog.System))
        {
            var ranks = system.Tiers.Select(tier => tier.Ranks).ToList();
            Assert.All(ranks.SkipLast(1), rank => Assert.True(rank is > 0, system.Id));
            Assert.True(ranks.SkipLast(1).Zip(ranks.Skip(1)).All(pair => pair.Second is null || pair.First < pair.Second), system.Id);
        }
    }

    [Fact]
    public void From_claimed_down_every_value_is_ranged_or_pinned_on_purpose()
    {
        var catalog = Repository.Open();
        var values = Enum.GetValues<CatalogKind>().SelectMany(kind => catalog.Ids(kind).SelectMany(id => catalog.Describe(kind, id)));
        Assert.All(
            values.Where(value => value.Confidence >= Confidence.Claimed && !double.IsNaN(value.Value)),
            value => Assert.True(value.Low <= value.Value && value.Value <= value.High && value.LowText.Length > 0, value.Path));
    }
}
