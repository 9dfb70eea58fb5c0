namespace Orrery.Domain.Workloads;

/// <summary>What a reference workload does.</summary>
public enum ReferenceKind
{
    Training,

    /// <summary>Prompts alone.</summary>
    Prefill,

    /// <summary>Tokens after the first, the prompts' keys being there.</summary>
    Decode,
    ReinforcementLearning,
}

/// <summary>A workload that systems are held against each other on: what effective H100-equivalents are counted in.</summary>
public sealed record ReferenceWorkload
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Why this one.</summary>
    public required string Why { get; init; }
    public required ReferenceKind Kind { get; init; }

    /// <summary>An id of the catalog.</summary>
    public required string Model { get; init; }

    /// <summary>Chips that work on it; whole systems of a product that is smaller, and part of one that is larger.</summary>
    public required int Chips { get; init; }

    /// <summary>Tokens of a training sequence, or of a prompt.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Tokens that a request asks for, in the mean; 0 in training.</summary>
    public int OutputTokens { get; init; }

    /// <summary>Output tokens that 99 in a hundred stay under; reinforcement learning only.</summary>
    public int OutputTokensP99 { get; init; }

    /// <summary>Different prompts of a step, and outputs for each; reinforcement learning only.</summary>
    public (int Prompts, int Group) Step { get; init; }

    /// <summary>Of the chips, those that sample beside the others' training; reinforcement learning only.</summary>
    public double RolloutShare { get; init; }

    /// <summary>Mean time to first token at most, seconds; infinite where there is no target.</summary>
    public double Ttft { get; init; } = double.PositiveInfinity;

    /// <summary>Mean time per output token at most, seconds; infinite where there is no target.</summary>
    public double Tpot { get; init; } = double.PositiveInfinity;

    /// <summary>What is stated of a system: the fewest whole systems of so many chips that hold <see cref="Chips"/>, or <see cref="Chips"/> of a larger one.</summary>
    public int ChipsOf(int systemChips) => systemChips >= Chips ? Chips : (Chips + systemChips - 1) / systemChips * systemChips;
}
