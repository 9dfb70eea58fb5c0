using Orrery.Analysis.Scaling;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Policy.Fleets;

/// <summary>One batch and how fast it trains.</summary>
public readonly record struct BatchRate(double BatchTokens, double TokensPerSecond);

/// <summary>A size of cluster with the best strategy found for it, at several batches; none where the model does not fit.</summary>
/// <param name="Rates">By rising batch.</param>
/// <param name="Best">At the batch it was planned for; null between planned sizes too.</param>
/// <param name="FailureLoss"><c>-ln</c> of the share of time that failures leave.</param>
public sealed record RunNode(int Chips, IReadOnlyList<BatchRate> Rates, TrainingEstimate? Best, double FailureLoss);

/// <summary>What clusters of one system train, by size.</summary>
/// <param name="FlopPerToken">Model FLOP, causal attention counted once.</param>
/// <param name="Parameters">Of the model, for laws that go by them.</param>
/// <param name="Nodes">By rising size.</param>
public sealed record RunCurve(AiSystem System, TrainingPrecision Precision, double FlopPerToken, double Parameters, IReadOnlyList<RunNode> Nodes)
{
    /// <summary>The ends of what failures cost over its value; 1 where nothing is known of them.</summary>
    public (double Low, double High) FailureRange { get; init; } = (1, 1);

    /// <summary>Why failures are not counted; empty where they are.</summary>
    public string FailuresUnknown { get; init; } = "";

    // Failures grow with the number of chips, so that the largest run may be on a part of a cluster; to find it, sizes between those
    // that were planned are looked at too.
    private const int Between = 3;

    /// <summary>
    /// The planned sizes and some between them, where rates, batches and what failures cost lie on straight lines of logarithms.
    /// Between a size on which the model does not fit and one on which it does there are none.
    /// </summary>
    public IReadOnlyList<RunNode> Filled()
    {
        var filled = new List<RunNode>();
        for (var at = 0; at < Nodes.Count; at++)
        {
            if (at > 0 && Nodes[at - 1].Rates.Count > 0 && Nodes[at].Rates.Count > 0)
            {
                filled.AddRange(Enumerable.Range(1, Between).Select(step => Mixed(Nodes[at - 1], Nodes[at], step / (Between + 1.0))));
            }

            filled.Add(Nodes[at]);
        }

        return filled;
    }

    private static RunNode Mixed(RunNode below, RunNode above, double share)
    {
        double Mix(double one, double other) => one > 0 && other > 0 ? Math.Exp(((1 - share) * Math.Log(one)) + (share * Math.Log(other))) : ((1 - share) * one) + (share * other);
        return new RunNode(
            (int)Mix(below.Chips, above.Chips),
            [.. below.Rates.Zip(above.Rates, (one, other) => new BatchRate(Mix(one.BatchTokens, other.BatchTokens), Mix(one.TokensPerSecond, other.TokensPerSecond)))],
            null, Mix(below.FailureLoss, above.FailureLoss));
    }
}

/// <summary>The critical batch as a power of tokens: <c>scale tokens^exponent</c>.</summary>
public readonly record struct CriticalPower(double Scale, double Exponent)
{
    /// <summary>A law with its coefficient and exponent replaced.</summary>
    public static CriticalPower Of(CriticalBatchLaw law, double coefficient, double exponent, double parameters)
    {
        var at = law with { Coefficient = law.Coefficient with { Value = coefficient }, Exponent = law.Exponent with { Value = exponent } };
        return law.DependsOn == CriticalBatchArgument.Parameters
            ? new CriticalPower(CriticalBatch.Tokens(at, parameters, 1), 0)
            : new CriticalPower(CriticalBatch.Tokens(at, parameters, 1), exponent);
    }

    /// <summary>
    /// The tokens of a run of so many seconds: what a small batch would need for as good a model.
    /// Equation: D such that <c>D (1 + B / Bcrit(D)) = rate seconds</c>, the right side being all tokens seen. Newton's method in ln D
    /// from above, where the left side is convex and rising. Assumption and source: as <see cref="CriticalBatch.TokensNeeded"/>.
    /// </summary>
    public double Tokens(BatchRate rate, double seconds)
    {
        var seen = rate.TokensPerSecond * seconds;
        if (!(seen > 0))
        {
            return 0;
        }

        var x = Math.Log(seen);
        for (var step = 0; step < 60; step++)
        {
            var few = Math.Exp(x);
            var extra = rate.BatchTokens / Scale * Math.Exp((1 - Exponent) * x);
            var change = (few + extra - seen) / (few + ((1 - Exponent) * extra));
            x -= change;
            if (Math.Abs(change) < 1e-12)
            {
                break;
            }
        }

        return Math.Exp(x);
    }
}

/// <summary>A curve under one draw: at each node the batch whose run is the largest.</summary>
public readonly struct DrawnCurve
{
    private readonly double[] _logChips;
    private readonly double[] _tokens;
    private readonly BatchRate[] _rates;
    private readonly double[] _losses;

    /// <param name="nodes">As <see cref="RunCurve.Filled"/> has them.</param>
    /// <param name="factor">What the predicted speed is off by.</param>
    /// <param name="failures">Times what failures are predicted to cost.</param>
    public DrawnCurve(IReadOnlyList<RunNode> nodes, CriticalPower law, double factor, double failures, double seconds)
    {
        (_logChips, _tokens, _rates, _losses) = (new double[nodes.Count], new double[nodes.Count], new BatchRate[nodes.Count], new double[nodes.Count]);
        for (var at = 0; at < nodes.Count; at++)
        {
            _logChips[at] = Math.Log(nodes[at].Chips);
            _losses[at] = failures * nodes[at].FailureLoss;
            var useful = factor * Math.Exp(-_losses[at]);
            foreach (var rate in nodes[at].Rates)
            {
                var drawn = rate with { TokensPerSecond = rate.TokensPerSecond * useful };
                var tokens = law.Tokens(drawn, seconds);
                if (tokens > _tokens[at])
                {
                    (_tokens[at], _rates[at]) = (tokens, drawn);
                }
            }

            // More chips may stand idle.
            if (at > 0 && _tokens[at] < _tokens[at - 1])
            {
                (_tokens[at], _rates[at], _losses[at]) = (_tokens[at - 1], _rates[at - 1], _losses[at - 1]);
            }
        }
    }

    /// <summary>Tokens of the largest run on a cluster; 0 where the model does not fit.</summary>
    public double Tokens(double chips)
    {
        var (below, share, reach) = Place(chips);
        return reach * Between(_tokens[below], _tokens[Math.Min(below + 1, _tokens.Length - 1)], share);
    }

    /// <summary>Batch and rate of that run, and the <c>-ln</c> of the share of time that failures leave it.</summary>
    public (BatchRate Rate, double Loss) Rate(double chips)
    {
        var (below, share, reach) = Place(chips);
        var above = Math.Min(below + 1, _rates.Length - 1);
        var (one, other) = (_rates[below], _rates[above]);
        return (
            new BatchRate(Between(one.BatchTokens, other.BatchTokens, share), reach * Between(one.TokensPerSecond, other.TokensPerSecond, share)),
            ((1 - share) * _losses[below]) + (share * _losses[above]));
    }

    /// <summary>The smallest cluster whose run has so many tokens; infinite where none up to the curve's end has.</summary>
    public double ChipsFor(double tokens)
    {
        for (var at = 0; at < _tokens.Length; at++)
        {
            if (_tokens[at] < tokens)
            {
                continue;
            }

            if (at == 0 || _tokens[at - 1] <= 0)
            {
                return Math.Exp(_logChips[at]);
            }

            var share = Math.Log(tokens / _tokens[at - 1]) / Math.Log(_tokens[at] / _tokens[at - 1]);
            return Math.Exp(_logChips[at - 1] + (share * (_logChips[at] - _logChips[at - 1])));
        }

        return double.PositiveInfinity;
    }

    // Between nodes logarithms are linear. Below the first node rates go by chips; past the last one nothing was planned, so more chips than that do no more.
    private (int Below, double Share, double Reach) Place(double chips)
    {
        var x = Math.Log(Math.Max(1, chips));
        if (_logChips.Length == 0)
        {
            throw new InvalidOperationException("a curve without nodes");
        }

        if (x <= _logChips[0])
        {
            return (0, 0, Math.Exp(x - _logChips[0]));
        }

        var below = 0;
        while (below < _logChips.Length - 2 && _logChips[below + 1] < x)
        {
            below++;
        }

        return _logChips.Length == 1 ? (0, 0, 1) : (below, Math.Min(1, (x - _logChips[below]) / (_logChips[below + 1] - _logChips[below])), 1);
    }

    private static double Between(double one, double other, double share) =>
        share <= 0 ? one : share >= 1 ? other : one <= 0 || other <= 0 ? 0 : Math.Exp(((1 - share) * Math.Log(one)) + (share * Math.Log(other)));
}
