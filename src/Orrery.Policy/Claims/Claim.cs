using Orrery.Policy.Claims.Expressions;
using Orrery.Policy.Claims.Measures;

namespace Orrery.Policy.Claims;

/// <summary>A condition in one setting: a precision, a system, a workload.</summary>
/// <param name="Name">What sets it apart; empty where there is one case only.</param>
/// <param name="SupportedWhen">Where it holds, the claim is so.</param>
/// <param name="RefutedWhen">Where it holds, the claim is not so; null for wherever the other does not hold.</param>
public sealed record ClaimCase(string Name, Condition SupportedWhen, Condition? RefutedWhen);

/// <summary>A value of the reader's choice that decides a claim, and where it turns.</summary>
/// <param name="Variable">Its name in the condition.</param>
/// <param name="Condition">Holds on one side of the boundary.</param>
public sealed record ClaimSweep(string Variable, string Unit, double From, double To, Condition Condition);

/// <summary>A claim of the debate as a computation.</summary>
public sealed record Claim
{
    public required string Id { get; init; }

    /// <summary>In neutral words.</summary>
    public required string Text { get; init; }
    public required string Speaker { get; init; }
    public required string Document { get; init; }

    /// <summary>What of it no simulator can tell; empty where all of it can be.</summary>
    public string OutOfReach { get; init; } = "";

    /// <summary>By name, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, IMeasure>> Measures { get; init; } = [];

    /// <summary>Numbers made of measures, by name, in the file's order; each may use those before it.</summary>
    public IReadOnlyList<KeyValuePair<string, Expression>> Derived { get; init; } = [];

    /// <summary>Empty where nothing of it can be computed.</summary>
    public IReadOnlyList<ClaimCase> Cases { get; init; } = [];
    public IReadOnlyList<ClaimSweep> Sweeps { get; init; } = [];

    /// <summary>What the cases differ in: "precision".</summary>
    public string DependsOn { get; init; } = "";

    /// <summary>What the numbers mean, in a sentence.</summary>
    public string Because { get; init; } = "";
}
