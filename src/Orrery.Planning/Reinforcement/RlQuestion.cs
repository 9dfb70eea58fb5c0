using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Reinforcement;

/// <summary>One step of reinforcement learning: sample outputs, score them, train on them, and hand the new weights back.</summary>
/// <param name="Engine">That samples.</param>
/// <param name="Stack">That trains.</param>
/// <param name="Formats">Of the weights that sample, to choose from.</param>
public sealed record RlQuestion(Transformer Model, Cluster Cluster, ServingEngine Engine, SoftwareStack Stack, IReadOnlyList<ServingPrecision> Formats)
{
    public required TrainingPrecision Precision { get; init; }

    /// <summary>Different prompts of a step.</summary>
    public required int Prompts { get; init; }

    /// <summary>Outputs sampled for each prompt.</summary>
    public required int Group { get; init; }

    /// <summary>Prompt tokens.</summary>
    public required int Input { get; init; }
    public required OutputLengths Outputs { get; init; }

    /// <summary>Forward passes over all sequences beside training, such as the reference model's log-probabilities.</summary>
    public int ForwardPasses { get; init; } = 1;

    /// <summary>Chips that sample and do nothing else; null where all chips sample and then train.</summary>
    public int? RolloutChips { get; init; }

    /// <summary>Sampling runs beside training on the outputs of the step before.</summary>
    public bool IsOffPolicy { get; init; }

    /// <summary>Sequences that a training batch is a multiple of where there are enough; the trainer's chips where null.</summary>
    public int? BatchMultiple { get; init; }

    public ulong Seed { get; init; } = 1;

    public int Sequences => Prompts * Group;
    public Cluster Sampler => Cluster with { Chips = RolloutChips ?? Cluster.Chips };
    public Cluster Trainer => Cluster with { Chips = Cluster.Chips - (RolloutChips ?? 0) };
}

/// <summary>Where a step of reinforcement learning goes, seconds.</summary>
/// <param name="Rollout">From the first prompt to the last token.</param>
/// <param name="Forward">Log-probabilities.</param>
/// <param name="Training">Forward, backward and update.</param>
/// <param name="Sync">New weights to the chips that sample.</param>
/// <param name="Moves">Training state out to host memory and in again, where chips do both.</param>
/// <param name="Overlaps">Rollout runs beside forward and training.</param>
public readonly record struct RlTimes(double Rollout, double Forward, double Training, double Sync, double Moves, bool Overlaps)
{
    /// <summary>What of the rollout nothing hides; with the other parts it sums to <see cref="Step"/>.</summary>
    public double ExposedRollout => Overlaps ? Math.Max(0, Rollout - Forward - Training) : Rollout;

    public double Step => ExposedRollout + Forward + Training + Sync + Moves;
}
