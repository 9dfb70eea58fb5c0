using Orrery.Domain.Hardware;

namespace Orrery.Planning.Training;

/// <summary>Questions beside a best strategy: what each thing it uses is worth, what knowing the topology is worth, what less memory or fewer chips would do.</summary>
public static class PlanAlternatives
{
    /// <summary>The best strategy under every constraint that the best one breaks, each proven like it.</summary>
    public static IEnumerable<ConstrainedPlan> Constrained(PlanResult plan, CancellationToken stop)
    {
        if (plan.Best is not { } best)
        {
            yield break;
        }

        foreach (var constraint in PlanConstraint.All)
        {
            if (constraint.IsBroken(best.Strategy) && !stop.IsCancellationRequested)
            {
                yield return new ConstrainedPlan(
                    constraint, TrainingPlanner.Best(plan.Question with { Keep = 1, Limits = constraint.Narrow(plan.Question.Limits) }, stop));
            }
        }
    }

    /// <summary>The best strategy where every pair of chips is believed to have the rate of one tier, and what it delivers; for the innermost and the outermost tier.</summary>
    public static IEnumerable<FlatPlan> Flat(PlanQuestion question, CancellationToken stop)
    {
        var tiers = question.Cluster.System.Tiers.Where(tier => tier.Ranks is not 1).ToList();
        foreach (var tier in tiers.Count > 1 ? [tiers[0], tiers[^1]] : tiers)
        {
            var flat = question.Cluster.System with { Tiers = [tier with { Ranks = null, SharesLinks = false }] };
            var believed = TrainingPlanner.Best(question with { Keep = 1, Cluster = new Cluster(flat, question.Cluster.Chips) }, stop);
            if (believed.Best is { } best)
            {
                yield return new FlatPlan(tier, best, TrainingPlanner.Estimate(question, best.Strategy));
            }
        }
    }

    /// <summary>
    /// The Pareto set over tokens/s, memory and chips: no strategy is better in one and no worse in the others. Exact on a grid:
    /// memory in sixteenths of a chip's, chips in eighths of the cluster's.
    /// </summary>
    /// <param name="progress">Told the share done.</param>
    public static IReadOnlyList<PlanResult> Pareto(PlanQuestion question, CancellationToken stop, Action<double> progress)
    {
        const int ChipSteps = 8;
        const double MemorySteps = 16;
        var front = new List<PlanResult>();
        for (var eighths = ChipSteps; eighths > 0 && !stop.IsCancellationRequested; eighths--)
        {
            progress((double)(ChipSteps - eighths) / ChipSteps);
            var chips = question.Cluster.Chips * (long)eighths / ChipSteps;
            var steps = MemorySteps;
            while (chips > 0 && steps > 0 && !stop.IsCancellationRequested)
            {
                var limits = question.Limits with { Memory = steps / MemorySteps, Chips = question.Limits.Chips with { Most = (int)Math.Min(chips, question.Limits.Chips.Most) } };
                var plan = TrainingPlanner.Best(question with { Keep = 1, Limits = limits }, stop);
                if (plan.Best is not { } best)
                {
                    break;
                }

                front.Add(plan);

                // The next point needs a step less than this one, not than its limit.
                steps = Math.Ceiling(MemorySteps * best.Memory.Total.Value / best.Memory.Capacity.Value) - 1;
            }
        }

        return [.. front.Where(plan => !front.Exists(other => Dominates(other, plan))).DistinctBy(plan => plan.Best!.Strategy)];
    }

    private static bool Dominates(PlanResult one, PlanResult other)
    {
        var (a, b) = (one.Best!, other.Best!);
        var noWorse = a.Iteration.Value <= b.Iteration.Value && a.Memory.Total.Value <= b.Memory.Total.Value && a.Cluster.Chips <= b.Cluster.Chips;
        return noWorse && (a.Iteration.Value < b.Iteration.Value || a.Memory.Total.Value < b.Memory.Total.Value || a.Cluster.Chips < b.Cluster.Chips);
    }
}
