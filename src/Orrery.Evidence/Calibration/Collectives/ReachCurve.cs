using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Evidence.Calibration.Collectives;

/// <summary>One curve of a tier's reach by its name in the catalog: "all_reduce", "in_network", ...; empty for the values that operations without their own follow.</summary>
internal sealed record ReachCurve(string Name, Func<CollectiveReach, OperationReach?> Get, Func<CollectiveReach, OperationReach, CollectiveReach> Set)
{
    public static ReachCurve Common { get; } = new("", CommonOf, (reach, curve) => reach with
    {
        Fraction = Measured(new Scalar(curve.Fraction)),
        Startup = Measured(new Seconds(curve.StartupS)),
        StartupPerRank = Measured(new Seconds(curve.StartupPerRankS)),
        HalfSize = Measured(new Bytes(curve.HalfBytes)),
    });

    public static ReachCurve AllReduce { get; } = new("all_reduce", reach => reach.AllReduce, (reach, curve) => reach with { AllReduce = curve });

    public static ReachCurve AllGather { get; } = new("all_gather", reach => reach.AllGather, (reach, curve) => reach with { AllGather = curve });

    public static ReachCurve ReduceScatter { get; } = new("reduce_scatter", reach => reach.ReduceScatter, (reach, curve) => reach with { ReduceScatter = curve });

    public static ReachCurve AllToAll { get; } = new("all_to_all", reach => reach.AllToAll, (reach, curve) => reach with { AllToAll = curve });

    public static ReachCurve InNetwork { get; } = new("in_network", reach => reach.InNetwork, (reach, curve) => reach with { InNetwork = curve });

    public static ReachCurve OneShot { get; } = new("one_shot", reach => reach.OneShot, (reach, curve) => reach with { OneShot = curve });

    public static IReadOnlyList<ReachCurve> All { get; } = [AllReduce, AllGather, ReduceScatter, AllToAll, InNetwork, OneShot];

    /// <summary>The curve as it stands, an operation without its own following the common values.</summary>
    public OperationReach In(CollectiveReach reach) => Get(reach) ?? CommonOf(reach)!.Value;

    private static OperationReach? CommonOf(CollectiveReach reach) => new OperationReach(
        reach.Fraction.Value.Value, 0, 0, reach.Startup.Value.Value, reach.StartupPerRank.Value.Value, reach.HalfSize.Value.Value);

    private static Sourced<T> Measured<T>(T value) where T : struct => new(value, "", Confidence.Measured);
}
