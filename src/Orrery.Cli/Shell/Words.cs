using Orrery.Analysis.Serving;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Planning.Training;

namespace Orrery.Cli.Shell;

/// <summary>The words of the command line for the domain's choices, and of answers for its parts.</summary>
internal static class Words
{
    public static IReadOnlyDictionary<string, TrainingPrecision> Precisions { get; } = new Dictionary<string, TrainingPrecision>
    {
        ["bf16"] = TrainingPrecision.Bf16,
        ["fp16"] = TrainingPrecision.Fp16,
        ["fp8"] = TrainingPrecision.Fp8,
        ["fp8-block"] = TrainingPrecision.Fp8Block,
        ["fp8-rowwise"] = TrainingPrecision.Fp8Rowwise,
        ["mxfp8"] = TrainingPrecision.Mxfp8,
        ["nvfp4"] = TrainingPrecision.Nvfp4,
        ["int8"] = TrainingPrecision.Int8,
    };

    public static IReadOnlyDictionary<string, TrainingTask> Tasks { get; } = new Dictionary<string, TrainingTask>
    {
        ["pretrain"] = TrainingTask.Pretrain,
        ["finetune"] = TrainingTask.FineTune,
        ["lora"] = TrainingTask.Lora,
    };

    public static IReadOnlyDictionary<string, Sharding> Shardings { get; } = new Dictionary<string, Sharding>
    {
        ["none"] = Sharding.None,
        ["zero1"] = Sharding.Zero1,
        ["zero2"] = Sharding.Zero2,
        ["zero3"] = Sharding.Zero3,
        ["fsdp"] = Sharding.Zero3,
        ["hsdp"] = Sharding.Hsdp,
    };

    public static IReadOnlyDictionary<string, PipelineSchedule> Schedules { get; } = new Dictionary<string, PipelineSchedule>
    {
        ["1f1b"] = PipelineSchedule.OneForwardOneBackward,
        ["zero-bubble"] = PipelineSchedule.ZeroBubble,
        ["dualpipe"] = PipelineSchedule.DualPipe,
    };

    public static IReadOnlyDictionary<string, Recompute> Recomputes { get; } = new Dictionary<string, Recompute>
    {
        ["none"] = Recompute.None,
        ["core-attention"] = Recompute.CoreAttention,
        ["attention"] = Recompute.Attention,
        ["mla-up-proj"] = Recompute.LatentUpProjection,
        ["norm"] = Recompute.Normalization,
        ["activation"] = Recompute.Activation,
        ["mlp"] = Recompute.FeedForward,
        ["experts"] = Recompute.Experts,
        ["shared-expert"] = Recompute.SharedExpert,
        ["state-space"] = Recompute.StateSpace,
        ["alternate-gemms"] = Recompute.AlternateGemms,
        ["full"] = Recompute.Full,
        ["alternate-layers"] = Recompute.AlternateLayers,
        ["without-last"] = Recompute.WithoutLast,
    };

    public static IReadOnlyDictionary<string, Overlap> Overlaps { get; } = new Dictionary<string, Overlap>
    {
        ["none"] = Overlap.None,
        ["tp"] = Overlap.TensorParallel,
        ["ep"] = Overlap.ExpertParallel,
        ["grad-reduce"] = Overlap.GradientReduce,
        ["param-gather"] = Overlap.ParameterGather,
    };

    public static IReadOnlyDictionary<string, GraphCapture> Graphs { get; } = new Dictionary<string, GraphCapture>
    {
        ["none"] = GraphCapture.None,
        ["partial"] = GraphCapture.Partial,
        ["full"] = GraphCapture.FullIteration,
    };

    public static IReadOnlyDictionary<string, ExpertDispatch> Dispatches { get; } = new Dictionary<string, ExpertDispatch>
    {
        ["alltoall"] = ExpertDispatch.AllToAll,
        ["deduplicated"] = ExpertDispatch.Deduplicated,
    };

    public static IReadOnlyDictionary<string, WeightFormat> WeightFormats { get; } = new Dictionary<string, WeightFormat>
    {
        ["bf16"] = WeightFormat.Bf16,
        ["fp16"] = WeightFormat.Fp16,
        ["fp8"] = WeightFormat.Fp8,
        ["fp8-block"] = WeightFormat.Fp8Block,
        ["int8"] = WeightFormat.Int8,
        ["int8-weight-only"] = WeightFormat.Int8WeightOnly,
        ["int4"] = WeightFormat.Int4WeightOnly,
        ["nvfp4"] = WeightFormat.Nvfp4,
        ["mxfp4"] = WeightFormat.Mxfp4,
    };

    public static IReadOnlyDictionary<string, CacheFormat> CacheFormats { get; } = new Dictionary<string, CacheFormat>
    {
        ["bf16"] = CacheFormat.Bf16,
        ["fp8"] = CacheFormat.Fp8,
        ["int8"] = CacheFormat.Int8,
    };

    /// <summary>The first word that means a value.</summary>
    public static string Of<T>(IReadOnlyDictionary<string, T> words, T value) where T : struct =>
        words.First(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Key;

    /// <summary>The words that together mean a set of flags.</summary>
    public static string OfFlags<T>(IReadOnlyDictionary<string, T> words, T flags) where T : struct, Enum
    {
        var all = Convert.ToInt64(flags, System.Globalization.CultureInfo.InvariantCulture);
        if (all == 0)
        {
            return "none";
        }

        return string.Join(',', words
            .Where(word => Convert.ToInt64(word.Value, System.Globalization.CultureInfo.InvariantCulture) is var bit && bit != 0 && (all & bit) == bit)
            .Select(word => word.Key));
    }

    public static string Of(StepPart part) => part switch
    {
        StepPart.Gemm => "matrix products",
        StepPart.Attention => "attention",
        StepPart.Experts => "mixture of experts",
        StepPart.ElementWise => "element-wise",
        StepPart.Quantization => "quantisation",
        StepPart.Recompute => "recompute",
        StepPart.TensorParallelCommunication => "tensor-parallel exchange",
        StepPart.ContextParallelCommunication => "context-parallel exchange",
        StepPart.ExpertParallelCommunication => "expert exchange",
        StepPart.PipelineCommunication => "pipeline transfers",
        StepPart.DataParallelCommunication => "data-parallel exchange",
        StepPart.Bubble => "pipeline bubble",
        StepPart.Optimizer => "optimizer",
        StepPart.Host => "waiting for the host",
        StepPart.Jitter => "jitter",
        _ => part.ToString(),
    };

    /// <summary>The name a part has in JSON, unit included.</summary>
    public static string Key(StepPart part) => part switch
    {
        StepPart.Gemm => "gemm_s",
        StepPart.Attention => "attention_s",
        StepPart.Experts => "moe_s",
        StepPart.ElementWise => "element_wise_s",
        StepPart.Quantization => "quantization_s",
        StepPart.Recompute => "recompute_s",
        StepPart.TensorParallelCommunication => "exposed_tp_s",
        StepPart.ContextParallelCommunication => "exposed_cp_s",
        StepPart.ExpertParallelCommunication => "exposed_ep_s",
        StepPart.PipelineCommunication => "exposed_pp_s",
        StepPart.DataParallelCommunication => "exposed_dp_s",
        StepPart.Bubble => "bubble_s",
        StepPart.Optimizer => "optimizer_s",
        StepPart.Host => "host_s",
        StepPart.Jitter => "jitter_s",
        _ => part.ToString(),
    };

    public static string Of(ServingRuledOut reason) => reason switch
    {
        ServingRuledOut.Memory => "does not fit",
        ServingRuledOut.Latency => "a step alone takes longer than the target",
        ServingRuledOut.Slower => "serves less even if it only decoded",
        ServingRuledOut.Dominated => "another pool does no worse on no more chips",
        _ => reason.ToString(),
    };

    public static string Key(ServingRuledOut reason) => reason switch
    {
        ServingRuledOut.Memory => "memory",
        ServingRuledOut.Latency => "latency_bound",
        ServingRuledOut.Slower => "throughput_bound",
        ServingRuledOut.Dominated => "dominated",
        _ => reason.ToString(),
    };

    public static string Of(ServingPart part) => part switch
    {
        ServingPart.Gemm => "matrix products",
        ServingPart.Attention => "attention",
        ServingPart.Experts => "mixture of experts",
        ServingPart.ElementWise => "element-wise",
        ServingPart.Head => "output head",
        ServingPart.Draft => "drafting",
        ServingPart.TensorParallelCommunication => "tensor-parallel exchange",
        ServingPart.ExpertParallelCommunication => "expert exchange",
        ServingPart.PipelineCommunication => "pipeline transfers",
        ServingPart.Host => "waiting for the host",
        _ => part.ToString(),
    };

    /// <summary>The name a part has in JSON, unit included.</summary>
    public static string Key(ServingPart part) => part switch
    {
        ServingPart.Gemm => "gemm_s",
        ServingPart.Attention => "attention_s",
        ServingPart.Experts => "moe_s",
        ServingPart.ElementWise => "element_wise_s",
        ServingPart.Head => "head_s",
        ServingPart.Draft => "draft_s",
        ServingPart.TensorParallelCommunication => "exposed_tp_s",
        ServingPart.ExpertParallelCommunication => "exposed_ep_s",
        ServingPart.PipelineCommunication => "exposed_pp_s",
        ServingPart.Host => "host_s",
        _ => part.ToString(),
    };

    public static string Of(RuledOut reason) => reason switch
    {
        RuledOut.Layout => "kernels and bubble alone take longer",
        RuledOut.Exchanges => "with exchanges as near as they can be, takes longer",
        RuledOut.Tight => "with what must run again or wait for it to fit, takes longer",
        RuledOut.Placement => "with groups placed so, takes longer",
        RuledOut.Plan => "with this split, schedule and sharding, takes longer",
        RuledOut.Memory => "does not fit, whatever runs again or waits",
        RuledOut.Same => "another name for one evaluated",
        RuledOut.Offload => "offloads more layers than it takes, or too few",
        _ => reason.ToString(),
    };

    public static string Key(RuledOut reason) => reason switch
    {
        RuledOut.Layout => "layout_bound",
        RuledOut.Exchanges => "exchange_bound",
        RuledOut.Tight => "memory_time_bound",
        RuledOut.Placement => "placement_bound",
        RuledOut.Plan => "plan_bound",
        RuledOut.Memory => "memory",
        RuledOut.Same => "same",
        RuledOut.Offload => "offload",
        _ => reason.ToString(),
    };
}
