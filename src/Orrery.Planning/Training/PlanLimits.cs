using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>The values a degree may take, both ends included.</summary>
public readonly record struct DegreeRange(int Least, int Most)
{
    public static DegreeRange Any { get; } = new(1, int.MaxValue);

    public static DegreeRange Only(int value) => new(value, value);

    public static DegreeRange UpTo(int value) => new(1, value);

    public bool Allows(int value) => value >= Least && value <= Most;
}

/// <summary>What a search may choose; everything legal unless narrowed.</summary>
public sealed record PlanLimits
{
    public DegreeRange Tensor { get; init; } = DegreeRange.Any;
    public DegreeRange Context { get; init; } = DegreeRange.Any;
    public DegreeRange Pipeline { get; init; } = DegreeRange.Any;
    public DegreeRange Data { get; init; } = DegreeRange.Any;
    public DegreeRange Expert { get; init; } = DegreeRange.Any;
    public DegreeRange ExpertTensor { get; init; } = DegreeRange.Any;
    public DegreeRange MicroBatch { get; init; } = DegreeRange.Any;
    public DegreeRange VirtualStages { get; init; } = DegreeRange.Any;

    /// <summary>Chips a strategy may use; those it leaves idle are the cluster's all the same.</summary>
    public DegreeRange Chips { get; init; } = DegreeRange.Any;

    /// <summary>Whether tensor-parallel ranks split the sequence outside tensor-parallel regions; null for either.</summary>
    public bool? SequenceParallel { get; init; }

    /// <summary>Whether edge stages may hold other numbers of layers than the stages between.</summary>
    public bool UnevenStages { get; init; } = true;

    /// <summary>The recompute policy; null for any.</summary>
    public Recompute? Recompute { get; init; }

    /// <summary>The order of ranks on the fabric; null for any.</summary>
    public RankOrder? Order { get; init; }

    /// <summary>What runs beside something else; null for any choice.</summary>
    public Overlap? Overlap { get; init; }
    public IReadOnlyList<Sharding> Shardings { get; init; } = Enum.GetValues<Sharding>();
    public IReadOnlyList<PipelineSchedule> Schedules { get; init; } = Enum.GetValues<PipelineSchedule>();

    /// <summary>What may wait in host memory.</summary>
    public bool OffloadActivations { get; init; } = true;
    public bool OffloadWeights { get; init; } = true;
    public bool OffloadOptimizerState { get; init; } = true;

    /// <summary>Share of a chip's memory that a strategy may need; above 1 for what chips with more would allow.</summary>
    public double Memory { get; init; } = 1;

    /// <summary>Given, not searched: how launches are captured and how tokens reach experts.</summary>
    public GraphCapture Graphs { get; init; } = GraphCapture.Partial;
    public ExpertDispatch Dispatch { get; init; } = ExpertDispatch.Deduplicated;

    /// <summary>What a software stack can do on a system; nothing waits in a host memory whose size or link the catalog does not know.</summary>
    public static PlanLimits For(SoftwareStack stack, AiSystem system)
    {
        var hasHost = system.HostBandwidth is not null && system.HostMemory is not null;
        bool Offloads(OffloadTarget target) => hasHost && stack.Offloads.Contains(target);
        return new PlanLimits
        {
            Shardings = stack.Shardings,
            Schedules = stack.Schedules,
            Pipeline = stack.Schedules.Count > 0 ? DegreeRange.Any : DegreeRange.Only(1),
            OffloadActivations = Offloads(OffloadTarget.Activations),
            OffloadWeights = Offloads(OffloadTarget.Weights),
            OffloadOptimizerState = Offloads(OffloadTarget.Optimizer),
        };
    }

    /// <summary>The limit that leaves a strategy out; empty where none does.</summary>
    public string WhatExcludes(Strategy s)
    {
        (string Name, DegreeRange Range, int Value)[] degrees =
        [
            ("tp", Tensor, s.TensorParallel), ("cp", Context, s.ContextParallel), ("pp", Pipeline, s.PipelineParallel), ("dp", Data, s.DataParallel),
            ("ep", Expert, s.ExpertParallel), ("etp", ExpertTensor, s.ExpertTensorParallel), ("vp", VirtualStages, s.VirtualStages),
            ("mbs", MicroBatch, s.MicroBatch), ("chips", Chips, s.Chips),
        ];
        foreach (var (name, range, value) in degrees)
        {
            if (!range.Allows(value))
            {
                return FormattableString.Invariant($"{name} {value} is not among the {range.Least} to {range.Most} allowed");
            }
        }

        return !Shardings.Contains(s.Sharding) ? $"the stack does not do {s.Sharding} sharding, or it was not asked for"
            : s.PipelineParallel > 1 && !Schedules.Contains(s.Schedule) ? $"the stack does not run the {s.Schedule} schedule, or it was not asked for"
            : SequenceParallel is { } parallel && parallel != s.SequenceParallel ? "of its use of sequence parallelism"
            : Recompute is { } policy && policy != s.Recompute ? "of its recompute policy"
            : Overlap is { } overlap && overlap != s.Overlap ? "of its overlaps"
            : Order is { } order && order != s.Order ? "of its rank order"
            : !UnevenStages && s.FirstStageLayers is not null ? "its stages are uneven"
            : s.OffloadedLayers > 0 && !OffloadActivations ? "activations may not wait in host memory"
            : s.Offload.HasFlag(Offload.Weights) && !OffloadWeights ? "weights may not wait in host memory"
            : s.Offload.HasFlag(Offload.OptimizerState) && !OffloadOptimizerState ? "optimizer state may not wait in host memory"
            : s.Graphs != Graphs || s.Dispatch != Dispatch ? "its graphs or dispatch are not those asked about"
            : "";
    }

    public PlanLimits WithoutOffload() => this with { OffloadActivations = false, OffloadWeights = false, OffloadOptimizerState = false };
}
