using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;

namespace Orrery.Analysis.Training;

/// <summary>A software stack's training parameters as they apply to one chip and precision, resolved once per estimate.</summary>
public sealed record TrainingParameters
{
    /// <summary>Sustained rate of training GEMMs over what the chip's kernel table reaches in bursts.</summary>
    public required double GemmReach { get; init; }

    /// <summary>The same for low-precision products, on top of <see cref="GemmReach"/>.</summary>
    public required double LowPrecisionReach { get; init; }

    /// <summary>Grouped expert products over dense ones.</summary>
    public required double ExpertReach { get; init; }

    /// <summary>The stack's attention kernel over the kernel table's.</summary>
    public required double AttentionReach { get; init; }

    /// <summary>Rate of the attention backward pass over the forward pass.</summary>
    public required double AttentionBackward { get; init; }

    /// <summary>Bytes of score traffic per element, forward, where attention is not fused; 0 where it is.</summary>
    public required double UnfusedScoreBytes { get; init; }

    /// <summary>Rate of unfused batched attention products over plain GEMMs.</summary>
    public required double UnfusedReach { get; init; }

    /// <summary>How often element-wise tensors really cross memory, over the ideal fused count.</summary>
    public required double ElementPasses { get; init; }
    public required double HeadPasses { get; init; }
    public required double PermutePasses { get; init; }
    public required double StateSpacePasses { get; init; }

    /// <summary>Bytes moved per element to cast a GEMM input to low precision, transposes included.</summary>
    public required double QuantizeBytes { get; init; }

    /// <summary>Bytes of weight gradient read and written per element and micro-batch.</summary>
    public required double WeightGradientBytes { get; init; }

    public required double TensorExposed { get; init; }
    public required double TensorExposedOverlapped { get; init; }

    /// <summary>1 where inputs of low-precision products are cast before sequence parallelism gathers them, 0 where after.</summary>
    public required double QuantizedGather { get; init; }
    public required double ContextExposed { get; init; }
    public required double ExpertExposed { get; init; }
    public required double ExpertExposedOverlapped { get; init; }
    public required double PipelineExposed { get; init; }

    /// <summary>Share of the last backward (first forward) pass that gradient reduction (weight gather) can hide under.</summary>
    public required double DataHidden { get; init; }

    /// <summary>Share of FSDP traffic that stays exposed whatever it runs beside.</summary>
    public required double FsdpExposed { get; init; }

    /// <summary>Slow-down of compute while FSDP traffic runs beside it.</summary>
    public required double FsdpContention { get; init; }

    /// <summary>Host seconds per layer, forward and backward, without graphs.</summary>
    public required double HostDenseS { get; init; }
    public required double HostExpertS { get; init; }

    /// <summary>Host time with all-to-all overlap and no graph, over host time without.</summary>
    public required double HostOverlapFactor { get; init; }
    public required double HostPartialGraph { get; init; }

    /// <summary>Host time of expert layers that drop tokens over a fixed capacity, over that of layers that wait to learn their counts.</summary>
    public required double HostDroppedTokens { get; init; }
    public required double HostFullGraph { get; init; }

    /// <summary>Time per expert layer, forward and backward, that nothing hides: routing, permutation, synchronisation.</summary>
    public required double ExpertSerialS { get; init; }
    public required double ExpertSerialPerExpertS { get; init; }
    public required double ExpertSerialFullGraph { get; init; }

    public required double OptimizerBytes { get; init; }
    public required double FixedStepS { get; init; }
    /// <summary>Share of the step that waiting adds for each doubling of the ranks beyond a server inside a scale-up domain, and of the domains.</summary>
    public required double JitterInsidePerDoubling { get; init; }
    public required double JitterPerDoubling { get; init; }

    /// <summary>How much slower a stack is on the day a chip generation ships, and how fast that fades.</summary>
    public required double MaturityExcess { get; init; }
    public required double MaturityYears { get; init; }

    /// <summary>When kernels for the chip's instruction set started to ripen; not a number where the chip's own launch counts.</summary>
    public required double MaturityStart { get; init; }

    /// <summary>Bytes a weight takes in the copy that is multiplied with (2 for BF16).</summary>
    public required double WeightBytes { get; init; }
    public required double GradientBytes { get; init; }
    public required double OptimizerStateBytes { get; init; }

    /// <summary>1 where what a block's inputs keep is split over the tensor-parallel ranks even without sequence parallelism, as compilers lay it out; else 0.</summary>
    public required double KeptSplit { get; init; }

    /// <summary>Bytes a logit takes while the loss is computed: the product's output, a wider copy, its gradient.</summary>
    public required double LogitBytes { get; init; }

    /// <summary>Collective buffers, and what driver, allocator and fragmentation keep for themselves.</summary>
    public required double CommunicationBytes { get; init; }
    public required double ReserveBytes { get; init; }

    /// <summary>Reads every parameter from the stack; throws with all the names that are missing.</summary>
    public static TrainingParameters For(SoftwareStack stack, Chip chip, PrecisionRecipe recipe)
    {
        List<string>? missing = null;

        double Get(string name)
        {
            if (stack.Parameters.TryGetValue(name, out var value))
            {
                return value.Value;
            }

            (missing ??= []).Add(name);
            return double.NaN;
        }

        // Keyed parameters fall back to the stack's stated default, which the catalog labels assumed and gives a range.
        double Keyed(string name, params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (stack.Parameters.TryGetValue($"{name}.{key}", out var value))
                {
                    return value.Value;
                }
            }

            return Get($"{name}.default");
        }

        var parameters = new TrainingParameters
        {
            GemmReach = Keyed("gemm_reach", chip.Id, chip.Generation),
            LowPrecisionReach = recipe.Quantizes ? Keyed("low_precision_reach", $"{recipe.Key}.{chip.Generation}", recipe.Key) : 1,
            ExpertReach = Get("expert_reach"),
            AttentionReach = Keyed("attention_reach", chip.Id, chip.Generation),
            AttentionBackward = Get("attention_backward"),
            UnfusedScoreBytes = Get("unfused_score_bytes"),
            UnfusedReach = Get("unfused_reach"),
            ElementPasses = Get("element_passes"),
            HeadPasses = Get("head_passes"),
            PermutePasses = Get("permute_passes"),
            StateSpacePasses = Get("state_space_passes"),
            QuantizeBytes = recipe.Quantizes ? Keyed("quantize_bytes", recipe.Key) : 0,
            WeightGradientBytes = Get("weight_gradient_bytes"),
            TensorExposed = Get("tensor_exposed"),
            TensorExposedOverlapped = Get("tensor_exposed_overlapped"),
            QuantizedGather = Get("quantized_gather"),
            ContextExposed = Get("context_exposed"),
            ExpertExposed = Get("expert_exposed"),
            ExpertExposedOverlapped = Get("expert_exposed_overlapped"),
            PipelineExposed = Get("pipeline_exposed"),
            DataHidden = Get("data_hidden"),
            FsdpExposed = Get("fsdp_exposed"),
            FsdpContention = Get("fsdp_contention"),
            HostDenseS = Get("host_dense_s"),
            HostExpertS = Get("host_expert_s"),
            HostOverlapFactor = Get("host_overlap_factor"),
            HostPartialGraph = Get("host_partial_graph"),
            HostDroppedTokens = Get("host_dropped_tokens"),
            HostFullGraph = Get("host_full_graph"),
            ExpertSerialS = Get("expert_serial_s"),
            ExpertSerialPerExpertS = Get("expert_serial_per_expert_s"),
            ExpertSerialFullGraph = Get("expert_serial_full_graph"),
            OptimizerBytes = Get("optimizer_bytes"),
            FixedStepS = Get("fixed_step_s"),
            JitterInsidePerDoubling = Get("jitter_inside_per_doubling"),
            JitterPerDoubling = Get("jitter_per_doubling"),
            MaturityExcess = Get("maturity_excess"),
            MaturityYears = Get("maturity_years"),
            MaturityStart = stack.Parameters.TryGetValue($"maturity_start.{chip.Generation}", out var start) ? start.Value : chip.Launch?.Value ?? double.NaN,
            WeightBytes = Get("weight_bytes"),
            GradientBytes = Get("gradient_bytes"),
            OptimizerStateBytes = Get("optimizer_state_bytes"),
            KeptSplit = Get("kept_split"),
            LogitBytes = Get("logit_bytes"),
            CommunicationBytes = Get("communication_bytes"),
            ReserveBytes = Get("reserve_bytes"),
        };

        return missing is null
            ? parameters
            : throw new MissingFactException($"software stack '{stack.Id}' lacks {string.Join(", ", missing)}");
    }
}
