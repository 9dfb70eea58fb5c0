using Orrery.Domain.Models;

namespace Orrery.Domain.Workloads;

/// <summary>Whole numbers of tokens from <paramref name="Least"/> to <paramref name="Most"/>, all as likely.</summary>
public readonly record struct TokenRange(int Least, int Most)
{
    public static TokenRange Exactly(int tokens) => new(tokens, tokens);

    public double Mean => (Least + (double)Most) / 2;
}

/// <summary>Draft tokens that a step proposes and the model checks at once.</summary>
/// <param name="DraftTokens">Proposed a step.</param>
/// <param name="Acceptance">Chance that a proposed token is accepted, given that all before it were.</param>
public sealed record Speculation(int DraftTokens, double Acceptance)
{
    /// <summary>
    /// Equation: <c>1 + a + a^2 + ... + a^k</c>, tokens that one step yields.
    /// Assumption: acceptances are independent. Source: definition.
    /// </summary>
    public double TokensPerStep => 1 + Enumerable.Range(1, DraftTokens).Sum(i => Math.Pow(Acceptance, i));
}

/// <summary>What is served: a model in some formats, to requests of some lengths.</summary>
public sealed record ServingWorkload
{
    public required Transformer Model { get; init; }
    public required ServingPrecision Precision { get; init; }

    /// <summary>Prompt tokens of a request.</summary>
    public required TokenRange Input { get; init; }

    /// <summary>Tokens that a request asks for, the first one included.</summary>
    public required TokenRange Output { get; init; }

    /// <summary>Share of prompt tokens whose keys and values are found in the cache and not computed.</summary>
    public double PrefixHitRate { get; init; }

    /// <summary>Share of prompt tokens whose keys and values wait in host memory and are brought in over the host link instead of computed.</summary>
    public double HostHitRate { get; init; }

    /// <summary>Share of prompt tokens that are not computed.</summary>
    public double CachedShare => PrefixHitRate + HostHitRate;

    /// <summary>Null where every step yields one token.</summary>
    public Speculation? Speculation { get; init; }

    public double TokensPerStep => Speculation?.TokensPerStep ?? 1;

    /// <summary>Tokens that a decoding sequence computes a step: one, and as many as are drafted.</summary>
    public double QueriesPerStep => 1 + (Speculation?.DraftTokens ?? 0);

    /// <summary>Decode steps of a request, in the mean; the first token comes from its prompt.</summary>
    public double DecodeSteps => Math.Max(0, (Output.Mean - 1) / TokensPerStep);

    /// <summary>Cached tokens of a request half through its output.</summary>
    public double MeanKeys => Input.Mean + (Output.Mean / 2);

    /// <summary>Prompt tokens that are computed, in the mean.</summary>
    public double MeanPrefill => Math.Max(1, Input.Mean * (1 - CachedShare));
}
