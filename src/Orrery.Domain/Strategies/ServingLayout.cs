namespace Orrery.Domain.Strategies;

/// <summary>How one replica of a served model lies on its chips. Its chips are <c>tp x dp x pp</c>; experts are dealt over the <c>tp x dp</c> of a stage.</summary>
public sealed record ServingLayout
{
    public int TensorParallel { get; init; } = 1;
    public int PipelineParallel { get; init; } = 1;

    /// <summary>Groups of tensor-parallel ranks that hold all attention weights and serve requests of their own (DP attention).</summary>
    public int AttentionDataParallel { get; init; } = 1;

    /// <summary>Ranks that the experts are dealt over.</summary>
    public int ExpertParallel { get; init; } = 1;

    /// <summary>Of the tensor-parallel ranks, how many share out a sequence's cache by position instead of holding it each.</summary>
    public int CacheShards { get; init; } = 1;

    /// <summary>Load of the hottest expert rank over the mean, at expert parallelism 8; 1 is balanced.</summary>
    public double ExpertSkew { get; init; } = 1;

    /// <summary>A step's sequences run as two halves, one exchanging tokens with the experts' ranks while the other computes.</summary>
    public bool TwoBatchOverlap { get; init; }

    /// <summary>Chips of one replica.</summary>
    public int Chips => TensorParallel * AttentionDataParallel * PipelineParallel;

    /// <summary>Chips that hold keys of one sequence, copies included.</summary>
    public int CacheHolders => TensorParallel * PipelineParallel;

    /// <summary>Ranks of one pipeline stage.</summary>
    public int StageRanks => TensorParallel * AttentionDataParallel;

    /// <summary>Ranks that share out each expert.</summary>
    public int ExpertTensorParallel => Math.Max(1, StageRanks / ExpertParallel);
}
