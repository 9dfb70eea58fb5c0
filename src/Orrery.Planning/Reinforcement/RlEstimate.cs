using Orrery.Analysis.Serving;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Reinforcement;

/// <summary>The sampling of one step, played.</summary>
/// <param name="Outputs">Tokens that each sequence asked for.</param>
/// <param name="Seconds">To the last token.</param>
/// <param name="SecondsTo90">Until nine sequences in ten were done; the rest of <paramref name="Seconds"/> is the tail.</param>
/// <param name="Running">Sequences that a replica runs at once, in the mean over the time to the last token.</param>
public sealed record Rollout(
    ServingDeployment Deployment, ServingPrecision Precision, IReadOnlyList<int> Outputs, double Seconds, double SecondsTo90, double Running, ServingMemory Memory)
{
    public double OutputTokens { get; } = Outputs.Sum(output => (double)output);
}

/// <summary>What a step of reinforcement learning is predicted to take.</summary>
/// <param name="Training">Of a step with about as many tokens, packed to the length whose attention costs the same.</param>
public sealed record RlEstimate(RlQuestion Question, RlTimes Times, Rollout Rollout, TrainingEstimate Training)
{
    /// <summary>Prompt and output tokens that a step trains on.</summary>
    public double Tokens => Rollout.OutputTokens + ((double)Question.Input * Question.Sequences);

    public double TokensPerSecond => Tokens / Times.Step;
    public double TokensPerSecondPerChip => TokensPerSecond / Question.Cluster.Chips;

    /// <summary>Of the step's time, however much of it is hidden.</summary>
    public double RolloutShare => Math.Min(1, Times.Rollout / Times.Step);

    /// <summary>Of the rollout, what its last tenth of sequences takes beyond the others.</summary>
    public double TailShare => 1 - (Rollout.SecondsTo90 / Rollout.Seconds);
}
