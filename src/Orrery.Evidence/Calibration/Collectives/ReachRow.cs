using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;
using Operations = Orrery.Analysis.Collectives.Collectives;

namespace Orrery.Evidence.Calibration.Collectives;

/// <summary>The operations whose reach can be fitted.</summary>
public enum TimedOperation
{
    AllReduce,
    AllGather,
    ReduceScatter,
    AllToAll,
    SendReceive,

    /// <summary>A serving engine's own all-reduce, with the library's where that is faster.</summary>
    CustomAllReduce,
}

/// <summary>One measured collective.</summary>
/// <param name="Group">Who met.</param>
/// <param name="Meeting">How many meet on the tier that is fitted: ranks inside it, or domains that it joins.</param>
/// <param name="Bytes">As NCCL's tests count a message.</param>
internal sealed record ReachRow(TimedOperation Operation, RankGroup Group, int Meeting, double Bytes, double Seconds)
{
    /// <summary>Rows of one size are held out together.</summary>
    public string Size => FormattableString.Invariant($"{Bytes:R}");

    public double Predicted(AiSystem system) => Operation switch
    {
        TimedOperation.AllReduce => Operations.AllReduce(Bytes, Group, system).Seconds,
        TimedOperation.AllGather => Operations.AllGather(Bytes, Group, system).Seconds,
        TimedOperation.ReduceScatter => Operations.ReduceScatter(Bytes, Group, system).Seconds,
        TimedOperation.AllToAll => Operations.AllToAll(Bytes, Group, system).Seconds,
        TimedOperation.SendReceive => Operations.SendReceive(Bytes, Group, system).Seconds,
        _ => system.Tiers[0].InNetworkReduction
            ? Operations.CustomAllReduce(Bytes, Group, system).Seconds
            : Operations.OneShotAllReduce(Bytes, Group, system).Seconds,
    };
}
