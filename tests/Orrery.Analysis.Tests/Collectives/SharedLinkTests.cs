using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;
using Xunit;
using Operations = Orrery.Analysis.Collectives.Collectives;

namespace Orrery.Analysis.Tests.Collectives;

/// <summary>Nodes of eight in a pod of 64 at the same 100 GB/s, half of which is reached: over the same links, and over links of their own.</summary>
public sealed class SharedLinkTests
{
    private const double Payload = 80e6, Rate = 50e9;
    private static readonly RankGroup Pod = new(64);
    private static readonly AiSystem Apart = TestFabric.System(TestFabric.Tier(100e9, 8), TestFabric.Tier(100e9, 64), TestFabric.Tier(10e9, null));
    private static readonly AiSystem Shared = Apart with { Tiers = [Apart.Tiers[0], Apart.Tiers[1] with { SharesLinks = true }, Apart.Tiers[2]] };

    [Fact]
    public void A_gather_over_tiers_that_share_links_costs_as_one_flat_ring()
    {
        var flat = TestFabric.System(TestFabric.Tier(100e9, 64), TestFabric.Tier(10e9, null));
        Assert.Equal(Operations.AllGather(Payload, Pod, flat).Seconds, Operations.AllGather(Payload, Pod, Shared).Seconds);
        Assert.Equal(Operations.ReduceScatter(Payload, Pod, flat).Seconds, Operations.ReduceScatter(Payload, Pod, Shared).Seconds);
        Assert.Equal(Operations.AllReduce(Payload, Pod, flat).Seconds, Operations.AllReduce(Payload, Pod, Shared).Seconds);

        // Start-up by halving and doubling: six doublings of two steps.
        Assert.Equal(10e-6 + 12e-6 + (63.0 / 64 * Payload / Rate), Operations.AllGather(Payload, Pod, Shared).Seconds, 1e-12);
    }

    [Fact]
    public void Tier_by_tier_on_shared_links_the_transfers_add_up()
    {
        // A slower pod, so that going by tiers is the faster way: 7/8 inside at 50 GB/s, then 1/8 of 7/8 outside at 25 GB/s.
        var slower = Shared with { Tiers = [Shared.Tiers[0], TestFabric.Tier(50e9, 64) with { SharesLinks = true }, Shared.Tiers[2]] };
        var cost = Operations.AllGather(Payload, Pod, slower);
        Assert.Equal(CollectiveAlgorithm.Hierarchical, cost.Algorithm);
        Assert.Equal(16e-6 + 16e-6 + (7.0 / 8 * Payload / Rate) + (7.0 / 64 * Payload / (Rate / 2)), cost.Seconds, 1e-12);
    }

    [Fact]
    public void On_links_of_their_own_tiers_work_side_by_side()
    {
        var cost = Operations.AllGather(Payload, Pod, Apart);
        Assert.Equal(CollectiveAlgorithm.Hierarchical, cost.Algorithm);
        Assert.Equal(16e-6 + 16e-6 + (7.0 / 8 * Payload / Rate), cost.Seconds, 1e-12);
    }

    [Fact]
    public void An_all_to_all_waits_for_both_tiers_where_they_share_links()
    {
        var (inside, across) = (16e-6 + (7.0 / 64 * Payload / Rate), 72e-6 + (56.0 / 64 * Payload / Rate));
        Assert.Equal(across, Operations.AllToAll(Payload, Pod, Apart).Seconds, 1e-12);
        Assert.Equal(inside + across, Operations.AllToAll(Payload, Pod, Shared).Seconds, 1e-12);
    }
}
