using Orrery.Catalog.Checks;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>What a system says of its scale-up limit and host memory, and the same system with another scale-up domain.</summary>
public sealed class SystemFactsTests
{
    private static readonly OrreryCatalog Shipped = Repository.Open();

    [Fact]
    public void LimitAndHostMemory_AreReadWithSourceAndRange()
    {
        using var scratch = new ScratchCatalog().WithBox();
        scratch.Write("systems/box.yaml", ScratchCatalog.System + "\n" + """
            scale_up_limit: { value: 64, low: 16, high: 256, confidence: claimed, note: "As announced" }
            host_memory: 250 GB
            """);
        var box = scratch.Open().System("box");
        Assert.Equal(new Sourced<int>(64, "BOOK", Confidence.Claimed, 16, 256, "As announced"), box.ScaleUpLimit);
        Assert.Equal(250e9, box.HostMemory!.Value.Value);
        Assert.Null(scratch.Write("systems/box.yaml", ScratchCatalog.System).Open().System("box").ScaleUpLimit);
        Assert.Null(scratch.Open().System("box").HostMemory);
    }

    [Theory]
    [InlineData("scale_up_limit: many", "error ORR0103: 'scale_up_limit' is 'many', expected a whole number, at least 1")]
    [InlineData("scale_up_limit: 7.5", "error ORR0103: 'scale_up_limit' is '7.5', expected a whole number, at least 1")]
    [InlineData("scale_up_limit: -8", "error ORR0103: 'scale_up_limit' is '-8', expected a whole number, at least 1")]
    [InlineData("scale_up_limit: 0", "error ORR0103: 'scale_up_limit' is '0', expected a whole number, at least 1")]
    [InlineData("scale_up_limit: 4", "error ORR0110: 'scale_up_limit' may be 4, expected at least the scale_up_domain, 8")]
    [InlineData("scale_up_limit: { value: 16, low: 4, high: 64, confidence: assumed }", "error ORR0110: 'scale_up_limit' may be 4, expected at least the scale_up_domain, 8")]
    [InlineData("scale_up_limit: { value: 16, confidence: claimed }", "error ORR0108: 'scale_up_limit' is claimed and has no range, expected 'low' and 'high'")]
    [InlineData("host_memory: 250", "error ORR0103: 'host_memory' is '250', expected a memory: a number and a unit (PB, TB, GB, MB, kB, B, GiB, MiB, KiB)")]
    [InlineData("host_memory: -1 GB", "error ORR0110: 'host_memory' is '-1 GB', expected nothing below zero")]
    public void AFactThatIsWrong_IsAnErrorAtItsPlace(string line, string message)
    {
        using var scratch = new ScratchCatalog().WithBox();
        scratch.Write("systems/box.yaml", ScratchCatalog.System + "\n" + line);
        var finding = Assert.Single(CatalogCheck.Run(scratch.Open())).ToString();
        Assert.StartsWith("catalog/systems/box.yaml:17:", finding, StringComparison.Ordinal);
        Assert.EndsWith(message, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void ShippedLimits_AreNoLessThanTheProducts_AndLeaveRoomOnlyWhereTheTextSaysSo()
    {
        foreach (var system in Shipped.Ids(CatalogKind.Systems).Select(Shipped.System).Where(system => system.ScaleUpLimit is not null))
        {
            Assert.True(system.ScaleUpLimit!.Value >= system.ScaleUpDomain, system.Id);
        }

        Assert.Equal((72, 576), (Shipped.System("gb200-nvl72").ScaleUpDomain, Shipped.System("gb200-nvl72").ScaleUpLimit!.Value));
        Assert.Equal((8, 256), (Shipped.System("dgx-h100").ScaleUpDomain, Shipped.System("dgx-h100").ScaleUpLimit!.Value));
        Assert.Equal(15_488, Shipped.System("atlas-960").ScaleUpLimit!.Value);
        Assert.Null(Shipped.System("mi300x-8").ScaleUpLimit);
    }

    [Fact]
    public void HostMemory_IsAChipsShare()
    {
        Assert.Equal(2e12 / 8, Shipped.System("dgx-h100").HostMemory!.Value.Value);
        Assert.Equal(36 * 480e9 / 72, Shipped.System("gb200-nvl72").HostMemory!.Value.Value);
        Assert.Equal((75e12 - 20.7e12) / 72, Shipped.System("vr-nvl72").HostMemory!.Value.Value, 1e9);
        Assert.Null(Shipped.System("cloudmatrix-384").HostMemory);
        foreach (var system in Shipped.Ids(CatalogKind.Systems).Select(Shipped.System).Where(system => system.HostBandwidth is not null))
        {
            Assert.NotNull(system.HostMemory);
        }
    }

    [Fact]
    public void HostMemory_IsAnInputWithARange_AndTheLimitIsNone()
    {
        var paths = Shipped.RangedInputs(Shipped.System("gb200-nvl72")).Select(input => input.Path).ToList();
        Assert.Contains("systems/gb200-nvl72:host_memory", paths);
        Assert.DoesNotContain("systems/gb200-nvl72:scale_up_limit", paths);
    }

    [Theory]
    [InlineData("dgx-h100", 8, "nvlink 8, scale-out")]
    [InlineData("dgx-h100", 72, "nvlink 72, scale-out")]
    [InlineData("dgx-h100", 8192, "nvlink 8192, scale-out")]
    [InlineData("gb200-nvl72", 8, "nvlink 8, scale-out")]
    [InlineData("gb200-nvl72", 384, "nvlink 384, scale-out")]
    [InlineData("gb200-nvl72", 1024, "nvlink 1024, scale-out")]
    [InlineData("cloudmatrix-384", 1, "superpod 1, rdma")]
    [InlineData("cloudmatrix-384", 8, "die 1, superpod 8, rdma")]
    [InlineData("cloudmatrix-384", 72, "die 1, node 8, superpod 72, rdma")]
    [InlineData("cloudmatrix-384", 384, "die 1, node 8, superpod 384, rdma")]
    [InlineData("cloudmatrix-384", 8192, "die 1, node 8, superpod 8192, rdma")]
    [InlineData("atlas-950", 8, "superpod 8, scale-out")]
    [InlineData("atlas-950", 72, "cabinet 64, superpod 72, scale-out")]
    [InlineData("atlas-950", 1024, "cabinet 64, superpod 1024, scale-out")]
    [InlineData("atlas-950-supercluster", 384, "cabinet 64, superpod 384, scale-out")]
    [InlineData("tpu-v7", 1024, "ici 1024, dcn")]
    [InlineData("h200-nvl-8", 2, "nvlink-bridge 2, pcie 8, scale-out")]
    [InlineData("h200-nvl-8", 8, "nvlink-bridge 8, scale-out")]
    [InlineData("h200-nvl-8", 72, "nvlink-bridge 72, scale-out")]
    [InlineData("atlas-300i-duo", 8, "pcie 8")]
    [InlineData("gh200-node", 1, "scale-out")]
    public void WithDomain_GivesTheScaleUpTierThatManyChips(string id, int chips, string tiers)
    {
        var system = Shipped.System(id);
        var changed = system.WithDomain(chips);
        Assert.Equal(chips, changed.ScaleUpDomain);
        Assert.Equal(tiers, string.Join(", ", changed.Tiers.Select(tier => tier.Ranks is { } ranks ? $"{tier.Name} {ranks}" : tier.Name)));

        // Only ranks and whom a tier shares links with change: everything else of a tier, and of the system, is as before.
        Assert.All(changed.Tiers, tier => Assert.Contains(Fixed(tier), system.Tiers.Select(Fixed)));
        Assert.Equal(system with { Tiers = [], ScaleUpDomain = 1 }, changed with { Tiers = [], ScaleUpDomain = 1 });
    }

    private static FabricTier Fixed(FabricTier tier) => tier with { Ranks = null, SharesLinks = false };

    [Theory]
    [InlineData("cloudmatrix-384", 8, false)]
    [InlineData("cloudmatrix-384", 72, true)]
    [InlineData("atlas-950", 8, false)]
    [InlineData("atlas-950", 1024, true)]
    public void WithDomain_OfATierWhoseInnerOneWent_SharesLinksWithNone(string id, int chips, bool shares) =>
        Assert.Equal(shares, Shipped.System(id).WithDomain(chips).Tiers.Single(tier => tier.Ranks == chips).SharesLinks);

    [Fact]
    public void WithDomain_OfEverySystem_KeepsTiersGrowingAndTheLastOneOpen()
    {
        foreach (var system in Shipped.Ids(CatalogKind.Systems).Select(Shipped.System).Where(system => system.Tiers.Any(tier => tier.Ranks <= system.ScaleUpDomain)))
        {
            Assert.Same(system, system.WithDomain(system.ScaleUpDomain));
            foreach (var chips in new[] { 8, 72, 384, 1024, 8192 })
            {
                var changed = system.WithDomain(chips);
                var ranks = changed.Tiers.Select(tier => tier.Ranks ?? int.MaxValue).ToList();
                Assert.Equal(ranks.Distinct().Order(), ranks);
                Assert.Contains(chips, ranks);
                Assert.Equal(system.Tiers[^1].Ranks is null, changed.Tiers[^1].Ranks is null);
            }
        }
    }

    [Fact]
    public void WithDomain_OfNoChip_OrWithoutATierToGrow_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Shipped.System("dgx-h100").WithDomain(0));
        var error = Assert.Throws<MissingFactException>(() => Shipped.System("gh200-node").WithDomain(256));
        Assert.Equal("gh200-node has no scale-up tier in the catalog, so its domain cannot be 256 chips", error.Message);
    }
}
