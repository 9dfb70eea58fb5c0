using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Comparison.Scaling;

/// <summary>
/// The best strategy of one workload on at most so many chips. A strategy may leave chips idle, so more chips are never slower,
/// and what is known of one number narrows the search at the next: only layouts between the two are new. What is best counts
/// failures, which more chips have more of.
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

    /// <summary>
    /// The fastest step on the most chips, then on ever fewer, as long as their step without a failure would deliver more than the best so far does with its
    /// failures: what is left over is then a quarter of the chips at most.
    /// </summary>
    private TrainingEstimate? Plan(int chips, CancellationToken stop)
    {
        var below = _known.LastOrDefault(entry => entry.Key < chips);
        var best = below.Value;
        for (var most = chips; most > below.Key;)
        {
            if (Fastest(below.Key + 1, most, most == chips ? double.PositiveInfinity : workload.TokensPerStep / Delivered(best), stop) is not { } found)
            {
                break;
            }

            best = Delivered(best) >= Delivered(found) ? best : found;
            most = Math.Min(found.Strategy.Chips, most) * 3 / 4;
        }

        return best;
    }

    private TrainingEstimate? Fastest(int from, int to, double longestStep, CancellationToken stop)
    {
        var question = contestant.Ask(workload, to);
        var plan = TrainingPlanner.Best(question with { Limits = question.Limits with { Chips = new DegreeRange(from, to) }, LongestStep = longestStep }, stop);
        if (!plan.Proof.IsComplete)
        {
            stop.ThrowIfCancellationRequested();
        }

        return plan.Best;
    }

    private static double Delivered(TrainingEstimate? estimate) => estimate is null ? 0 : TrainingGoodput.Of(estimate).Counted;
}
