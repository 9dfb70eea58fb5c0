using Orrery.Domain.Models;

namespace Orrery.Domain.Workloads;

public enum TrainingTask
{
    Pretrain,
    FineTune,
    Lora,
}

/// <summary>The recipe for GEMM inputs. Attention, head, router and optimizer stay in higher precision.</summary>
public enum TrainingPrecision
{
    Bf16,
    Fp16,
    Fp8,
    Fp8Block,
    Fp8Rowwise,
    Mxfp8,
    Nvfp4,
    Int8,
}

/// <summary>What is trained: a model, tokens per step and the precision of its GEMMs.</summary>
/// <param name="GlobalBatch">Sequences per optimizer step, over the whole cluster.</param>
public sealed record TrainingWorkload(
    Transformer Model,
    int GlobalBatch,
    int SequenceLength,
    TrainingPrecision Precision,
    TrainingTask Task = TrainingTask.Pretrain)
{
    /// <summary>Scores and values of attention are multiplied in FP8 as well.</summary>
    public bool Fp8Attention { get; init; }

    public double TokensPerStep => (double)GlobalBatch * SequenceLength;
}
