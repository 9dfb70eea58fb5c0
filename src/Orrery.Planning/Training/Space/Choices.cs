using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Space;

/// <summary>How many ranks do what with how many sequences: what a strategy's cost depends on most.</summary>
internal readonly record struct Layout(int Tensor, int Context, int Pipeline, int Data, int Expert, int ExpertTensor, int MicroBatch)
{
    public long Chips => (long)Tensor * Context * Pipeline * Data;

    public int Replicas => Context * Data;

    public int ExpertReplicas => Math.Max(1, (int)((long)Replicas * Tensor / (Expert * ExpertTensor)));

    /// <summary>Whether any weight is on more than one rank of a stage.</summary>
    public bool IsReplicated => Replicas > 1 || ExpertReplicas > 1;

    /// <summary>The same without the micro-batch, by which runners-up are told apart.</summary>
    internal Layout WithoutMicroBatch => this with { MicroBatch = 0 };

    public Strategy ToStrategy(PlanLimits limits) => new()
    {
        TensorParallel = Tensor,
        ContextParallel = Context,
        PipelineParallel = Pipeline,
        DataParallel = Data,
        ExpertParallel = Expert,
        ExpertTensorParallel = ExpertTensor,
        MicroBatch = MicroBatch,
        Graphs = limits.Graphs,
        Dispatch = limits.Dispatch,
    };
}

/// <summary>How experts are dealt to ranks.</summary>
/// <param name="Index">Its place among all of the space.</param>
internal readonly record struct ExpertChoice(int Expert, int ExpertTensor, int Index)
{
    public Layout Of(Layout layout) => layout with { Expert = Expert, ExpertTensor = ExpertTensor };
}

/// <summary>What tensor-parallel ranks do with the sequence outside tensor-parallel regions.</summary>
internal readonly record struct SequenceChoice(bool Parallel, bool KeepGathered)
{
    public Strategy On(Strategy s) => s with { SequenceParallel = Parallel, KeepGathered = KeepGathered };
}

/// <summary>How layers are dealt to stages and micro-batches run through them.</summary>
/// <param name="Counted">Embedding and loss count as layers.</param>
/// <param name="FirstLayers">Layers of the first stage of an uneven split; 0 for an even one.</param>
internal readonly record struct PipelineChoice(PipelineSchedule Schedule, int VirtualStages, bool Counted, int FirstLayers, int LastLayers)
{
    public Strategy On(Strategy s) => s with
    {
        Schedule = Schedule,
        VirtualStages = VirtualStages,
        EmbeddingAndLossCountAsLayers = Counted,
        FirstStageLayers = FirstLayers > 0 ? FirstLayers : null,
        LastStageLayers = FirstLayers > 0 ? LastLayers : null,
    };
}

/// <summary>What data-parallel ranks share, and what of it waits in host memory.</summary>
internal readonly record struct ShardingChoice(Sharding Sharding, int ShardRanks, Offload Offload)
{
    public Strategy On(Strategy s) => s with { Sharding = Sharding, ShardRanks = ShardRanks, Offload = Offload };
}

/// <summary>A sharding and the overlaps of its traffic that make a difference.</summary>
internal sealed record ShardingOption(ShardingChoice Choice, Overlap[] Overlaps);
