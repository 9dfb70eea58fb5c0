using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;

namespace Orrery.Comparison.Scaling;

/// <summary>Something that takes time of all chips from what counts.</summary>
/// <param name="Id">Snake case.</param>
/// <param name="Name">As a person says it.</param>
public sealed record ScaleLimit(string Id, string Name)
{
    public static ScaleLimit Batch { get; } = new("batch", "large batch (statistical efficiency)");
    public static ScaleLimit Idle { get; } = new("idle_chips", "idle chips");
    public static ScaleLimit Failures { get; } = new("failures", "failures and checkpoints");
    public static ScaleLimit Kernels { get; } = new("kernels", "kernels under their peak");
    public static ScaleLimit Memory { get; } = new("memory_bound", "element-wise work and casts");
    public static ScaleLimit Host { get; } = new("host", "host and jitter");

    internal static IReadOnlyList<(StepPart Part, ScaleLimit Limit)> OfParts { get; } =
    [
        (StepPart.Bubble, new("bubble", "pipeline bubble")),
        (StepPart.TensorParallelCommunication, new("exposed_tp", "tensor-parallel exchange")),
        (StepPart.ContextParallelCommunication, new("exposed_cp", "context-parallel exchange")),
        (StepPart.ExpertParallelCommunication, new("exposed_ep", "expert exchange")),
        (StepPart.PipelineCommunication, new("exposed_pp", "pipeline transfers")),
        (StepPart.DataParallelCommunication, new("exposed_dp", "data-parallel exchange")),
        (StepPart.Recompute, new("recompute", "recompute")),
        (StepPart.Optimizer, new("optimizer", "optimizer and fixed cost of a step")),
    ];
}

/// <summary>The share of all chips' time that one limit takes.</summary>
public sealed record ScaleLoss(ScaleLimit Limit, double Share)
{
    /// <summary>
    /// Where the time of all chips goes; the shares and what is useful sum to one.
    /// Equation: useful <c>MFU e used/chips s</c> with s the statistical efficiency and e the effective training time ratio; a step's part
    /// <c>part/iteration e used/chips s</c>; failures <c>(1 - e) used/chips s</c>; idle chips <c>(1 - used/chips) s</c>; the batch <c>1 - s</c>.
    /// </summary>
    public static IReadOnlyList<ScaleLoss> Of(ScalePoint point)
    {
        var (step, counts) = (point.Best, point.StatisticalEfficiency);
        var there = (1 - point.IdleShare) * counts;
        var used = there * point.Goodput.Share;
        var shares = TimeShares.Of(step);
        return
        [
            new(ScaleLimit.Batch, 1 - counts),
            new(ScaleLimit.Idle, point.IdleShare * counts),
            new(ScaleLimit.Failures, there - used),
            .. ScaleLimit.OfParts.Select(entry => new ScaleLoss(entry.Limit, step.Parts[entry.Part] / step.Iteration.Value * used)),
            new(ScaleLimit.Kernels, shares.KernelLoss * used),
            new(ScaleLimit.Memory, (step.Parts[StepPart.ElementWise] + step.Parts[StepPart.Quantization]) / step.Iteration.Value * used),
            new(ScaleLimit.Host, shares.Host * used),
        ];
    }

    /// <summary>
    /// What more chips have cost: how far each share has grown from a point with fewer chips, the most first. What a kernel loses
    /// at any number of chips is so left out, and what it loses because shards became small is not.
    /// </summary>
    public static IReadOnlyList<ScaleLoss> Growth(ScalePoint from, ScalePoint to) =>
    [
        .. Of(from).Zip(Of(to), (before, after) => new ScaleLoss(after.Limit, after.Share - before.Share)).OrderByDescending(loss => loss.Share),
    ];

    /// <summary>The largest loss that comes of using many chips; kernels under their peak and memory-bound work are left out.</summary>
    public static ScaleLoss Largest(ScalePoint point) =>
        Of(point).Where(loss => loss.Limit != ScaleLimit.Kernels && loss.Limit != ScaleLimit.Memory).MaxBy(loss => loss.Share)!;
}
