using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Evidence.Ablation;

/// <summary>The terms of the step formula that have to earn their place, in the order of the model book.</summary>
internal static class Effects
{
    public static IReadOnlyList<Effect> All { get; } =
    [
        new("GEMM reach by generation", "one fitted gemm_reach a stack instead of one a generation", Nothing) { Shared = "gemm_reach" },
        Off("low-precision reach", 1, "low_precision_reach"),
        Off("expert reach", 1, "expert_reach"),
        Off("quantisation passes", 0, "quantize_bytes"),
        Off("attention reach", 1, "attention_reach"),
        Off("attention backward", 1, "attention_backward"),
        Off("unfused attention scores", 0, "unfused_score_bytes"),
        Off("element-wise passes", 0, "element_passes", "head_passes"),
        Off("state-space passes", 0, "state_space_passes"),
        Off("expert permutation", 0, "permute_passes"),
        Off("expert serial time", 0, "expert_serial_s", "expert_serial_per_expert_s"),
        Off("weight-gradient accumulation", 0, "weight_gradient_bytes"),
        Off("tensor-parallel exposure", 0, "tensor_exposed", "tensor_exposed_overlapped"),
        Off("quantised gathers", 0, "quantized_gather"),
        Off("context-parallel exchange", 0, "context_exposed") with { How = "context_exposed 0, and the step less its part", Part = StepPart.ContextParallelCommunication },
        Off("expert exchange", 0, "expert_exposed", "expert_exposed_overlapped"),
        new("bubble", "the step less its part", Nothing) { Part = StepPart.Bubble },
        Off("pipeline transfers", 0, "pipeline_exposed") with { How = "pipeline_exposed 0, and the step less its part", Part = StepPart.PipelineCommunication },
        new("data-parallel exposure", "the step less its part, where traffic is once a step", Nothing) { Part = StepPart.DataParallelCommunication, Where = strategy => !ByLayer(strategy) },
        Off("FSDP contention", 0, "fsdp_contention"),
        new("FSDP traffic", "fsdp_contention and fsdp_exposed 0, and the step less its part, where weights are gathered layer by layer", Zero("fsdp_contention", "fsdp_exposed"))
        {
            Part = StepPart.DataParallelCommunication, Where = ByLayer,
        },
        Off("host floor", 0, "host_dense_s", "host_expert_s"),
        Off("maturity", 0, "maturity_excess"),
        Off("dropped tokens", 1, "host_dropped_tokens"),
        Off("optimizer", 0, "optimizer_bytes"),
        Off("fixed step time", 0, "fixed_step_s"),
        Off("jitter", 0, "jitter_inside_per_doubling", "jitter_per_doubling"),
    ];

    private static Dictionary<string, double> Nothing => [];

    private static Effect Off(string name, double neutral, params string[] parameters) =>
        new(name, $"{string.Join(" and ", parameters)} {neutral:0}", parameters.ToDictionary(parameter => parameter, _ => neutral));

    private static Dictionary<string, double> Zero(params string[] parameters) => parameters.ToDictionary(parameter => parameter, _ => 0.0);

    /// <summary>As the step's own formula tells FSDP from traffic once a step.</summary>
    private static bool ByLayer(Strategy s) =>
        s.Sharding is Sharding.Zero3 or Sharding.Hsdp || (s.Sharding == Sharding.Zero2 && s.PipelineParallel == 1);
}
