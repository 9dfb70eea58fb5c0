using Orrery.Simulation.Statistics;

namespace Orrery.Simulation.Requests;

/// <summary>Whether a line grows as long as requests come.</summary>
public static class QueueGrowth
{
    private const double Growth = 1.5;
    private const double Busy = 0.98;

    /// <summary>True where, while requests came, the pool that holds them up was busy all the time and its line in the second half much longer than in the first.</summary>
    public static bool Of(RequestLog log) => Of(log.Main, log) || (log.Prefill is { } prefill && Of(prefill, log));

    private static bool Of(PoolSeries series, RequestLog log)
    {
        var half = (log.FirstArrival + log.LastArrival) / 2;
        double first = 0, second = 0, busy = 0, time = 0;
        foreach (var span in series.Spans.Where(span => span.To <= log.LastArrival))
        {
            var seconds = span.To - span.From;
            time += seconds;
            busy += span.Busy * seconds;
            first += span.To <= half ? span.Waiting * seconds : 0;
            second += span.From >= half ? span.Waiting * seconds : 0;
        }

        // A line of a few is one that comes and goes.
        const double Few = 10;
        return time > 0 && busy >= Busy * time && second > (Growth * first) + (Few * time / 2);
    }
}
