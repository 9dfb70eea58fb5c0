using Orrery.Analysis.Serving;
using Orrery.Analysis.Tests.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Tests.Serving;

/// <summary>Real models served on real systems.</summary>
internal static class Served
{
    public static ServingWorkload Workload(string model, WeightFormat weights = WeightFormat.Bf16, CacheFormat cache = CacheFormat.Bf16, int input = 2048, int output = 512) => new()
    {
        Model = Runs.Catalog.Model(model),
        Precision = ServingPrecision.All(weights, cache),
        Input = TokenRange.Exactly(input),
        Output = TokenRange.Exactly(output),
    };

    public static ServingQuestion Question(
        ServingWorkload workload, string system, ServingLayout layout, ServingLoad load, int replicas = 1, ServingPool? prefill = null) =>
        new(workload, new ServingDeployment(new ServingPool(layout, replicas), prefill), load, Runs.Catalog.System(system), Runs.Catalog.Engine("vllm"));

    public static ServingMemory Memory(ServingWorkload workload, ServingLayout layout, string system = "dgx-h100")
    {
        var chip = Runs.Catalog.System(system).Chip;
        return ServingMemory.Of(workload, layout, chip, EngineParameters.For(Runs.Catalog.Engine("vllm"), chip, workload.Precision));
    }

    public static ServingStep Step(ServingWorkload workload, ServingLayout layout, AiSystem system) =>
        ServingStep.Create(workload, layout, system, Runs.Catalog.Engine("vllm"));

    /// <summary>One of each kind: dense, experts with attention groups, a pipeline, a static batch, drafts, a rate, two pools, a host pool.</summary>
    public static IEnumerable<ServingEstimate> Various()
    {
        var dense = Workload("llama-3.1-70b");
        var experts = Workload("deepseek-r1", WeightFormat.Fp8Block, input: 4096, output: 1024);
        var groups = new ServingLayout { AttentionDataParallel = 8, ExpertParallel = 8 };
        var tensor = new ServingLayout { TensorParallel = 4 };
        ServingQuestion[] all =
        [
            Question(dense, "dgx-h100", new ServingLayout { TensorParallel = 8 }, ServingLoad.Concurrency(64)),
            Question(dense, "dgx-h100", new ServingLayout { TensorParallel = 4, PipelineParallel = 2 }, ServingLoad.Full),
            Question(dense, "dgx-h100", tensor, ServingLoad.StaticBatch(32), replicas: 2),
            Question(dense, "dgx-h100", tensor, ServingLoad.Rate(2), replicas: 2),
            Question(dense with { PrefixHitRate = 0.3, HostHitRate = 0.2 }, "dgx-h100", tensor, ServingLoad.Concurrency(16), replicas: 2),
            Question(experts, "gb200-nvl72", groups, ServingLoad.Concurrency(512)),
            Question(experts with { Speculation = new Speculation(2, 0.7) }, "gb200-nvl72", groups, ServingLoad.Concurrency(64)),
            Question(experts, "gb200-nvl72", groups, ServingLoad.Concurrency(1024), replicas: 4, prefill: new ServingPool(groups, 4)),
            Question(experts, "gb200-nvl72", groups, ServingLoad.Rate(20), replicas: 4, prefill: new ServingPool(groups, 4)),
        ];
        return all.Select(ServingEstimator.Estimate);
    }
}
