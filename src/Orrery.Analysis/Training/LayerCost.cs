using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>
/// What a layer (or several) costs one rank for one micro-batch: time forward and backward without recompute and without exchanges,
/// weights held, what each recompute module would run again and save, and what must be exchanged.
/// </summary>
internal struct LayerCost
{
    public StepTimes Forward;
    public StepTimes Backward;

    /// <summary>Weights on this rank outside and inside experts.</summary>
    public double DenseWeights;
    public double ExpertWeights;

    /// <summary>By recompute module: forward time, FLOPs and kept activation bytes.</summary>
    public ModuleTable Modules;

    /// <summary>FLOPs of products outside experts.</summary>
    public double GemmFlops;

    /// <summary>Host seconds to launch layers without and with experts, forward and backward.</summary>
    public double HostS;
    public double ExpertHostS;

    /// <summary>Blocks whose input is gathered and whose output is reduced over tensor-parallel ranks.</summary>
    public double TensorExchanges;

    /// <summary>Elements a token that pass all context-parallel ranks.</summary>
    public double ContextWidth;

    /// <summary>Mixture whose tokens travel to experts; null where there is none.</summary>
    public MixtureOfExperts? Routed;

    /// <summary>Activation bytes that would wait if nothing ran again: what a layer under full recompute holds while it runs.</summary>
    public readonly double UnsavedBytes => Modules.Sum(Recompute.None).AllBytes;

    /// <summary>Adds an op; one in a recompute module runs its forward pass again in the backward pass where the policy covers it.</summary>
    public void Add(StepPart part, double forward, double backward, Recompute module = Recompute.None, double flops = 0)
    {
        Forward[part] += forward;
        Backward[part] += backward;
        Modules.Add(module, forward, flops, 0);
    }

    /// <summary>Bytes that wait for the backward pass unless <paramref name="module"/> runs again.</summary>
    public void Keep(double bytes, Recompute module) => Modules.Add(module, 0, 0, bytes);

    /// <summary>What a policy makes of it: seconds run again, FLOPs of them, and bytes that wait for the backward pass.</summary>
    public readonly (double Again, double Flops, double KeptBytes) Under(Recompute policy)
    {
        var (again, flops, saved, all) = Modules.Sum(policy);
        if (policy.HasFlag(Recompute.AlternateGemms))
        {
            again += Forward[StepPart.Gemm] / 2;
            flops += GemmFlops / 2;
        }

        return (again, flops, all - saved);
    }

    /// <summary>Adds so many times another; exchanges are by layer and do not add up.</summary>
    public void Add(in LayerCost other, double times)
    {
        Forward += other.Forward * times;
        Backward += other.Backward * times;
        DenseWeights += other.DenseWeights * times;
        ExpertWeights += other.ExpertWeights * times;
        Modules.Add(other.Modules, times);
        GemmFlops += other.GemmFlops * times;
        HostS += other.HostS * times;
        ExpertHostS += other.ExpertHostS * times;
    }
}
