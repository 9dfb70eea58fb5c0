using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Simulation.Timeline;

/// <summary>What one virtual stage does with one micro-batch, seconds by what they are for.</summary>
/// <param name="Layers">Layers of it; 0 for an embedding or a head by itself.</param>
/// <param name="Backward">Without weight gradients; with what runs again.</param>
public sealed record StageWork(int Layers, StepTimes Forward, StepTimes Backward, StepTimes WeightGradient)
{
    /// <summary>What weights gathered layer by layer add to a pass (ZeRO-3, FSDP).</summary>
    public double ShardedForwardS { get; init; }
    public double ShardedBackwardS { get; init; }

    /// <summary>Once a step: reduction of its gradients over the data-parallel ranks, and gather of its weights.</summary>
    public double ReduceS { get; init; }
    public double GatherS { get; init; }

    /// <summary>Parts that its weights are gathered and its gradients reduced in: one a layer.</summary>
    public int Buckets => Math.Max(1, Layers);

    /// <summary>Of <see cref="Forward"/> and of <see cref="Backward"/>, what grows with the load of the fullest expert rank.</summary>
    public double ExpertForwardS { get; init; }
    public double ExpertBackwardS { get; init; }

    /// <summary>Layers with routed experts: each draws its loads anew.</summary>
    public int ExpertLayers { get; init; }

    /// <summary>Seconds on the compute and communication streams of one micro-batch, without sharding.</summary>
    public double PassS => Forward.Total + Backward.Total + WeightGradient.Total;
}

/// <summary>One training step, ready to be played: what every virtual stage does, in which schedule, and what travels between.</summary>
public sealed record TimelinePlan
{
    public required PipelineSchedule Schedule { get; init; }

    /// <summary>Pipeline ranks.</summary>
    public required int Stages { get; init; }
    public int VirtualStages { get; init; } = 1;

    /// <summary>Of a step on one data-parallel rank.</summary>
    public required int MicroBatches { get; init; }

    /// <summary>By virtual stage in the order a micro-batch passes them: <see cref="Stages"/> x <see cref="VirtualStages"/> of them.</summary>
    public required IReadOnlyList<StageWork> Work { get; init; }

    /// <summary>One hand-over from stage to stage.</summary>
    public double TransferS { get; init; }

    /// <summary>Gradients are reduced beside backward passes, and weights gathered beside forward passes, instead of after the step's passes.</summary>
    public bool ReducesBeside { get; init; }
    public bool GathersBeside { get; init; }

    /// <summary>After the last reduction: the optimizer, and what a step takes besides.</summary>
    public double OptimizerS { get; init; }

    /// <summary>The same without hand-overs.</summary>
    public TimelinePlan WithoutTransfers() => this with { TransferS = 0 };

    /// <summary>The same without data-parallel traffic.</summary>
    public TimelinePlan WithoutDataTraffic() => this with
    {
        Work = [.. Work.Select(work => work with { ShardedForwardS = 0, ShardedBackwardS = 0, ReduceS = 0, GatherS = 0 })],
    };

    public TimelinePlan WithoutOptimizer() => this with { OptimizerS = 0 };

    /// <summary>The same work in all, every virtual stage doing as much.</summary>
    public TimelinePlan Even()
    {
        var share = 1.0 / Work.Count;
        StepTimes Mean(Func<StageWork, StepTimes> of) => Work.Aggregate(default(StepTimes), (sum, work) => sum + of(work)) * share;
        var mean = Work[0] with { Forward = Mean(work => work.Forward), Backward = Mean(work => work.Backward), WeightGradient = Mean(work => work.WeightGradient) };
        return this with { Work = [.. Enumerable.Repeat(mean, Work.Count)] };
    }

    /// <summary>Seconds of work, by what they are for, that a rank of mean load does in a step.</summary>
    public StepTimes MeanWork() =>
        Work.Aggregate(default(StepTimes), (sum, work) => sum + work.Forward + work.Backward + work.WeightGradient) * ((double)MicroBatches / Stages);
}
