using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>What one layer costs one rank for one micro-batch: time forward and backward, weights held, activations kept.</summary>
internal struct LayerCost
{
    public StepTimes Forward;
    public StepTimes Backward;

    /// <summary>Weights on this rank outside and inside experts.</summary>
    public double DenseWeights;
    public double ExpertWeights;

    /// <summary>Activation bytes that wait for the backward pass.</summary>
    public double ActivationBytes;

    /// <summary>Activation bytes that would wait if nothing ran again: what a layer under full recompute holds while it runs.</summary>
    public double UnsavedBytes;

    /// <summary>FLOPs of this rank that recompute repeats.</summary>
    public double RecomputedFlops;

    /// <summary>Host seconds to launch it, forward and backward.</summary>
    public double HostS;

    /// <summary>Adds an op; a recomputed one runs its forward pass again in the backward pass.</summary>
    public void Add(StepPart part, double forward, double backward, bool recomputed = false)
    {
        Forward[part] += forward;
        Backward[part] += backward;
        if (recomputed)
        {
            Backward[StepPart.Recompute] += forward;
        }
    }

    public static LayerCost operator +(in LayerCost left, in LayerCost right) => new()
    {
        Forward = left.Forward + right.Forward,
        Backward = left.Backward + right.Backward,
        DenseWeights = left.DenseWeights + right.DenseWeights,
        ExpertWeights = left.ExpertWeights + right.ExpertWeights,
        ActivationBytes = left.ActivationBytes + right.ActivationBytes,
        UnsavedBytes = left.UnsavedBytes + right.UnsavedBytes,
        RecomputedFlops = left.RecomputedFlops + right.RecomputedFlops,
        HostS = left.HostS + right.HostS,
    };

    public static LayerCost operator *(in LayerCost cost, double factor) => new()
    {
        Forward = cost.Forward * factor,
        Backward = cost.Backward * factor,
        DenseWeights = cost.DenseWeights * factor,
        ExpertWeights = cost.ExpertWeights * factor,
        ActivationBytes = cost.ActivationBytes * factor,
        UnsavedBytes = cost.UnsavedBytes * factor,
        RecomputedFlops = cost.RecomputedFlops * factor,
        HostS = cost.HostS * factor,
    };
}

internal static class RecomputeRules
{
    /// <summary>Whether an op under <paramref name="module"/> runs again in the backward pass.</summary>
    public static bool Covers(this Recompute policy, Recompute module) =>
        module != Recompute.None && (policy & (Recompute.Full | module)) != 0;
}
