using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>A pool that computes prompts and one that decodes, in a steady state.</summary>
internal static class DisaggregatedState
{
    /// <summary>
    /// Equation: at <c>x</c> requests a second, TTFT is handling, wait and time of the prompt, host load and transfer; TPOT that of the decode
    /// batch that x fills; with N in flight, x solves <c>x (TTFT + (tokens - 1) TPOT) = N</c>, up to the most that either pool serves, and the
    /// rest wait. The decode pool's engine delivers the first tokens together, as in <see cref="SteadyState"/>. Where more is asked for than is computed
    /// the line grows without end; the wait is then that of a pool as busy as <see cref="PrefillPool.MostBusy"/>.
    /// Assumption: the pools do not hold each other up except by the rate; requests are spread evenly over replicas. Source: Little's law.
    /// </summary>
    public static ServingEstimate Of(ServingQuestion question, ServingStep step, ServingMemory memory, double largest, BatchLimit limit)
    {
        var (workload, system) = (question.Workload, question.System);
        var (main, pool) = (question.Deployment.Main, question.Deployment.Prefill!);
        var prefillStep = ServingStep.Create(workload, pool.Layout, system, question.Engine);
        var prefillMemory = ServingMemory.Of(workload, pool.Layout, system.Chip, prefillStep.Engine);
        var prefill = PrefillPool.Of(prefillStep, workload, pool.Layout);
        var decode = new DecodePool(step, workload, main.Layout, largest);
        var bytes = CacheMoves.OfPrompt(workload, system.Chip, step.Engine);
        var transfer = CacheMoves.TransferSeconds(question.Deployment, bytes, system);
        var host = CacheMoves.HostLoadSeconds(workload, prefillMemory, system);
        var later = Math.Max(1, workload.Output.Mean - 1);
        var mostPrefill = prefill.MostPromptsPerSecond * pool.Replicas;
        var mostDecode = decode.MostRequestsPerSecond * main.Replicas;
        var most = Math.Min(mostPrefill, mostDecode);

        // A full load is one that the decode pool could just run.
        var inFlight = question.Load.Kind == ServingLoadKind.Full ? Math.Max(1, largest) * main.Replicas : question.Load.Amount;
        var unwaited = step.Engine.RequestS + prefill.Alone.Total + host + transfer;
        var rate = Rate();
        var running = decode.RunningAt(rate / main.Replicas);
        var decodeStep = decode.Step(running);
        var between = workload.DecodeSteps * decodeStep.Total / later;
        var wait = prefill.Wait(Math.Min(rate / pool.Replicas, WaitedFor(rate)));
        if (question.Load.Kind != ServingLoadKind.Rate)
        {
            // What the pools do not take at once waits.
            wait = Math.Max(wait, (inFlight / rate) - unwaited - (workload.DecodeSteps * decodeStep.Total));
        }

        var (late, tpot) = step.Engine.Delivered(between, workload.Output.Mean);
        return new ServingEstimate
        {
            Question = question,
            Answers = largest >= 1 && prefillMemory.MostSequences(workload.Input.Most) >= 1 && (question.Load.Kind != ServingLoadKind.Rate || question.Load.Amount <= most),
            Ttft = new FirstTokenTime(step.Engine.RequestS, wait, prefill.Alone.Total, host, transfer, late),
            Tpot = new LaterTokenTime(tpot, 0),
            OutputTokensPerSecond = rate * workload.Output.Mean,
            Running = running,
            DecodeStep = decodeStep,
            PrefillStep = prefill.Alone,
            Memory = memory,
            PrefillMemory = prefillMemory,
            LargestBatch = largest,
            Limit = limit,
            Balance = new PoolBalance(rate / mostPrefill, rate / mostDecode, CacheMoves.Tier(system, question.Deployment.Chips), bytes),
            MostRequestsPerSecond = question.Load.Kind == ServingLoadKind.Rate ? most : null,
        };

        double InFlightAt(double x)
        {
            var batch = decode.RunningAt(x / main.Replicas);
            return x * (unwaited + prefill.Wait(x / pool.Replicas) + (workload.DecodeSteps * decode.Step(batch).Total));
        }

        double WaitedFor(double x) => x < mostPrefill * (1 - 1e-9) ? double.PositiveInfinity : PrefillPool.MostBusy * prefill.MostPromptsPerSecond;

        double Rate()
        {
            if (question.Load.Kind == ServingLoadKind.Rate)
            {
                return Math.Min(question.Load.Amount, most);
            }

            double low = 0, high = most;
            if (InFlightAt(high) <= inFlight)
            {
                return high;
            }

            while (high - low > 1e-6 * most)
            {
                var middle = (low + high) / 2;
                (low, high) = InFlightAt(middle) < inFlight ? (middle, high) : (low, middle);
            }

            return low > 0 ? low : high;
        }
    }
}
