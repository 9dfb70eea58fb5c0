using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Tests.Training;

/// <summary>Real models on real systems, laid out as published runs are.</summary>
internal static class Runs
{
    public static OrreryCatalog Catalog { get; } =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    public static SoftwareStack Megatron { get; } = Catalog.Stack("megatron");

    public static TrainingWorkload Workload(string model, int batch, int sequence, TrainingPrecision precision = TrainingPrecision.Bf16, TrainingTask task = TrainingTask.Pretrain) =>
        new(Catalog.Model(model), batch, sequence, precision, task);

    public static Cluster Cluster(string system, int chips) => new(Catalog.System(system), chips);

    public static Strategy Layout(int tensor, int pipeline, int data, int micro = 1) => new()
    {
        TensorParallel = tensor,
        PipelineParallel = pipeline,
        DataParallel = data,
        MicroBatch = micro,
        SequenceParallel = tensor > 1,
        Overlap = Overlap.TensorParallel | Overlap.GradientReduce | Overlap.ParameterGather,
    };

    public static TrainingEstimate Estimate(TrainingWorkload workload, Strategy strategy, Cluster cluster, SoftwareStack? stack = null) =>
        TrainingEstimator.Estimate(workload, strategy, cluster, stack ?? Megatron);

    /// <summary>One of each kind: dense with everything, experts, latent attention with prediction modules, hybrid, FSDP, LoRA.</summary>
    public static IEnumerable<(string Name, TrainingEstimate Estimate)> Various()
    {
        yield return ("dense", Estimate(
            Workload("llama-3.1-405b", 512, 8192, TrainingPrecision.Fp8),
            Layout(8, 8, 8) with { ContextParallel = 2, VirtualStages = 8, EmbeddingAndLossCountAsLayers = true }, Cluster("dgx-h100", 1024)));
        yield return ("experts", Estimate(
            Workload("qwen3-235b-a22b", 2048, 4096, TrainingPrecision.Mxfp8), Layout(1, 8, 32) with { ExpertParallel = 32 }, Cluster("gb200-nvl72", 256)));
        yield return ("latent", Estimate(
            Workload("deepseek-v3", 2048, 4096), Layout(1, 16, 16) with { ExpertParallel = 16, Recompute = Recompute.Full }, Cluster("dgx-b300", 256)));
        yield return ("hybrid", Estimate(
            Workload("nemotron-3-nano", 512, 8192), Layout(1, 1, 8) with { ExpertParallel = 8, Recompute = Recompute.Activation | Recompute.Normalization }, Cluster("gb300-nvl72", 8)));
        yield return ("fsdp", Estimate(
            Workload("llama-3.1-70b", 256, 8192), Layout(1, 1, 64) with { Sharding = Sharding.Zero3, Recompute = Recompute.Full }, Cluster("dgx-h100", 64), Catalog.Stack("llm-foundry")));
        yield return ("lora", Estimate(
            Workload("llama-2-70b", 8, 8192, TrainingPrecision.Fp8, TrainingTask.Lora), Layout(4, 1, 2), Cluster("dgx-h100", 8)));
    }
}
