using System.Numerics;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Domain;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Comparison.Attribution;

/// <summary>One factor's part in the ratio of two throughputs.</summary>
/// <param name="Times">What the ratio is multiplied by, in the geometric mean over all orders.</param>
/// <param name="Low">The least multiple in any order.</param>
/// <param name="TokensPerSecond">Its share of the difference: with the other factors' it sums to it.</param>
public sealed record FactorPart(Factor Factor, double Times, double Low, double High, double TokensPerSecond);

/// <summary>Why one contestant delivers more than another on a model: the ratio of their throughputs as a product over what they differ in.</summary>
/// <param name="From">Tokens a second after failures.</param>
/// <param name="Parts">The product of their <see cref="FactorPart.Times"/> is the ratio; empty where there is none.</param>
/// <param name="OrdersCounted">Share of all orders of exchange in which every system on the way can train the model.</param>
/// <param name="Planned">Hybrid systems planned.</param>
/// <param name="WhyNot">Where there is no ratio: why.</param>
public sealed record ThroughputAttribution(
    Transformer Model, PrecisionChoice Choice, Contestant One, Contestant Other, double From, double To, IReadOnlyList<FactorPart> Parts, double OrdersCounted, int Planned, string WhyNot)
{
    public double Ratio => To / From;

    /// <summary>The second's power over the first's; null where the catalog does not know either.</summary>
    public double? PowerRatio => Other.Cluster.System.Power?.Value.Value * Other.Cluster.Systems / (One.Cluster.System.Power?.Value.Value * One.Cluster.Systems);

    /// <summary>
    /// Plans the best strategy of every mixture of the two systems' factors, and takes each factor's Shapley value of the logarithm of throughput after failures.
    /// Equation: <see cref="OrderValues"/> with <c>v = ln(tokens a second x ETTR)</c>; tokens a second <c>phi_i / sum(phi) (To - From)</c>.
    /// Assumption: a mixture keeps each side's factor as it is, whether or not it could be built. Source: Shapley 1953.
    /// </summary>
    /// <param name="batch">Sequences a step; null for the default on each number of chips.</param>
    /// <param name="progress">Told the share of the mixtures that is planned.</param>
    public static ThroughputAttribution Of(
        Contestant one, Contestant other, Transformer model, PrecisionChoice choice, int? sequence, int? batch, CancellationToken stop, Action<double> progress)
    {
        // One precision on both: whatever other formats a side has makes no difference.
        var factors = Hybrid.Differing(one, other).Where(factor => factor != Factor.Formats || choice.Precision is null).ToList();
        var length = sequence ?? DefaultWorkload.SequenceLength(model);
        // Failures change no plan, so mixtures are planned without them and multiplied by what each side's leave.
        var planned = factors.Where(factor => factor != Factor.Failures).ToList();
        var estimates = new TrainingEstimate?[1 << planned.Count];
        var done = 0;
        // Those with one factor more start from the best strategies of those with one less.
        foreach (var level in Enumerable.Range(0, estimates.Length).GroupBy(set => BitOperations.PopCount((uint)set)).OrderBy(sets => sets.Key))
        {
            Parallel.ForEach(level, new ParallelOptions { CancellationToken = stop }, set =>
            {
                var known = Enumerable.Range(0, planned.Count).Where(at => (set & (1 << at)) != 0).Select(at => estimates[set & ~(1 << at)]?.Strategy).OfType<Strategy>().Distinct().ToList();
                estimates[set] = Fastest(Hybrid.Of(one, other, Taken(planned, set)), model, choice, length, batch, known, stop);
                progress((double)Interlocked.Increment(ref done) / estimates.Length);
            });
        }

        var values = new double[1 << factors.Count];
        for (var set = 0; set < values.Length; set++)
        {
            var taken = Taken(factors, set);
            var mixed = planned.Select((factor, at) => taken.Contains(factor) ? 1 << at : 0).Sum();
            values[set] = estimates[mixed] is { } estimate ? Math.Log(AfterFailures(estimate, taken.Contains(Factor.Failures) ? other : one)) : double.NaN;
        }

        var orders = OrderValues.Of(factors.Count, values, out var share);
        var (from, to) = (Math.Exp(values[0]), Math.Exp(values[^1]));
        var parts = orders.Count == 0 ? [] : factors.Select((factor, at) => new FactorPart(
            factor, Math.Exp(orders[at].Mean), Math.Exp(orders[at].Low), Math.Exp(orders[at].High), Share(orders[at].Mean, Math.Log(to / from)) * (to - from))).ToList();
        var whyNot = double.IsNaN(from) || double.IsNaN(to) ? $"{(double.IsNaN(from) ? one : other).Text} cannot train {model.Id} so"
            : parts.Count < factors.Count ? "no order of exchanging one factor after another leads through systems that can all train the model" : "";
        return new ThroughputAttribution(model, choice, one, other, from, to, parts, share, estimates.Length, whyNot);

        static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
    }

    private static HashSet<Factor> Taken(List<Factor> factors, int set) => [.. factors.Where((_, at) => (set & (1 << at)) != 0)];

    private static double AfterFailures(TrainingEstimate estimate, Contestant failing)
    {
        var system = estimate.Cluster.System with { Failures = failing.Cluster.System.Failures, Parts = failing.Cluster.System.Parts };
        return TrainingGoodput.Of(estimate with { Cluster = estimate.Cluster with { System = system } }).Counted;
    }

    /// <summary>The best in the precisions allowed; null where nothing fits, or kernels of a format are not known.</summary>
    /// <param name="known">Strategies that may do: no search need look at what is slower than the best of them.</param>
    private static TrainingEstimate? Fastest(
        Contestant contestant, Transformer model, PrecisionChoice choice, int sequence, int? batch, IReadOnlyList<Strategy> known, CancellationToken stop)
    {
        TrainingEstimate? best = null;
        foreach (var precision in choice.Precision is { } one ? [one] : SystemComparison.Candidates.Reverse())
        {
            if (contestant.Cluster.Chip.MatmulPeak(PrecisionRecipe.Of(precision).Format) is null)
            {
                continue;
            }

            try
            {
                var workload = new TrainingWorkload(model, batch ?? DefaultWorkload.GlobalBatchOn(sequence, contestant.Cluster.Chips), sequence, precision);
                var question = contestant.Ask(workload, contestant.Cluster.Chips);
                best = TrainingPlanner.Best(question with { LongestStep = Bound(question, known, best) }, stop).Best ?? best;
            }
            catch (MissingFactException)
            {
                // This mixture's software has no kernels for the format: it runs in another.
            }
        }

        return best;
    }

    /// <summary>Seconds that the best step takes at most: what a strategy known to do takes, a little over, so that it is found again.</summary>
    private static double Bound(PlanQuestion question, IReadOnlyList<Strategy> known, TrainingEstimate? best)
    {
        const double Over = 1 + 1e-9;
        var bound = best?.Iteration.Value ?? double.PositiveInfinity;
        foreach (var strategy in known.Where(strategy => strategy.Chips <= question.Cluster.Chips && StrategyRules.Check(strategy, question.Workload, strategy.Chips).Count == 0))
        {
            if (TrainingPlanner.Estimate(question, strategy) is { Memory.Fits: true } estimate)
            {
                bound = Math.Min(bound, estimate.Iteration.Value * Over);
            }
        }

        return bound;
    }
}
