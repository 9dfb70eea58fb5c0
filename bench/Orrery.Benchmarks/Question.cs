using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Benchmarks;

/// <summary>A workload on a cluster with a strategy of a published run, all facts read.</summary>
internal sealed record Question(TrainingWorkload Workload, Strategy Strategy, Cluster Cluster, SoftwareStack Stack)
{
    private const Overlap DataOverlap = Overlap.GradientReduce | Overlap.ParameterGather;

    /// <summary>The strategy of the Megatron-Bridge recipe for 1,024 H100.</summary>
    public static Question Dense()
    {
        var catalog = Checkout.OpenCatalog();
        return new Question(
            new TrainingWorkload(catalog.Model("llama-3.1-405b"), 1536, 8192, TrainingPrecision.Fp8),
            new Strategy
            {
                TensorParallel = 8,
                PipelineParallel = 8,
                ContextParallel = 2,
                DataParallel = 8,
                VirtualStages = 8,
                MicroBatch = 1,
                SequenceParallel = true,
                Overlap = DataOverlap | Overlap.TensorParallel,
                EmbeddingAndLossCountAsLayers = true,
            },
            new Cluster(catalog.System("dgx-h100"), 1024),
            catalog.Stack("megatron"));
    }

    /// <summary>A strategy like that of the Megatron-Bridge recipes for 256 GB200.</summary>
    public static Question Experts()
    {
        var catalog = Checkout.OpenCatalog();
        return new Question(
            new TrainingWorkload(catalog.Model("deepseek-v3"), 4096, 4096, TrainingPrecision.Mxfp8),
            new Strategy
            {
                TensorParallel = 1,
                PipelineParallel = 4,
                DataParallel = 64,
                VirtualStages = 4,
                ExpertParallel = 64,
                MicroBatch = 1,
                Recompute = Recompute.LatentUpProjection,
                Overlap = DataOverlap,
                Graphs = GraphCapture.Partial,
            },
            new Cluster(catalog.System("gb200-nvl72"), 256),
            catalog.Stack("megatron"));
    }

    public TrainingEstimate Estimate() => TrainingEstimator.Estimate(Workload, Strategy, Cluster, Stack);

    public PlanResult Plan() => TrainingPlanner.Best(new PlanQuestion(Workload, Cluster, Stack));
}
