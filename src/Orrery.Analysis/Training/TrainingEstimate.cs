using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Training;

/// <summary>One training step of a workload under a strategy on a cluster: how long, and where time and memory go.</summary>
public sealed record TrainingEstimate
{
    public required TrainingWorkload Workload { get; init; }
    public required Strategy Strategy { get; init; }
    public required Cluster Cluster { get; init; }
    public required Seconds Iteration { get; init; }

    /// <summary>Disjoint parts of <see cref="Iteration"/>; they sum to it.</summary>
    public required StepTimes Parts { get; init; }
    public required TrainingMemory Memory { get; init; }

    /// <summary>What a checkpoint holds, once over all chips: weights and optimizer state; nothing where the weights are frozen, since adapters are not counted.</summary>
    public required Bytes Checkpoint { get; init; }

    /// <summary>Forward and backward FLOPs a token by the model's own definition, causal attention counted once.</summary>
    public required Flops ModelFlopsPerToken { get; init; }

    /// <summary>The same with recomputed products.</summary>
    public required Flops HardwareFlopsPerToken { get; init; }

    /// <summary>Dense peak of the precision the workload names.</summary>
    public required FlopsPerSecond Peak { get; init; }

    public double TokensPerSecondPerChip => Workload.TokensPerStep / Iteration.Value / Cluster.Chips;
    public double TokensPerSecond => Workload.TokensPerStep / Iteration.Value;
    public FlopsPerSecond ModelFlopsPerSecondPerChip => new(TokensPerSecondPerChip * ModelFlopsPerToken.Value);
    public double Mfu => ModelFlopsPerSecondPerChip.Value / Peak.Value;
    public double Hfu => TokensPerSecondPerChip * HardwareFlopsPerToken.Value / Peak.Value;

    /// <summary>The part that takes longest.</summary>
    public StepPart LargestPart
    {
        get
        {
            var largest = StepPart.Gemm;
            foreach (var part in Enum.GetValues<StepPart>())
            {
                if (Parts[part] > Parts[largest])
                {
                    largest = part;
                }
            }

            return largest;
        }
    }
}

/// <summary>Bytes on the fullest chip, by what they are for. They must fit or the answer is no.</summary>
public sealed record TrainingMemory(
    Bytes Weights, Bytes Gradients, Bytes OptimizerState, Bytes Activations, Bytes Head, Bytes Communication, Bytes Reserve, Bytes Capacity)
{
    /// <summary>Bytes of this chip that wait in host memory.</summary>
    public Bytes Host { get; init; }

    /// <summary>What a chip may use of it; null where the catalog does not say.</summary>
    public Bytes? HostCapacity { get; init; }

    public Bytes Total => new(Weights.Value + Gradients.Value + OptimizerState.Value + Activations.Value + Head.Value + Communication.Value + Reserve.Value);

    /// <summary>Of the chip's memory or of its part of the host's, whichever is fuller; above 1 the step cannot run.</summary>
    public double Share => Math.Max(Total.Value / Capacity.Value, HostCapacity is { } host ? Host.Value / host.Value : 0);

    public bool Fits => Share <= 1;
}
