namespace Orrery.Domain.Strategies;

/// <summary>What optimizer state, gradients and weights are sharded over the data-parallel ranks.</summary>
public enum Sharding
{
    None,
    Zero1,
    Zero2,

    /// <summary>ZeRO-3 and FSDP: weights too, gathered layer by layer.</summary>
    Zero3,

    /// <summary>FSDP inside a group of ranks, replicated across groups.</summary>
    Hsdp,
}

public enum PipelineSchedule
{
    /// <summary>1F1B; interleaved where the strategy has virtual stages.</summary>
    OneForwardOneBackward,
    ZeroBubble,
    DualPipe,
}

/// <summary>What of the forward pass is run again in the backward pass.</summary>
[Flags]
public enum Recompute
{
    None = 0,
    CoreAttention = 1,
    Attention = 2,
    LatentUpProjection = 4,
    Normalization = 8,
    Activation = 16,
    FeedForward = 32,
    Experts = 64,
    SharedExpert = 128,
    StateSpace = 256,

    /// <summary>Half of the GEMMs, in the per-operator selective checkpointing of torchtitan.</summary>
    AlternateGemms = 512,

    /// <summary>Every layer from its input.</summary>
    Full = 1024,

    /// <summary>Every other layer from its input.</summary>
    AlternateLayers = 4096,

    /// <summary>Goes with the others: the compiler drops a block's last product, whose output nobody needs (XLA).</summary>
    WithoutLast = 2048,
}

/// <summary>What runs beside something else instead of after it.</summary>
[Flags]
public enum Overlap
{
    None = 0,
    TensorParallel = 1,
    ExpertParallel = 2,
    GradientReduce = 4,
    ParameterGather = 8,
}

/// <summary>What waits in host memory, besides the activations of <see cref="Strategy.OffloadedLayers"/>.</summary>
[Flags]
public enum Offload
{
    None = 0,

    /// <summary>Weights come in layer by layer, forward and again backward.</summary>
    Weights = 1,

    /// <summary>Master weights and moments pass through the chip once a step.</summary>
    OptimizerState = 2,
}

/// <summary>How much of the step is captured in graphs and launched at once.</summary>
public enum GraphCapture
{
    None,
    Partial,
    FullIteration,
}

public enum ExpertDispatch
{
    /// <summary>Every token copy crosses the wire.</summary>
    AllToAll,

    /// <summary>A token crosses once to each rank or domain that needs it (DeepEP, HybridEP).</summary>
    Deduplicated,
}

/// <summary>How a workload is laid out on a cluster. Degrees multiply to the number of chips.</summary>
public sealed record Strategy
{
    public required int TensorParallel { get; init; }
    public required int PipelineParallel { get; init; }
    public required int DataParallel { get; init; }
    public int ContextParallel { get; init; } = 1;
    public int VirtualStages { get; init; } = 1;
    public int ExpertParallel { get; init; } = 1;
    public int ExpertTensorParallel { get; init; } = 1;
    public required int MicroBatch { get; init; }
    public bool SequenceParallel { get; init; }

    /// <summary>Under sequence parallelism, inputs gathered in the forward pass are kept instead of gathered again.</summary>
    public bool KeepGathered { get; init; }
    public Sharding Sharding { get; init; } = Sharding.Zero1;

    /// <summary>Ranks that share one copy under <see cref="Sharding.Hsdp"/>.</summary>
    public int ShardRanks { get; init; }
    public PipelineSchedule Schedule { get; init; }
    public Recompute Recompute { get; init; }

    /// <summary>Layers whose activations wait in host memory.</summary>
    public int OffloadedLayers { get; init; }
    public Offload Offload { get; init; }
    public Overlap Overlap { get; init; }
    public GraphCapture Graphs { get; init; }
    public ExpertDispatch Dispatch { get; init; } = ExpertDispatch.Deduplicated;

    /// <summary>Each expert takes a fixed number of tokens and the rest are dropped, so the host need not wait to learn how many came.</summary>
    public bool DropsTokens { get; init; }

    /// <summary>Embedding and loss count as layers when layers are dealt to stages.</summary>
    public bool EmbeddingAndLossCountAsLayers { get; init; }

    /// <summary>
    /// Layers on the first and the last pipeline stage of an uneven split, the stages between sharing the rest as evenly as whole
    /// layers allow; both or neither. Without them layers are dealt evenly.
    /// </summary>
    public int? FirstStageLayers { get; init; }
    public int? LastStageLayers { get; init; }

    /// <summary>How groups lie on the fabric.</summary>
    public RankOrder Order { get; init; }

    public int Chips => TensorParallel * ContextParallel * PipelineParallel * DataParallel;

    /// <summary>Ranks that hold a copy of one weight outside experts.</summary>
    public int Replicas => DataParallel * ContextParallel;

    /// <summary>Ranks that hold a copy of one expert's weight; experts are dealt over all ranks of a stage.</summary>
    public int ExpertReplicas => Math.Max(1, Replicas * TensorParallel / (ExpertParallel * ExpertTensorParallel));
}
