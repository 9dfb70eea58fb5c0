using Orrery.Domain;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>Estimates a deployment under a load, in closed form.</summary>
public static class ServingEstimator
{
    /// <exception cref="MissingFactException">Chip, system or engine lack what the question needs.</exception>
    public static ServingEstimate Estimate(ServingQuestion question)
    {
        var pool = question.Deployment.Main;
        var step = ServingStep.Create(question.Workload, pool.Layout, question.System, question.Engine);
        var memory = ServingMemory.Of(question.Workload, pool.Layout, question.System.Chip, step.Engine);
        var (largest, limit) = LargestBatch(question, memory, step.Engine);
        return (question.Deployment.IsDisaggregated, question.Load.Kind) switch
        {
            (true, _) => DisaggregatedState.Of(question, step, memory, largest, limit),
            (_, ServingLoadKind.StaticBatch) => Static(question, step, memory, largest, limit),
            _ => Continuous(question, step, memory, largest, limit),
        };
    }

    /// <summary>
    /// Equation: the least of sequences that the caches hold, each half through its output (whole where room is reserved), and those the engine runs.
    /// Source: definition.
    /// </summary>
    /// <returns>Requests of one replica; 0 where one of the longest does not fit.</returns>
    public static (double Requests, BatchLimit Limit) LargestBatch(ServingQuestion question, ServingMemory memory, EngineParameters engine)
    {
        var (input, output) = (question.Workload.Input, question.Workload.Output);
        if (memory.MostSequences(input.Most + output.Most) < 1)
        {
            return (0, BatchLimit.Memory);
        }

        var isWhole = question.Load.Kind == ServingLoadKind.StaticBatch || question.Engine.Caching == CachePolicy.Reserved;
        var fit = memory.MostSequences(input.Mean + (isWhole ? output.Mean : output.Mean / 2));
        var runs = engine.Sequences * memory.Groups;
        return fit < runs ? (fit, BatchLimit.Memory) : (runs, BatchLimit.Sequences);
    }

    private static ServingEstimate Static(ServingQuestion question, ServingStep step, ServingMemory memory, double largest, BatchLimit limit)
    {
        var (workload, pool) = (question.Workload, question.Deployment.Main);
        var batch = question.Load.Amount / pool.Replicas;
        var run = StaticBatch.Of(step, workload, pool.Layout, batch);
        var host = CacheMoves.HostLoadSeconds(workload, memory, question.System) * batch / memory.Groups;
        var later = Math.Max(1, workload.Output.Mean - 1);
        var own = run.PrefillStep.Total;
        return new ServingEstimate
        {
            Question = question,
            Answers = largest >= batch,
            Ttft = new FirstTokenTime(step.Engine.RequestS, Math.Max(0, run.PrefillSeconds - own), own, host),
            Tpot = new LaterTokenTime(run.DecodeSteps * run.DecodeStep.Total / later, 0),
            OutputTokensPerSecond = pool.Replicas * batch * workload.Output.Mean / (run.Seconds + host + step.Engine.RequestS),
            Running = batch,
            DecodeStep = run.DecodeStep,
            PrefillStep = run.PrefillStep,
            Memory = memory,
            LargestBatch = largest,
            Limit = limit,
        };
    }

    private static ServingEstimate Continuous(ServingQuestion question, ServingStep step, ServingMemory memory, double largest, BatchLimit limit)
    {
        var (workload, pool) = (question.Workload, question.Deployment.Main);
        SteadyState At(double inFlight) =>
            SteadyState.Of(step, workload, memory, Math.Max(1, inFlight), question.Engine, pool.Layout.PipelineParallel);
        double? most = null;
        SteadyState state;
        double perReplica;
        switch (question.Load.Kind)
        {
            case ServingLoadKind.Rate:
                var groups = pool.Layout.AttentionDataParallel;
                var full = DecodePool.Tried(largest, groups).Max(inFlight => At(inFlight).OutputTokensPerSecond);
                most = full / workload.Output.Mean * pool.Replicas;
                perReplica = Math.Min(question.Load.Amount / pool.Replicas * workload.Output.Mean, full);
                state = At(DecodePool.Fewest(largest, groups, inFlight => At(inFlight).OutputTokensPerSecond >= perReplica * (1 - 1e-9)));
                break;
            case ServingLoadKind.Concurrency:
                state = At(question.Load.Amount / pool.Replicas);
                perReplica = state.OutputTokensPerSecond * Math.Min(1, question.Load.Amount / pool.Replicas);
                break;
            default:
                state = At(Math.Max(1, largest));
                perReplica = state.OutputTokensPerSecond;
                break;
        }

        var host = CacheMoves.HostLoadSeconds(workload, memory, question.System);
        var engineTime = state.Ttft - state.Delivery - step.Engine.RequestS;
        var own = Math.Min(state.PrefillStep.Total, engineTime);
        var later = Math.Max(1, workload.Output.Mean - 1);
        var decode = Math.Min(state.Tpot, workload.DecodeSteps * state.DecodeStep.Total / later);
        return new ServingEstimate
        {
            Question = question,
            Answers = largest >= 1 && (most is null || question.Load.Amount <= most),
            Ttft = new FirstTokenTime(step.Engine.RequestS, engineTime - own, own, host, 0, state.Delivery),
            Tpot = new LaterTokenTime(decode, state.Tpot - decode),
            OutputTokensPerSecond = perReplica * pool.Replicas,
            Running = state.Running,
            DecodeStep = state.DecodeStep,
            PrefillStep = state.PrefillStep,
            Memory = memory,
            LargestBatch = largest,
            Limit = limit,
            MostRequestsPerSecond = most,
        };
    }
}
