using Orrery.Domain.Hardware;
using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>What failures leave of a training job's time: <c>GoodputEstimator.Estimate(cluster, checkpoint, leastInterval)</c> for any cluster whose system has a
/// failure profile, <c>TrainingGoodput.Of(estimate)</c> for a training step; <see cref="Ettr"/> times throughput is what is delivered.</summary>
public sealed record Goodput
{
    public required Cluster Cluster { get; init; }
    public required FailureProfile Profile { get; init; }
    public required CheckpointPlan Checkpoint { get; init; }

    /// <summary>From a failure until steps run again: detection, restart and reading of the checkpoint.</summary>
    public required Seconds Recovery { get; init; }

    /// <summary>Of the whole job, while it has all its hosts.</summary>
    public required PerSecond Interruptions { get; init; }

    /// <summary>Hosts that stand ready.</summary>
    public required int Spares { get; init; }

    /// <summary>Shares of wall-clock time; they sum to one.</summary>
    public required WallTime Time { get; init; }

    /// <summary>What each cause costs, the most first; their <see cref="CauseLoss.Lost"/>, the useful share and that of checkpoints sum to one.</summary>
    public required IReadOnlyList<CauseLoss> Causes { get; init; }

    /// <summary>Effective training time ratio: the share of wall-clock time spent on steps that are kept.</summary>
    public double Ettr => Time.Useful;

    /// <summary>Mean time to failure of the job; infinite where nothing fails.</summary>
    public Seconds Mttf => new(1 / Interruptions.Value);

    /// <summary>Share of the interruptions that parts of one kind cause.</summary>
    public double ShareOf(FailingPart part) => Causes.Where(cause => cause.Cause.Part == part).Sum(cause => cause.Share);

    /// <summary>Kinds of parts by what they cost, the most first.</summary>
    public IReadOnlyList<(FailingPart Part, double Share, double Lost)> ByPart =>
    [
        .. Causes.GroupBy(cause => cause.Cause.Part).Select(causes => (causes.Key, causes.Sum(cause => cause.Share), causes.Sum(cause => cause.Lost)))
            .OrderByDescending(part => part.Item3).ThenBy(part => part.Key),
    ];
}

/// <summary>When and how fast a job saves its state.</summary>
/// <param name="Size">Over all chips.</param>
/// <param name="Write">Until it is safe in storage.</param>
/// <param name="Blocked">Of that, the time in which steps stand still.</param>
/// <param name="Interval">Work between two checkpoints.</param>
/// <param name="IsBest">Whether the interval is the best one, rather than one asked for.</param>
public sealed record CheckpointPlan(Bytes Size, Seconds Write, Seconds Blocked, Seconds Interval, bool IsBest)
{
    /// <summary>Between the state that a checkpoint holds and the moment it is safe.</summary>
    public Seconds Lag => new(Write.Value - Blocked.Value);
}

/// <summary>What one cause of failure does to a job.</summary>
/// <param name="Parts">How many parts of that kind the job depends on.</param>
/// <param name="Interruptions">Of the whole job by this cause.</param>
/// <param name="Share">Of all interruptions.</param>
/// <param name="Lost">Share of wall-clock time lost to it: work undone, recovery and waiting.</param>
public sealed record CauseLoss(FailureCause Cause, double Parts, PerSecond Interruptions, double Share, double Lost);
