using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>A serving engine's parameters as they apply to one chip, resolved once per estimate.</summary>
public sealed record EngineParameters
{
    /// <summary>Time of dense products over the kernel tables', in the format of the dense weights.</summary>
    public required double GemmTime { get; init; }

    /// <summary>The same in 16 bits: head, router, what absorbs a latent.</summary>
    public required double WideTime { get; init; }

    /// <summary>Time of grouped expert products over the kernel tables'.</summary>
    public required double ExpertTime { get; init; }

    /// <summary>Time of decode attention over the kernel tables'.</summary>
    public required double DecodeTime { get; init; }

    /// <summary>Time of prefill attention over the kernel tables'.</summary>
    public required double PrefillTime { get; init; }

    /// <summary>Time of state-space and linear attention over the ideal of the form.</summary>
    public required double StateTime { get; init; }

    /// <summary>Time of collectives over the kernel tables'.</summary>
    public required double ExchangeTime { get; init; }

    /// <summary>Share of the expert exchange, and at most of the computing, that two-batch overlap hides.</summary>
    public required double OverlapShare { get; init; }

    /// <summary>Seconds a layer spends on kernels too small to be modelled one by one.</summary>
    public required double LayerS { get; init; }

    /// <summary>The same of a layer of routed experts, on top: routing, sorting, gathering.</summary>
    public required double ExpertLayerS { get; init; }

    /// <summary>Seconds of host time that a step cannot hide.</summary>
    public required double HostStepS { get; init; }

    /// <summary>Host seconds that each sequence of a step adds.</summary>
    public required double HostSequenceS { get; init; }

    /// <summary>Host seconds to launch one layer of a step with prompts, which no graph holds; the device waits where that is longer.</summary>
    public required double EagerLayerS { get; init; }

    /// <summary>Seconds between a request's arrival and the first step that could hold it, and from its first token to the client.</summary>
    public required double RequestS { get; init; }

    /// <summary>Tokens that are gathered before the first are sent to the client, less one.</summary>
    public required double DeliverySteps { get; init; }

    /// <summary>Share of the chip's memory that the engine uses.</summary>
    public required double MemoryShare { get; init; }

    /// <summary>Bytes that driver, libraries and captured graphs keep.</summary>
    public required double ReserveBytes { get; init; }

    /// <summary>Bytes of activations a token of the largest step takes, over those of the residual stream.</summary>
    public required double ActivationPasses { get; init; }

    /// <summary>Tokens that one step computes at most.</summary>
    public required double StepTokens { get; init; }

    /// <summary>Sequences that run at once at most.</summary>
    public required double Sequences { get; init; }

    /// <summary>
    /// Equation: <c>min(delivery_steps, output - 2) x time between tokens</c>, which moves from between tokens into the time to the first one.
    /// Assumption: an engine gathers its first tokens before it sends them; a request's last token comes by itself. Source: definition of the parameter.
    /// </summary>
    /// <param name="between">Seconds between tokens as they are computed.</param>
    /// <param name="output">Tokens of a request.</param>
    /// <returns>Seconds that the first token comes later, and between tokens as they are delivered.</returns>
    public (double Late, double Tpot) Delivered(double between, double output)
    {
        var gathered = Math.Min(DeliverySteps, Math.Max(0, output - 2));
        return (gathered * between, between * (1 - (output > 1 ? gathered / (output - 1) : 0)));
    }

    /// <summary>Reads every parameter from the engine; throws with all the names that are missing.</summary>
    /// <exception cref="MissingFactException">The engine's file lacks some.</exception>
    public static EngineParameters For(ServingEngine engine, Chip chip, ServingPrecision precision)
    {
        List<string>? missing = null;

        // The value of a format before the chip's own, that before its generation's, that before the engine's.
        double Get(string name, string format = "")
        {
            foreach (var key in (ReadOnlySpan<string>)[$"{name}.{format}.{chip.Generation}", $"{name}.{format}", $"{name}.{chip.Id}", $"{name}.{chip.Generation}", name])
            {
                if (engine.Parameters.TryGetValue(key, out var value))
                {
                    return value.Value;
                }
            }

            (missing ??= []).Add(name);
            return double.NaN;
        }

        var parameters = new EngineParameters
        {
            GemmTime = Get("gemm_time", Word(precision.Dense)),
            WideTime = Get("gemm_time", Word(WeightFormat.Bf16)),
            ExpertTime = Get("expert_time", Word(precision.Experts)),
            StateTime = Get("state_time"),
            DecodeTime = Get("decode_time"),
            PrefillTime = Get("prefill_time"),
            ExchangeTime = Get("exchange_time"),
            OverlapShare = Get("overlap_share"),
            LayerS = Get("layer_s"),
            ExpertLayerS = Get("expert_layer_s"),
            HostStepS = Get("host_step_s"),
            HostSequenceS = Get("host_sequence_s"),
            EagerLayerS = Get("eager_layer_s"),
            RequestS = Get("request_s"),
            DeliverySteps = Get("delivery_steps"),
            MemoryShare = Get("memory_share"),
            ReserveBytes = Get("reserve_bytes"),
            ActivationPasses = Get("activation_passes"),
            StepTokens = Get("step_tokens"),
            Sequences = Get("sequences"),
        };
        return missing is null
            ? parameters
            : throw new MissingFactException($"serving engine '{engine.Id}' lacks {string.Join(", ", missing)}");
    }

    /// <summary>The kernels that a format runs on, as parameters are named after them.</summary>
    public static string Word(WeightFormat format) => format switch
    {
        WeightFormat.Bf16 or WeightFormat.Fp16 => "bf16",
        WeightFormat.Fp8 => "fp8",
        WeightFormat.Fp8Block => "fp8_block",
        WeightFormat.Int8 => "int8",
        WeightFormat.Int8WeightOnly => "int8_wo",
        WeightFormat.Int4WeightOnly => "int4_wo",
        WeightFormat.Nvfp4 => "nvfp4",
        WeightFormat.Mxfp4 => "mxfp4",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}
