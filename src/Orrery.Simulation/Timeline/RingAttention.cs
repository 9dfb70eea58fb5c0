using Orrery.Quantities;
using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Timeline;

/// <summary>
/// Ring attention played step by step: a rank works on the keys and values it holds while the next ones travel to it. The first step finds its
/// own there; each further one waits for what travelled during the step before.
/// </summary>
public static class RingAttention
{
    /// <summary>What one rank waits for in one layer's pass, seconds.</summary>
    /// <param name="ranks">Context-parallel ranks: steps of the ring.</param>
    /// <param name="attention">Attention of the pass on one rank; every step does as much (zig-zag dealing under causality).</param>
    /// <param name="ring">Keys and values passing all ranks once, all hops together.</param>
    public static double ExposedSeconds(int ranks, double attention, double ring)
    {
        if (ranks == 1)
        {
            return 0;
        }

        var (step, hop) = (Duration.Of(new Seconds(attention / ranks)), Duration.Of(new Seconds(ring / (ranks - 1))));
        var queue = new EventQueue<bool>();
        var arrived = 1;
        var done = 0;
        var isBusy = false;
        void Begin()
        {
            if (!isBusy && done < arrived && done < ranks)
            {
                isBusy = true;
                queue.After(step, true);
            }
        }

        queue.After(hop, false);
        Begin();
        while (queue.TryNext(out var isStep))
        {
            if (isStep)
            {
                isBusy = false;
                done++;
            }
            else if (++arrived < ranks)
            {
                queue.After(hop, false);
            }

            Begin();
        }

        return Math.Max(0, (queue.Now - Instant.Start).Seconds.Value - (ranks * step.Seconds.Value));
    }
}
