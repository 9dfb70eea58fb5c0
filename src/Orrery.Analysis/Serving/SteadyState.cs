using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>A replica that always has the same number of requests in flight: mean times and rates.</summary>
/// <param name="Running">Requests that decode or prefill at once; the rest wait for room.</param>
/// <param name="Ttft">From arrival to first token, seconds.</param>
/// <param name="Delivery">Of that, what the first token waits for the next ones, where the engine sends them together.</param>
/// <param name="Tpot">Between later tokens of a request, seconds.</param>
/// <param name="RequestSeconds">From arrival to last token.</param>
/// <param name="OutputTokensPerSecond">Of the replica.</param>
/// <param name="DecodeStep">A step without prompts.</param>
/// <param name="PrefillStep">The steps of one prompt, were nothing else to run.</param>
public sealed record SteadyState(
    double Running, double Ttft, double Delivery, double Tpot, double RequestSeconds, double OutputTokensPerSecond, ServingTimes DecodeStep, ServingTimes PrefillStep)
{
    public bool IsLimitedByCache { get; init; }

    /// <summary>
    /// Equation: with B running, D decode steps a request of <c>t_d</c> each, and a prompt that lengthens the steps it is computed in by e in all,
    /// a request takes its own prompt's steps <c>p</c> and <c>D t_d + (B - 1) e</c> from its first step to its last; throughput is
    /// <c>B tokens / (p + D t_d + (B - 1) e)</c>; a prompt waits for half a step and for the prompts before it, <c>rho e / 2 (1 - rho)</c>,
    /// <c>rho = B e / (D t_d + B e)</c>, at most 0.95. With pipeline stages B is one micro-batch's share of those that run.
    /// Assumption: requests are out of step with each other; prompts of one group come one at a time. Source: definition; compared with the request simulation.
    /// </summary>
    /// <param name="inFlight">Requests in flight; more than fit wait.</param>
    /// <param name="rules">The engine, for how it shares steps and promises room.</param>
    /// <param name="stages">Pipeline stages, whose micro-batches take turns.</param>
    public static SteadyState Of(ServingStep step, ServingWorkload workload, ServingMemory memory, double inFlight, ServingEngine rules, int stages = 1)
    {
        var engine = step.Engine;
        var (input, output) = (workload.Input.Mean, workload.Output.Mean);
        var room = memory.MostSequences(input + (rules.Caching == CachePolicy.Reserved ? output : output / 2));
        var running = Math.Max(1, Math.Min(Math.Min(inFlight, engine.Sequences * memory.Groups), room));
        var micro = running / stages;
        var keys = workload.MeanKeys;
        var prompt = workload.MeanPrefill;
        var cached = input - prompt;
        var decode = step.Parts(StepLoad.Decode(micro, keys));
        var steps = workload.DecodeSteps;
        // Prompts of different groups are computed side by side: those that come within a step, and where requests wait, one in every group.
        var together = Math.Clamp(inFlight > running ? micro : micro / Math.Max(1, steps), 1, memory.Groups);
        var alone = default(ServingTimes);
        var extra = 0.0;
        var done = 0.0;
        while (done < prompt)
        {
            var chunk = Math.Min(prompt - done, Math.Max(1, engine.StepTokens - (rules.Batching == BatchPolicy.ChunkedPrefill ? micro * workload.QueriesPerStep / memory.Groups : 0)));
            var isLast = done + chunk >= prompt;
            var own = step.Parts(StepLoad.Chunk(0, 0, 1, chunk, cached + done, isLast ? 1 : 0));
            alone += own;
            extra += rules.Batching == BatchPolicy.PrefillFirst
                ? step.Seconds(StepLoad.Chunk(0, 0, together, chunk, cached + done, isLast ? together : 0)) / together
                : Math.Max(0, step.Seconds(StepLoad.Chunk(micro, micro * keys, together, chunk, cached + done, isLast ? together : 0)) - decode.Total) / together;
            done += chunk;
        }

        var cycle = (steps * decode.Total) + (micro * extra);
        var load = micro * extra / Math.Max(cycle, extra);
        var wait = (decode.Total / 2) + (load * extra / (2 * Math.Max(0.05, 1 - load)));
        var queue = inFlight > running ? cycle * (inFlight - running) / running : 0;
        var ttft = engine.RequestS + wait + alone.Total + queue;
        var tpot = output > 1 ? ((steps * decode.Total) + (Math.Max(0, micro - 1) * extra)) / (output - 1) : 0;
        (var late, tpot) = engine.Delivered(tpot, output);
        ttft += late;
        var whole = alone.Total + cycle - extra;
        return new SteadyState(running, ttft, late, tpot, ttft + (tpot * Math.Max(0, output - 1)), running * output / Math.Max(whole, 1e-12), decode, alone)
        {
            IsLimitedByCache = room < Math.Min(inFlight, engine.Sequences * memory.Groups),
        };
    }
}
