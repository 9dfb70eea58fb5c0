using Orrery.Analysis.Collectives;
using Xunit;

namespace Orrery.Analysis.Tests.Collectives;

/// <summary>Which ranks meet, counted by hand.</summary>
public sealed class RankGroupTests
{
    [Fact]
    public void Two_axes_side_by_side_are_one_run()
    {
        var group = RankGroup.Of(new RankGroup(2, 4), new RankGroup(8, 8));
        Assert.Equal(new RankGroup(16, 4), group);
        Assert.Equal(group, RankGroup.Of(new RankGroup(8, 8), new RankGroup(2, 4)));
        Assert.Equal(new RankGroup(8, 8), RankGroup.Of(new RankGroup(1, 4), new RankGroup(8, 8)));
        Assert.Equal(new RankGroup(8, 1), RankGroup.Of(new RankGroup(8, 1), new RankGroup(1, 32)));
    }

    [Fact]
    public void Two_axes_with_another_between_them_are_runs()
    {
        // 0 to 7, and 32 to 39.
        var group = RankGroup.Of(new RankGroup(2, 32), new RankGroup(8, 1));
        Assert.Equal((16, 1, 2, 32), (group.Size, group.Stride, group.Runs, group.RunStride));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(8, 8)]
    [InlineData(16, 8)]
    [InlineData(32, 8)]
    [InlineData(64, 16)]
    [InlineData(72, 16)] // no instance but the first holds three
    [InlineData(96, 24)]
    [InlineData(4096, 32)]
    public void Members_of_runs_share_a_tier_run_by_run(int ranks, int members)
    {
        // Four runs of eight neighbours, 32 ranks apart.
        var group = RankGroup.Of(new RankGroup(8, 1), new RankGroup(4, 32));
        Assert.Equal(members, group.MembersIn(TestFabric.Tier(1e9, ranks), outermost: false));
        Assert.Equal(32, group.MembersIn(TestFabric.Tier(1e9, ranks), outermost: true));
    }

    [Fact]
    public void A_part_of_a_run_leaves_the_rest_of_it_and_the_other_runs()
    {
        // Of four runs of eight, the nearest four ranks: 0 to 3. The others of the same place: 0 and 4 in each of four runs.
        var (near, far) = RankGroup.Of(new RankGroup(8, 1), new RankGroup(4, 32)).Split(4);
        Assert.Equal(new RankGroup(4, 1), near);
        Assert.Equal((8, 4, 4, 32), (far.Size, far.Stride, far.Runs, far.RunStride));
    }

    [Fact]
    public void Whole_runs_leave_the_other_runs()
    {
        var (near, far) = RankGroup.Of(new RankGroup(8, 1), new RankGroup(4, 32)).Split(16);
        Assert.Equal((16, 1, 2, 32), (near.Size, near.Stride, near.Runs, near.RunStride));
        Assert.Equal(new RankGroup(2, 64), far);
    }

    [Fact]
    public void One_run_splits_in_two()
    {
        var (near, far) = new RankGroup(64, 2).Split(8);
        Assert.Equal((new RankGroup(8, 2), new RankGroup(8, 16)), (near, far));
    }
}
