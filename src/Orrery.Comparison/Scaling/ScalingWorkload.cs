using Orrery.Comparison.Delivered;
using Orrery.Domain.Models;

namespace Orrery.Comparison.Scaling;

/// <summary>What is trained, whatever the number of chips.</summary>
/// <param name="GlobalBatch">Sequences a step at every number of chips; null lets each number take the batch, up to the critical
/// one, that ends the run soonest.</param>
/// <param name="Run">Null where no run is asked about; needed where the batch is free.</param>
public sealed record ScalingWorkload(
    Transformer Model, int SequenceLength, PrecisionChoice Precision, int? GlobalBatch, TrainingRun? Run)
{
    /// <summary>The largest batch, in sequences, that is no larger than the critical one; at least one sequence.</summary>
    public int CriticalSequences => Run is { } run
        ? (int)Math.Clamp(Math.Floor(run.CriticalTokens / SequenceLength), 1, int.MaxValue)
        : throw new InvalidOperationException("there is no critical batch without a run");
}
