using Orrery.Analysis.Serving;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Requests;
using Orrery.Simulation.Tests.Timeline;

namespace Orrery.Simulation.Tests.Requests;

/// <summary>Real models behind simulated schedulers.</summary>
internal static class Served
{
    public static ServingWorkload Workload(int input = 1024, int output = 256, string model = "llama-3.1-8b") => new()
    {
        Model = Studies.Catalog.Model(model),
        Precision = ServingPrecision.All(WeightFormat.Bf16, CacheFormat.Bf16),
        Input = TokenRange.Exactly(input),
        Output = TokenRange.Exactly(output),
    };

    public static ServingScenario Scenario(ServingWorkload workload, Arrivals arrivals, long requests = 2000, int replicas = 1, ServingLayout? layout = null) => new()
    {
        Workload = workload,
        Deployment = new ServingDeployment(new ServingPool(layout ?? new ServingLayout(), replicas)),
        System = Studies.Catalog.System("dgx-h100"),
        Engine = Studies.Catalog.Engine("vllm"),
        Arrivals = arrivals,
        Requests = requests,
        Seed = 7,
    };

    /// <summary>Long requests, many of them at once: more than the cache of one chip holds.</summary>
    public static ServingScenario Crowded(long requests = 1500) => Scenario(
        Workload() with { Input = new TokenRange(1000, 8000), Output = new TokenRange(100, 2000) }, new Arrivals.InFlight(200), requests) with
    {
        Engine = Studies.Catalog.Engine("vllm").With("sequences", 512),
    };

    /// <summary>A replica on one chip that runs one request at a time.</summary>
    public static Replica OneAtATime(ServingWorkload workload, out ServingStep step)
    {
        var (system, engine) = (Studies.Catalog.System("dgx-h100"), Studies.Catalog.Engine("vllm"));
        step = ServingStep.Create(workload, new ServingLayout(), system, engine);
        var memory = ServingMemory.Of(workload, new ServingLayout(), system.Chip, step.Engine);
        return new Replica(step, memory, new ReplicaRules(BatchPolicy.ChunkedPrefill, CachePolicy.Reserved) { Sequences = 1 });
    }

    public static List<FinishedRequest> Finished(ServingScenario scenario, out ServingOutcome outcome)
    {
        var done = new List<FinishedRequest>();
        outcome = ServingSimulation.Run(scenario, done.Add, stop: Xunit.TestContext.Current.CancellationToken);
        return done;
    }
}

/// <summary>Sums of what a replica does.</summary>
internal struct Sums : IRequestWatcher
{
    public long Count;
    public double Latency;
    public double OutputTokens;
    public double MostCache;

    public void Finished(in FinishedRequest request)
    {
        Count++;
        Latency += request.Latency;
        OutputTokens += request.Request.Output;
    }

    public void Stepped(in ReplicaSample sample) => MostCache = Math.Max(MostCache, sample.CacheBytes);
}
