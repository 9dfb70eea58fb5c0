using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Statistics;

namespace Orrery.Simulation.Requests;

/// <summary>Plays a scenario: requests one by one through the replicas of a deployment.</summary>
public static class ServingSimulation
{
    /// <param name="onFinished">Hears of every request that is done, in the order in which they are.</param>
    /// <param name="onRefused">Hears of every request that is turned away.</param>
    /// <param name="progress">Hears how many requests have arrived, now and then.</param>
    /// <exception cref="Domain.MissingFactException">Chip, system or engine lack what the step times need.</exception>
    public static ServingOutcome Run(
        ServingScenario scenario, Action<FinishedRequest>? onFinished = null, Action<Request, RefusedBy>? onRefused = null,
        Action<long>? progress = null, CancellationToken stop = default)
    {
        var (workload, deployment, system) = (scenario.Workload, scenario.Deployment, scenario.System);
        var main = Pool.Of(scenario, deployment.Main, handsOver: false);
        var prefill = deployment.Prefill is { } pool ? Pool.Of(scenario, pool, handsOver: true) : null;
        var log = new RequestLog(scenario.Targets, scenario.WarmUp, main.Series(), prefill?.Series()) { OnFinished = onFinished, OnRefused = onRefused };
        var whole = ServingMemory.Of(workload, new ServingLayout(), system.Chip, main.Step.Engine);
        var fleet = new ServingFleet(
            main.Replicas, prefill?.Replicas ?? [],
            new FleetRules(scenario.Routing, workload.Model.MaxSequence, main.Step.Engine.RequestS, request => CacheMoves.TransferSeconds(deployment, new(whole.SequenceBytes(request.Input)), system)));
        var load = scenario.Load();
        bool isWhole;
        using (load as IDisposable)
        {
            isWhole = fleet.Run(load, log, stop, progress);
        }

        return new ServingOutcome(scenario, log, isWhole, main.Memory, DecodeStep(scenario, main.Step, log), main.Replicas.Sum(replica => replica.Steps));
    }

    /// <summary>A step of the mean batch while there is one, each sequence half through its output.</summary>
    private static ServingTimes DecodeStep(ServingScenario scenario, ServingStep step, RequestLog log)
    {
        var whole = log.Main.Whole;
        var pool = scenario.Deployment.Main;
        var running = whole.Busy > 0 ? whole.Running / whole.Busy / pool.Replicas : 1;
        var keys = log.Finished > 0 ? (log.InputTokens + (log.OutputTokens / 2)) / log.Finished : scenario.Workload.Input.Mean;
        return step.Parts(StepLoad.Decode(Math.Max(1, running / pool.Layout.PipelineParallel), keys));
    }

    private sealed record Pool(ServingStep Step, ServingMemory Memory, IReadOnlyList<Replica> Replicas)
    {
        public static Pool Of(ServingScenario scenario, ServingPool pool, bool handsOver)
        {
            var (workload, engine) = (scenario.Workload, scenario.Engine);

            // Replicas of a pool are equal, and one thread plays them: they share the step times worked out so far.
            var step = ServingStep.Create(workload, pool.Layout, scenario.System, engine);
            var memory = ServingMemory.Of(workload, pool.Layout, scenario.System.Chip, step.Engine);
            var rules = new ReplicaRules(engine.Batching, engine.Caching, pool.Layout.PipelineParallel, workload.TokensPerStep)
            {
                HandsOver = handsOver,
                BlockTokens = scenario.Arrivals is Arrivals.Recorded trace ? trace.BlockTokens : 0,
            };
            return new Pool(step, memory, [.. Enumerable.Range(0, pool.Replicas).Select(index => new Replica(step, memory, rules, workload.QueriesPerStep, index))]);
        }

        public PoolSeries Series() => new(Replicas.Count, Replicas.Sum(replica => replica.Room));
    }
}
