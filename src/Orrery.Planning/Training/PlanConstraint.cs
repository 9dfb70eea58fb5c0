using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>Something that a best strategy uses and that others may want to do without.</summary>
/// <param name="Id">Snake case.</param>
/// <param name="Name">As a person says it: "without sequence parallelism".</param>
public sealed record PlanConstraint(string Id, string Name, Func<Strategy, bool> IsBroken, Func<PlanLimits, PlanLimits> Narrow)
{
    /// <summary>Tensor parallelism beyond one server of the usual size is what large scale-up domains are for.</summary>
    private const int UsualServer = 8;

    public static IReadOnlyList<PlanConstraint> All { get; } =
    [
        new("tp_at_most_8", "tp at most 8", s => s.TensorParallel > UsualServer, limits => limits with { Tensor = DegreeRange.UpTo(UsualServer) }),
        new("without_tp", "without tensor parallelism", s => s.TensorParallel is > 1 and <= UsualServer, limits => limits with { Tensor = DegreeRange.Only(1) }),
        new("without_sequence_parallel", "without sequence parallelism", s => s.SequenceParallel, limits => limits with { SequenceParallel = false }),
        new("without_cp", "without context parallelism", s => s.ContextParallel > 1, limits => limits with { Context = DegreeRange.Only(1) }),
        new("without_ep", "without expert parallelism", s => s.ExpertParallel > 1, limits => limits with { Expert = DegreeRange.Only(1) }),
        new("without_pp", "without a pipeline", s => s.PipelineParallel > 1, limits => limits with { Pipeline = DegreeRange.Only(1) }),
        new("without_vp", "without virtual stages", s => s.VirtualStages > 1, limits => limits with { VirtualStages = DegreeRange.Only(1) }),
        new("even_stages", "with even stages", s => s.FirstStageLayers is not null, limits => limits with { UnevenStages = false }),
        new("one_sequence", "with micro-batches of one sequence", s => s.MicroBatch > 1, limits => limits with { MicroBatch = DegreeRange.Only(1) }),
        new("zero1", "with zero1 sharding", s => s.Sharding is Sharding.Zero2 or Sharding.Zero3 or Sharding.Hsdp, limits => limits with { Shardings = [Sharding.Zero1] }),
        new("without_recompute", "without recompute", s => s.Recompute != Recompute.None, limits => limits with { Recompute = Recompute.None }),
        new("without_offload", "without offload", s => s.OffloadedLayers > 0 || s.Offload != Offload.None, limits => limits.WithoutOffload()),
        new("without_overlap", "without overlaps", s => s.Overlap != Overlap.None, limits => limits with { Overlap = Overlap.None }),
        new("default_order", "in the default rank order", s => s.Order != default, limits => limits with { Order = default(RankOrder) }),
    ];
}

/// <summary>The best strategy that keeps to a constraint; null where none fits.</summary>
public sealed record ConstrainedPlan(PlanConstraint Constraint, PlanResult Plan);

/// <summary>What topology is worth: the best strategy for a fabric believed to be flat, and what it delivers on the real one.</summary>
/// <param name="Belief">The tier whose rate every pair of chips is believed to have.</param>
/// <param name="Believed">The step on the flat fabric.</param>
/// <param name="Real">The same strategy, ranks in the default order, on the real one.</param>
public sealed record FlatPlan(FabricTier Belief, Analysis.Training.TrainingEstimate Believed, Analysis.Training.TrainingEstimate Real);
