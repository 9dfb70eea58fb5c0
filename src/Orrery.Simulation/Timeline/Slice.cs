using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Timeline;

/// <summary>What runs side by side on a pipeline rank.</summary>
public enum TimelineStream
{
    Compute,

    /// <summary>Tensor-, context- and expert-parallel exchanges, as far as compute waits for them.</summary>
    Exchange,
    PointToPoint,
    DataParallel,
}

/// <summary>What a stretch of a stream is.</summary>
public enum TimelineWork
{
    Forward,
    Backward,
    WeightGradient,

    /// <summary>A forward pass beside a backward pass of another micro-batch (DualPipe).</summary>
    Pair,
    TensorExchange,
    ContextExchange,
    ExpertExchange,
    SendForward,
    SendBackward,
    ReduceGradients,
    GatherWeights,
    Optimizer,
}

/// <summary>One stretch of one stream of one pipeline rank. Those of a stream do not overlap.</summary>
/// <param name="VirtualStage">Negative for none, as <paramref name="MicroBatch"/>.</param>
public readonly record struct Slice(TimelineWork Work, int Stage, TimelineStream Stream, int VirtualStage, int MicroBatch, Instant Start, Instant End)
{
    public Duration Length => End - Start;
}
