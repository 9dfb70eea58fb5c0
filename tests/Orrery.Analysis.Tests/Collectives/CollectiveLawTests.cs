using FsCheck;
using FsCheck.Fluent;
using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;
using Xunit;
using Operations = Orrery.Analysis.Collectives.Collectives;

namespace Orrery.Analysis.Tests.Collectives;

/// <summary>What must hold of every collective, whatever the message, the group and the fabric.</summary>
public sealed class CollectiveLawTests
{
    private const double Rounding = 1 + 1e-12;

    private static readonly Dictionary<string, Func<double, RankGroup, AiSystem, CollectiveCost>> Times = new()
    {
        ["all-gather"] = Operations.AllGather,
        ["reduce-scatter"] = Operations.ReduceScatter,
        ["all-reduce"] = Operations.AllReduce,
        ["all-to-all"] = Operations.AllToAll,
        ["send-receive"] = Operations.SendReceive,
    };

    public static TheoryData<string> All => [.. Times.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_time_is_positive_and_finite(string operation) =>
        ForAll((bytes, group) => Times[operation](bytes, group, TestFabric.Nodes(halfSize: 1e7)).Seconds is > 0 and < double.PositiveInfinity);

    [Theory]
    [MemberData(nameof(All))]
    public void A_larger_message_is_never_faster(string operation) => ForAll((bytes, group) =>
        Times[operation](1.5 * bytes, group, TestFabric.Nodes(halfSize: 1e7)).Seconds * Rounding
        >= Times[operation](bytes, group, TestFabric.Nodes(halfSize: 1e7)).Seconds);

    [Theory]
    [MemberData(nameof(All))]
    public void More_bandwidth_is_never_slower(string operation) => ForAll((bytes, group) =>
    {
        var now = Times[operation](bytes, group, TestFabric.Nodes(halfSize: 1e7)).Seconds * Rounding;
        return Times[operation](bytes, group, TestFabric.Nodes(inner: 200e9, halfSize: 1e7)).Seconds <= now
            && Times[operation](bytes, group, TestFabric.Nodes(outer: 20e9, halfSize: 1e7)).Seconds <= now;
    });

    [Theory]
    [MemberData(nameof(All))]
    public void No_tier_carries_more_than_its_group_spans(string operation) => ForAll((bytes, group) =>
    {
        var sent = Times[operation](bytes, group, TestFabric.Nodes()).Sent;
        var insideOneNode = ((group.Size - 1) * group.Stride) + 1 <= 8;
        return sent.Total > 0 && (!insideOneNode || sent[1] == 0) && (group.Stride < 8 || sent[0] == 0);
    });

    private static void ForAll(Func<double, RankGroup, bool> holds)
    {
        var cases =
            from power in Gen.Choose(8, 34)
            from size in Gen.Choose(1, 10)
            from stride in Gen.Choose(0, 5)
            select (Bytes: Math.Pow(2, power), Group: new RankGroup(1 << size, 1 << stride));
        Prop.ForAll(cases.ToArbitrary(), one => holds(one.Bytes, one.Group)).QuickCheckThrowOnFailure();
    }
}
