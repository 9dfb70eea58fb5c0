using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>A replica that computes prompts and nothing else.</summary>
/// <param name="Alone">The steps of one prompt in each attention-data-parallel group, seconds by part.</param>
/// <param name="StepSeconds">A step that is full, or the steps of the prompts that begin together where one is longer than a step.</param>
/// <param name="PromptsPerStep">Prompts of that step, over all groups.</param>
/// <param name="Stages">Pipeline stages, each of which works on prompts of its own.</param>
public sealed record PrefillPool(ServingTimes Alone, double StepSeconds, double PromptsPerStep, int Stages)
{
    /// <summary>A pool is not kept busier than this where nothing limits the wait.</summary>
    public const double MostBusy = 0.95;

    /// <summary>
    /// Equation: <c>stages x prompts of a full step / its time</c>.
    /// Assumption: prompts wait, so steps are full, and stages are never idle. Source: definition.
    /// </summary>
    public double MostPromptsPerSecond => Stages * PromptsPerStep / StepSeconds;

    /// <summary>
    /// Equation: <c>rho s / 2 (1 - rho)</c> with s the time between steps, rho the share of the most prompts a second.
    /// Assumption: prompts arrive at random (M/D/1). Source: Pollaczek-Khinchine.
    /// </summary>
    /// <param name="promptsPerSecond">Of this replica.</param>
    /// <returns>Seconds in the mean; infinite where more arrive than are computed.</returns>
    public double Wait(double promptsPerSecond)
    {
        var busy = promptsPerSecond / MostPromptsPerSecond;
        return busy >= 1 ? double.PositiveInfinity : busy * (StepSeconds / Stages) / (2 * (1 - busy));
    }

    /// <summary>
    /// Equation: the inverse of <see cref="Wait"/>: <c>rho = 2 w / (s + 2 w)</c>. Source: algebra.
    /// </summary>
    /// <param name="wait">Seconds that prompts may wait in the mean; none are served where it is below zero.</param>
    public double PromptsPerSecondAt(double wait) => wait < 0 ? 0
        : double.IsInfinity(wait) ? MostPromptsPerSecond
        : MostPromptsPerSecond * 2 * wait / ((StepSeconds / Stages) + (2 * wait));

    /// <summary>
    /// Equation: <c>w_p = -(w / rho) ln((1 - p) / rho)</c>, zero where a share p of prompts does not wait.
    /// Assumption: a prompt waits with chance rho, and the wait of one that does is exponential. Source: the tail of M/M/1, taken for M/D/1; compared
    /// with the request simulation.
    /// </summary>
    /// <param name="share">Share of prompts that wait no longer.</param>
    public double WaitOf(double share, double promptsPerSecond)
    {
        var busy = promptsPerSecond / MostPromptsPerSecond;
        return busy >= 1 ? double.PositiveInfinity : busy <= 1 - share ? 0 : -Wait(promptsPerSecond) / busy * Math.Log((1 - share) / busy);
    }

    /// <summary>The most prompts a second of which a share waits no longer than so many seconds: the inverse of <see cref="WaitOf"/>.</summary>
    public double PromptsPerSecondAt(double share, double wait)
    {
        if (wait < 0)
        {
            return 0;
        }

        double low = 0, high = MostPromptsPerSecond;
        while (high - low > 1e-9 * MostPromptsPerSecond)
        {
            var middle = (low + high) / 2;
            (low, high) = WaitOf(share, middle) <= wait ? (middle, high) : (low, middle);
        }

        return low;
    }

    public static PrefillPool Of(ServingStep step, ServingWorkload workload, ServingLayout layout)
    {
        var prompt = workload.MeanPrefill;
        var cached = workload.Input.Mean - prompt;
        double groups = layout.AttentionDataParallel;
        var together = Math.Max(1, Math.Floor(step.Engine.StepTokens / prompt));
        var alone = Steps(groups);
        return new PrefillPool(alone, together > 1 ? Steps(groups * together).Total : alone.Total, groups * together, layout.PipelineParallel);

        ServingTimes Steps(double prompts)
        {
            var times = default(ServingTimes);
            for (var done = 0.0; done < prompt;)
            {
                var chunk = Math.Min(prompt - done, Math.Max(1, step.Engine.StepTokens));
                times += step.Parts(StepLoad.Chunk(0, 0, prompts, chunk, cached + done, done + chunk >= prompt ? prompts : 0));
                done += chunk;
            }

            return times;
        }
    }
}
