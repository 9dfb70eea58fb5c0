using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>A replica that decodes and does nothing else.</summary>
/// <param name="step">Its step times.</param>
/// <param name="largestBatch">Requests it runs at once at most.</param>
public sealed class DecodePool(ServingStep step, ServingWorkload workload, ServingLayout layout, double largestBatch)
{
    private const int PerDoubling = 8;

    public double LargestBatch => largestBatch;

    /// <summary>A step with so many requests running, each half through its output, by part.</summary>
    public ServingTimes Step(double running) => step.Parts(StepLoad.Decode(running / layout.PipelineParallel, workload.MeanKeys));

    /// <summary>
    /// Equation: <c>running / (steps of a request x time of a step)</c>. Source: Little's law.
    /// </summary>
    /// <returns>Infinite where requests ask for one token only.</returns>
    public double RequestsPerSecond(double running) => running / (workload.DecodeSteps * Step(running).Total);

    /// <summary>At the batch that serves the most, which need not be the largest.</summary>
    public double MostRequestsPerSecond => field > 0 ? field : field = Tried(largestBatch, layout.AttentionDataParallel).Max(RequestsPerSecond);

    /// <summary>Numbers of requests that one group of attention ranks is tried with: every whole number to eight, then eight a doubling.</summary>
    public static IEnumerable<double> Rungs(double most)
    {
        for (double batch = 1; batch <= most; batch += Math.Max(1, Math.Pow(2, Math.Floor(Math.Log2(batch))) / PerDoubling))
        {
            yield return batch;
        }
    }

    /// <summary>The fewest requests running with which so many a second are served, at most the largest batch: whole sequences decode.</summary>
    public double RunningAt(double requestsPerSecond) =>
        Fewest(largestBatch, layout.AttentionDataParallel, running => RequestsPerSecond(running) >= requestsPerSecond * (1 - 1e-9));

    /// <summary>Numbers of requests that tell the most a replica serves: the <see cref="Rungs"/> of every group, and the largest batch.</summary>
    internal static IEnumerable<double> Tried(double largest, int groups) =>
        Rungs(Math.Floor(Math.Max(1, largest) / groups)).Select(rung => rung * groups).Append(Math.Max(1, largest));

    /// <summary>
    /// The fewest requests that serve enough, at most the largest batch. Rates may fall where a batch grows past what kernels divide well, so the first
    /// of the rungs that serves enough bounds the search.
    /// </summary>
    internal static double Fewest(double largest, int groups, Func<double, bool> serves)
    {
        double low = 0, high = Math.Max(1, Math.Ceiling(largest));
        foreach (var tried in Tried(high, groups))
        {
            if (serves(tried))
            {
                high = tried;
                break;
            }

            low = tried < high ? tried : low;
        }

        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            (low, high) = serves(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }
}
