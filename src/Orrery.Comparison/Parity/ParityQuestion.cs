using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Quantities;

namespace Orrery.Comparison.Parity;

/// <summary>How many chips of the second deliver what the first delivers?</summary>
/// <param name="First">With its number of chips, unless there is a deadline.</param>
/// <param name="Workload">With a fixed batch, throughput is what is delivered; with a free one, the end of a run.</param>
/// <param name="Deadline">The time that the run may take on either; null where the first one's chips set what is to be delivered.</param>
/// <param name="MostChips">Numbers of chips looked into.</param>
public sealed record ParityQuestion(Contestant First, Contestant Second, ScalingWorkload Workload, Seconds? Deadline, int MostChips);

/// <summary>One side's answer.</summary>
/// <param name="Reached">On the fewest chips that deliver what is asked; null where no number up to the limit does.</param>
/// <param name="Fastest">The most it delivers on any number of chips looked into, without those that idle; null where nothing fits.</param>
/// <param name="Tried">Every number of chips planned, in order.</param>
/// <param name="LastDoubling">Where it is not reached: what the last doubling looked into gained, as a share.</param>
public sealed record ParitySide(
    Contestant Contestant, ScalePoint? Reached, ScalePoint? Fastest, IReadOnlyList<ScalePoint> Tried, double? LastDoubling, string WhyNot)
{
    /// <summary>Whole systems that hold the chips.</summary>
    public int? Systems => Reached is { } point ? (point.Chips + Contestant.Cluster.System.Chips - 1) / Contestant.Cluster.System.Chips : null;

    /// <summary>More chips than were looked into would deliver more: the limit on their number stops it, not the workload.</summary>
    public bool IsStillGaining => LastDoubling >= ScalingCurve.LeastGain;

    /// <summary>
    /// What stops it, the most first: the shares of all chips' time that have grown between the fewest chips planned and the
    /// fastest point.
    /// </summary>
    public IReadOnlyList<ScaleLoss> Obstacles => Fastest is { } fastest && Tried.Count > 0
        ? [.. ScaleLoss.Growth(Tried[0], fastest).Where(loss => loss.Share > 0)]
        : [];
}
