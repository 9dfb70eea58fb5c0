using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Comparison.Scaling;

/// <summary>
/// The best strategy of one workload on at most so many chips. A strategy may leave chips idle, so more chips are never slower,
/// and what is known of one number narrows the search at the next: only layouts between the two are new.
/// </summary>
internal sealed class BestAtMost(Contestant contestant, TrainingWorkload workload)
{
    private readonly SortedList<int, TrainingEstimate?> _known = [];

    /// <summary>Null where nothing fits.</summary>
    /// <exception cref="OperationCanceledException">Stopped before the best was proven.</exception>
    public TrainingEstimate? At(int chips, CancellationToken stop)
    {
        if (_known.TryGetValue(chips, out var known))
        {
            return known;
        }

        var above = _known.FirstOrDefault(entry => entry.Key > chips);
        var answered = above.Key > 0 && (above.Value is null || above.Value.Strategy.Chips <= chips);
        var best = answered ? above.Value : Plan(chips, stop);
        _known.Add(chips, best);
        return best;
    }

    private TrainingEstimate? Plan(int chips, CancellationToken stop)
    {
        var below = _known.LastOrDefault(entry => entry.Key < chips);
        var question = contestant.Ask(workload, chips);
        var plan = TrainingPlanner.Best(question with { Limits = question.Limits with { Chips = new DegreeRange(below.Key + 1, chips) } }, stop);
        if (!plan.Proof.IsComplete)
        {
            stop.ThrowIfCancellationRequested();
        }

        return plan.Best is { } found && !(below.Value?.Iteration.Value <= found.Iteration.Value) ? found : below.Value;
    }
}
