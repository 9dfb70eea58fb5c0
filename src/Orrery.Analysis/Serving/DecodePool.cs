using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>A replica that decodes and does nothing else.</summary>
/// <param name="step">Its step times.</param>
/// <param name="largestBatch">Requests it runs at once at most.</param>
public sealed class DecodePool(ServingStep step, ServingWorkload workload, ServingLayout layout, double largestBatch)
{
    private const int PerDoubling = 8;

    private readonly double _keys = workload.Input.Mean + (workload.Output.Mean / 2);

    /// <summary>Decode steps of a request; the first token comes from its prompt.</summary>
    public double StepsPerRequest { get; } = Math.Max(0, (workload.Output.Mean - 1) / workload.TokensPerStep);

    public double LargestBatch => largestBatch;

    /// <summary>A step with so many requests running, each half through its output, by part.</summary>
    public ServingTimes Step(double running) => step.Parts(StepLoad.Decode(running / layout.PipelineParallel, _keys));

    /// <summary>
    /// Equation: <c>running / (steps of a request x time of a step)</c>. Source: Little's law.
    /// </summary>
    /// <returns>Infinite where requests ask for one token only.</returns>
    public double RequestsPerSecond(double running) => running / (StepsPerRequest * Step(running).Total);

    public double MostRequestsPerSecond => RequestsPerSecond(Math.Max(1, largestBatch));

    /// <summary>Numbers of requests that one group of attention ranks is tried with: every whole number to eight, then eight a doubling.</summary>
    public static IEnumerable<double> Rungs(double most)
    {
        for (double batch = 1; batch <= most; batch += Math.Max(1, Math.Pow(2, Math.Floor(Math.Log2(batch))) / PerDoubling))
        {
            yield return batch;
        }
    }

    /// <summary>
    /// The fewest requests running with which so many a second are served, at most the largest batch: whole sequences decode. Rates may fall where a
    /// batch grows past what kernels divide well, so the first of the <see cref="Rungs"/> that serves as many bounds the search.
    /// </summary>
    public double RunningAt(double requestsPerSecond)
    {
        var groups = layout.AttentionDataParallel;
        double low = 0, high = Math.Max(1, Math.Ceiling(largestBatch));
        foreach (var rung in Rungs(Math.Floor(high / groups)))
        {
            if (Serves(rung * groups))
            {
                high = rung * groups;
                break;
            }

            low = rung * groups;
        }

        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            (low, high) = Serves(middle) ? (low, middle) : (middle, high);
        }

        return high;

        bool Serves(double running) => RequestsPerSecond(running) >= requestsPerSecond * (1 - 1e-9);
    }
}
