using Orrery.Analysis.Collectives;
using Orrery.Analysis.Tests.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>Where the groups of tp 4, cp 2, dp 8, pp 4 and, inside experts, etp 2, ep 16, two replicas, lie under a few orders.</summary>
public sealed class RankGroupsTests
{
    private static readonly Strategy Layout = new()
    {
        TensorParallel = 4, ContextParallel = 2, DataParallel = 8, PipelineParallel = 4, ExpertTensorParallel = 2, ExpertParallel = 16, MicroBatch = 1,
    };

    [Theory]
    //                            tp cp dp etp ep replicas pp
    [InlineData("tp-cp-ep-dp-pp", 1, 4, 8, 1, 2, 32, 64)]
    [InlineData("dp-tp-cp-ep-pp", 8, 32, 1, 2, 4, 1, 64)]
    [InlineData("pp-tp-cp-ep-dp", 4, 16, 32, 4, 8, 128, 1)]
    [InlineData("ep-tp-cp-dp-pp", 1, 4, 8, 16, 1, 32, 64)]
    [InlineData("cp-pp-dp-ep-tp", 64, 1, 8, 128, 8, 4, 2)]
    public void Strides_AreTheProductOfTheDegreesInside(string order, int tensor, int context, int data, int expertTensor, int expert, int replicas, int pipeline)
    {
        var groups = RankGroups.Of(Layout, RankOrder.Parse(order)!.Value);
        Assert.Equal(new RankGroup(4, tensor), groups.Tensor);
        Assert.Equal(new RankGroup(2, context), groups.Context);
        Assert.Equal(RankGroup.Of(new RankGroup(2, context), new RankGroup(8, data)), groups.Replicas);
        Assert.Equal(new RankGroup(2, expertTensor), groups.ExpertTensor);
        Assert.Equal(new RankGroup(16, expert), groups.Expert);
        Assert.Equal(new RankGroup(2, replicas), groups.ExpertReplicas);
        Assert.Equal(new RankGroup(2, pipeline), groups.StagePair);
    }

    /// <summary>Every order: a rank is the sum of its places times their strides, and what is counted is who is really there.</summary>
    [Fact]
    public void MembersOfATier_UnderEveryOrder_AreThoseCounted()
    {
        foreach (var order in RankOrder.All)
        {
            var groups = RankGroups.Of(Layout, order);
            var strides = Strides(order);
            foreach (var ranks in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256 })
            {
                var tier = TestFabric.Tier(1e9, ranks);
                var replicas =
                    from context in Enumerable.Range(0, Layout.ContextParallel)
                    from data in Enumerable.Range(0, Layout.DataParallel)
                    select (context * strides[RankAxis.Context]) + (data * strides[RankAxis.Data]);
                var tensor = Enumerable.Range(0, Layout.TensorParallel).Select(place => place * strides[RankAxis.Tensor]);
                Assert.Equal(replicas.Count(rank => rank < ranks), groups.Replicas.MembersIn(tier, outermost: false));
                Assert.Equal(tensor.Count(rank => rank < ranks), groups.Tensor.MembersIn(tier, outermost: false));
            }
        }
    }

    [Fact]
    public void AnOrder_ReadsBackAndNamesEachAxisOnce()
    {
        Assert.Equal(120, RankOrder.All.Select(order => order.ToString()).Distinct().Count());
        Assert.All(RankOrder.All, order => Assert.Equal(order, RankOrder.Parse(order.ToString())));
        Assert.Equal("tp-cp-ep-dp-pp", default(RankOrder).ToString());
        Assert.Null(RankOrder.Parse("tp-tp-cp-ep-pp"));
    }

    private static Dictionary<RankAxis, int> Strides(RankOrder order)
    {
        var strides = new Dictionary<RankAxis, int>();
        var stride = 1;
        foreach (var axis in order.Axes)
        {
            strides[axis] = stride;
            stride *= axis switch
            {
                RankAxis.Tensor => Layout.TensorParallel,
                RankAxis.Context => Layout.ContextParallel,
                RankAxis.Data => Layout.DataParallel,
                RankAxis.Pipeline => Layout.PipelineParallel,
                _ => 1, // experts are dealt over the ranks of tp, cp and dp
            };
        }

        return strides;
    }
}
