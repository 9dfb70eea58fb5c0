namespace Orrery.Domain.Workloads;

/// <summary>What a critical-batch law is a power of.</summary>
public enum CriticalBatchArgument
{
    /// <summary>Parameters of the model.</summary>
    Parameters,

    /// <summary>Tokens the run trains on.</summary>
    Tokens,
}

/// <summary>
/// The batch up to which larger steps save steps, as a power law: <c>coefficient (x / counted_in)^exponent</c> sequences of
/// <see cref="SequenceLength"/> tokens each, with x the parameters or the tokens.
/// </summary>
public sealed record CriticalBatchLaw
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required CriticalBatchArgument DependsOn { get; init; }

    /// <summary>Parameters or tokens that the argument is counted in: 1e6 where the source counts millions.</summary>
    public required Sourced<double> CountedIn { get; init; }

    /// <summary>Sequences at an argument of one <see cref="CountedIn"/>.</summary>
    public required Sourced<double> Coefficient { get; init; }
    public required Sourced<double> Exponent { get; init; }

    /// <summary>Tokens of one sequence of the source's runs.</summary>
    public required Sourced<int> SequenceLength { get; init; }

    /// <summary>
    /// Share of tokens that a run at the law's batch needs beyond those of a small batch: 1 where the source means the batch at
    /// which tokens double, 0.2 where it means 20 % more.
    /// </summary>
    public required Sourced<double> Overhead { get; init; }

    /// <summary>The law a question means that names none.</summary>
    public bool IsDefault { get; init; }
}
