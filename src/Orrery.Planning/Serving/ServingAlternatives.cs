using Orrery.Planning.Training;

namespace Orrery.Planning.Serving;

/// <summary>Something that a deployment uses and could do without.</summary>
/// <param name="Id">Snake case.</param>
/// <param name="Name">As a person says it.</param>
public sealed record ServingConstraint(string Id, string Name, Func<ServingCandidate, bool> IsBroken, Func<ServingPlanQuestion, ServingCandidate, ServingPlanQuestion> Narrow)
{
    public static IReadOnlyList<ServingConstraint> All { get; } =
    [
        new("no_disaggregation", "one pool", one => one.Deployment.IsDisaggregated, (q, _) => With(q, q.Limits with { Disaggregated = false })),
        new("disaggregation", "pools of their own for prefill and decode", one => !one.Deployment.IsDisaggregated, (q, _) => With(q, q.Limits with { Aggregated = false })),
        new("no_tp", "no tensor parallelism", one => Layouts(one).Any(s => s.TensorParallel > 1), (q, _) => With(q, q.Limits with { Tensor = DegreeRange.Only(1) })),
        new("no_pp", "no pipeline", one => Layouts(one).Any(s => s.PipelineParallel > 1), (q, _) => With(q, q.Limits with { Pipeline = DegreeRange.Only(1) })),
        new("no_dp_attention", "no DP attention", one => Layouts(one).Any(s => s.AttentionDataParallel > 1), (q, _) => With(q, q.Limits with { Data = DegreeRange.Only(1) })),
        new("no_ep", "no expert parallelism", one => Layouts(one).Any(s => s.ExpertParallel > 1), (q, _) => With(q, q.Limits with { Expert = DegreeRange.Only(1) })),
        new("no_kv_shards", "no cache shared out by position", one => Layouts(one).Any(s => s.CacheShards > 1), (q, _) => With(q, q.Limits with { CacheShards = DegreeRange.Only(1) })),
        new("other_formats", "other formats", _ => true, (q, one) => q with { Precisions = [.. q.Precisions.Where(precision => precision != one.Precision)] }),
    ];

    private static ServingPlanQuestion With(ServingPlanQuestion question, ServingLimits limits) => question with { Limits = limits };

    private static IEnumerable<Domain.Strategies.ServingLayout> Layouts(ServingCandidate one) =>
        one.Deployment.Prefill is { } prefill ? [one.Deployment.Main.Layout, prefill.Layout] : [one.Deployment.Main.Layout];
}

/// <summary>The best deployment that does without something.</summary>
public sealed record ConstrainedServing(ServingConstraint Constraint, ServingPlanResult Plan);

/// <summary>Questions beside a best deployment.</summary>
public static class ServingAlternatives
{
    /// <summary>The best deployment under every constraint that the best one breaks, each proven like it.</summary>
    public static IEnumerable<ConstrainedServing> Constrained(ServingPlanResult plan, CancellationToken stop)
    {
        if (plan.Best is not { } best)
        {
            yield break;
        }

        foreach (var constraint in ServingConstraint.All.Where(constraint => constraint.IsBroken(best.Candidate)))
        {
            var narrowed = constraint.Narrow(plan.Question with { Keep = 1 }, best.Candidate);
            if (narrowed.Precisions.Count > 0 && !stop.IsCancellationRequested)
            {
                yield return new ConstrainedServing(constraint, ServingPlanner.Best(narrowed, stop));
            }
        }
    }
}
