using Orrery.Catalog;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Timeline;

namespace Orrery.Simulation.Tests.Timeline;

/// <summary>Real models on real systems.</summary>
internal static class Studies
{
    public static OrreryCatalog Catalog { get; } =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    public static Strategy Layout(int tensor, int pipeline, int data) => new()
    {
        TensorParallel = tensor,
        PipelineParallel = pipeline,
        DataParallel = data,
        MicroBatch = 1,
        SequenceParallel = tensor > 1,
        Overlap = Overlap.GradientReduce | Overlap.ParameterGather,
    };

    public static TimelineStudy Of(string model, string system, Strategy strategy, int batch, int sequence, StudyOptions? options = null, string stack = "megatron") =>
        TimelineStudy.Of(
            new TrainingWorkload(Catalog.Model(model), batch, sequence, TrainingPrecision.Bf16), strategy, new(Catalog.System(system), strategy.Chips),
            Catalog.Stack(stack), options ?? new StudyOptions());

    public static TimelineStudy Gpt3(int virtualStages = 3, int pipeline = 8, int data = 8, int batch = 512, StudyOptions? options = null) => Of(
        "gpt3-175b", "dgx-a100", Layout(8, pipeline, data) with { VirtualStages = virtualStages }, batch, 2048, options);

    /// <summary>One of each kind: interleaved, 1F1B, uneven layers, context-parallel, FSDP, offload, experts under zero-bubble and DualPipe.</summary>
    public static IEnumerable<(string Name, TimelineStudy Study)> Various(StudyOptions? options = null)
    {
        yield return ("interleaved", Gpt3(options: options));
        yield return ("1F1B", Gpt3(1, 16, 1, 32, options));
        yield return ("uneven", Of("llama-3.1-405b", "dgx-h100", Layout(8, 16, 2), 64, 8192, options));
        yield return ("edges", Of(
            "llama-3.1-405b", "dgx-h100", Layout(8, 8, 8) with { ContextParallel = 2, VirtualStages = 8, EmbeddingAndLossCountAsLayers = true }, 256, 8192, options));
        yield return ("fsdp", Of("llama-3.1-70b", "dgx-h100", Layout(1, 1, 64) with { Sharding = Sharding.Zero3, Recompute = Recompute.Full }, 256, 8192, options, "llm-foundry"));
        yield return ("offload", Of("llama-3.1-70b", "dgx-h100", Layout(4, 4, 4) with { OffloadedLayers = 20 }, 64, 8192, options));
        yield return ("zero-bubble", Of("deepseek-v3", "dgx-h100", Layout(1, 16, 16) with { ExpertParallel = 16, Schedule = PipelineSchedule.ZeroBubble }, 512, 4096, options));
        yield return ("dualpipe", Of("deepseek-v3", "dgx-h100", Layout(1, 16, 16) with { ExpertParallel = 16, Schedule = PipelineSchedule.DualPipe }, 512, 4096, options));
    }
}
