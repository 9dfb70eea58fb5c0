using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;
using Orrery.Quantities;
using Xunit;
using Operations = Orrery.Analysis.Collectives.Collectives;

namespace Orrery.Analysis.Tests.Collectives;

/// <summary>Volumes and times against sums done by hand.</summary>
public sealed class CollectiveTests
{
    private const double Payload = 80e6;
    private static readonly AiSystem Nodes = TestFabric.Nodes();

    [Fact]
    public void Volumes_in_one_node_are_those_of_a_ring()
    {
        var node = new RankGroup(8);
        Assert.Equal(7.0 / 8 * Payload, Operations.AllGather(Payload, node, Nodes).Sent.First, 1e-6);
        Assert.Equal(7.0 / 8 * Payload, Operations.ReduceScatter(Payload, node, Nodes).Sent.First, 1e-6);
        Assert.Equal(2 * 7.0 / 8 * Payload, Operations.AllReduce(Payload, node, Nodes).Sent.First, 1e-6);
        Assert.Equal(7.0 / 8 * Payload, Operations.AllToAll(Payload, node, Nodes).Sent.First, 1e-6);
        Assert.Equal(Payload, Operations.SendReceive(Payload, node, Nodes).Sent.First, 1e-6);
    }

    [Fact]
    public void A_ring_takes_its_start_up_and_its_volume_over_the_reachable_bandwidth()
    {
        var cost = Operations.AllGather(Payload, new RankGroup(8), Nodes);
        Assert.Equal(16e-6 + (7.0 / 8 * Payload / 50e9), cost.Seconds, 1e-12);
        Assert.Equal(CollectiveAlgorithm.Ring, cost.Algorithm);
    }

    [Fact]
    public void Two_nodes_gather_outside_on_eight_rails_and_inside_at_full_rate()
    {
        var cost = Operations.AllGather(Payload, new RankGroup(16), Nodes);
        Assert.Equal(CollectiveAlgorithm.Hierarchical, cost.Algorithm);
        Assert.Equal(7.0 / 8 * Payload, cost.Sent[0], 1e-6);
        Assert.Equal(1.0 / 2 * Payload / 8, cost.Sent[1], 1e-6);
        Assert.Equal(16e-6 + 10e-6 + Math.Max(cost.Sent[0] / 50e9, cost.Sent[1] / 5e9), cost.Seconds, 1e-12);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(1024)]
    public void Whatever_the_tiers_a_rank_receives_what_the_others_hold(int ranks)
    {
        var group = new RankGroup(ranks);
        var others = (ranks - 1.0) / ranks * Payload;
        Assert.Equal(others, Operations.AllGather(Payload, group, Nodes).Sent.Total, 1e-3);
        Assert.Equal(others, Operations.ReduceScatter(Payload, group, Nodes).Sent.Total, 1e-3);
        Assert.Equal(2 * others, Operations.AllReduce(Payload, group, Nodes).Sent.Total, 1e-3);
        Assert.Equal(others, Operations.AllToAll(Payload, group, Nodes).Sent.Total, 1e-3);
    }

    [Fact]
    public void Only_the_off_node_share_of_an_all_to_all_crosses_the_network()
    {
        var cost = Operations.AllToAll(Payload, new RankGroup(16), Nodes);
        Assert.Equal(7.0 / 16 * Payload, cost.Sent[0], 1e-6);
        Assert.Equal(8.0 / 16 * Payload, cost.Sent[1], 1e-6);
        Assert.Equal(10e-6 + 14e-6 + (0.5 * Payload / 5e9), cost.Seconds, 1e-12);
    }

    [Fact]
    public void A_strided_group_meets_only_on_the_network()
    {
        var cost = Operations.AllGather(Payload, new RankGroup(8, 8), Nodes);
        Assert.Equal(0, cost.Sent[0]);
        Assert.Equal(7.0 / 8 * Payload, cost.Sent[1], 1e-6);
        Assert.Equal(1, new RankGroup(8, 8).MembersIn(Nodes.Tiers[0], outermost: false));
        Assert.Equal(2, new RankGroup(8, 4).MembersIn(Nodes.Tiers[0], outermost: false));
    }

    [Fact]
    public void A_pipeline_hop_runs_on_the_longest_link_of_its_group()
    {
        Assert.Equal(10e-6 + (Payload / 50e9), Operations.SendReceive(Payload, new RankGroup(2, 4), Nodes).Seconds, 1e-12);
        Assert.Equal(10e-6 + (Payload / 5e9), Operations.SendReceive(Payload, new RankGroup(2, 8), Nodes).Seconds, 1e-12);
    }

    [Fact]
    public void Switches_that_add_up_move_the_payload_once()
    {
        var system = TestFabric.System(TestFabric.Tier(100e9, null) with { InNetworkReduction = true });
        var cost = Operations.AllReduce(Payload, new RankGroup(8), system);
        Assert.Equal(CollectiveAlgorithm.InNetwork, cost.Algorithm);
        Assert.Equal(Payload, cost.Sent.First, 1e-6);
        Assert.Equal(10e-6 + 3e-6 + (Payload / 50e9), cost.Seconds, 1e-12);
    }

    [Fact]
    public void Many_ranks_and_little_data_choose_few_steps()
    {
        var system = TestFabric.System(TestFabric.Tier(100e9, null));
        Assert.Equal(CollectiveAlgorithm.Doubling, Operations.AllReduce(1024, new RankGroup(1024), system).Algorithm);
    }

    [Fact]
    public void Oversubscription_divides_what_leaves_the_node()
    {
        var tapered = TestFabric.System(Nodes.Tiers[0], Nodes.Tiers[1] with { Oversubscription = TestFabric.Of(new Scalar(4)) });
        var group = new RankGroup(4, 8);
        var start = 12e-6;
        Assert.Equal(
            4 * (Operations.AllGather(Payload, group, Nodes).Seconds - start),
            Operations.AllGather(Payload, group, tapered).Seconds - start, 1e-9);
        Assert.Equal(Operations.AllGather(Payload, new RankGroup(8), Nodes), Operations.AllGather(Payload, new RankGroup(8), tapered));
    }

    [Fact]
    public void Two_chips_of_a_full_mesh_share_one_link_of_seven()
    {
        var mesh = TestFabric.System(TestFabric.Tier(70e9, 8) with { Topology = Topology.FullMesh });
        Assert.Equal(10e-6 + (0.5 * Payload / 5e9), Operations.AllGather(Payload, new RankGroup(2), mesh).Seconds, 1e-12);
        Assert.Equal(16e-6 + (7.0 / 8 * Payload / 35e9), Operations.AllGather(Payload, new RankGroup(8), mesh).Seconds, 1e-12);
    }

    [Fact]
    public void A_torus_gathers_at_full_rate_and_exchanges_over_its_mean_distance()
    {
        // 4 x 4 x 4: three axes of four, a mean distance of three links.
        var torus = TestFabric.System(TestFabric.Tier(100e9, 64) with { Topology = Topology.Torus, Dimensions = 3 });
        var group = new RankGroup(64);
        Assert.Equal(10e-6 + 62e-6 + (63.0 / 64 * Payload / 50e9), Operations.AllGather(Payload, group, torus).Seconds, 1e-11);
        Assert.Equal(10e-6 + 62e-6 + (3 * 63.0 / 64 * Payload / 50e9), Operations.AllToAll(Payload, group, torus).Seconds, 1e-11);
        Assert.Equal(10e-6 + 2e-6 + (0.75 * Payload / (50e9 / 3)), Operations.AllGather(Payload, new RankGroup(4), torus).Seconds, 1e-11);
    }

    [Fact]
    public void Two_ranks_lose_what_the_curve_says_against_many()
    {
        var tier = TestFabric.Tier(100e9, null);
        var system = TestFabric.System(tier with { Reach = tier.Reach with { AllGather = new OperationReach(0.5, 0.3, 0, 10e-6, 1e-6, 0) } });
        Assert.Equal(10e-6 + (0.5 * Payload / (50e9 * 0.7)), Operations.AllGather(Payload, new RankGroup(2), system).Seconds, 1e-12);
        Assert.Equal(12e-6 + (0.75 * Payload / (50e9 * 0.9)), Operations.AllGather(Payload, new RankGroup(4), system).Seconds, 1e-12);
    }

    [Fact]
    public void A_one_step_kernel_serves_small_messages_only_where_there_is_one()
    {
        var tier = TestFabric.Tier(100e9, null);
        var system = TestFabric.System(tier with { Reach = tier.Reach with { OneShot = new OperationReach(0.2, 0, 0, 3e-6, 0, 0) } });
        var group = new RankGroup(8);
        Assert.Equal(CollectiveAlgorithm.OneShot, Operations.CustomAllReduce(1024, group, system).Algorithm);
        Assert.Equal(CollectiveAlgorithm.Ring, Operations.CustomAllReduce(1e9, group, system).Algorithm);
        Assert.Equal(CollectiveAlgorithm.Ring, Operations.CustomAllReduce(1024, group, TestFabric.System(tier)).Algorithm);
    }

    [Fact]
    public void One_rank_or_nothing_to_move_costs_nothing()
    {
        Assert.Equal(default, Operations.AllReduce(Payload, new RankGroup(1), Nodes));
        Assert.Equal(default, Operations.AllToAll(0, new RankGroup(8), Nodes));
    }
}
