using Orrery.Domain.Hardware;

namespace Orrery.Domain.Software;

/// <summary>What kernels reach on one chip: fitted once on kernel tables, shared by everything that runs there.</summary>
public sealed record KernelProfile
{
    /// <summary>By weight and activation format as the table names it: "bf16", "fp8", "fp8_block", "nvfp4", "int8", ...</summary>
    public required IReadOnlyDictionary<string, GemmKernel> Gemm { get; init; }

    /// <summary>Prefill attention by KV format ("bf16", "fp8").</summary>
    public required IReadOnlyDictionary<string, AttentionKernel> Prefill { get; init; }
    public required IReadOnlyDictionary<string, AttentionKernel> MlaPrefill { get; init; }
    public required IReadOnlyDictionary<string, DecodeKernel> Decode { get; init; }
    public required IReadOnlyDictionary<string, DecodeKernel> MlaDecode { get; init; }
    public required IReadOnlyDictionary<string, MoeKernel> Moe { get; init; }
    public required StreamingKernel Streaming { get; init; }
}

/// <summary>A dense matrix product; see the model book, "GEMM".</summary>
/// <param name="Compute">Reachable fraction of the dense peak.</param>
/// <param name="Memory">Reachable fraction of the memory bandwidth.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="LoopSPerK">Seconds per K of the latency-bound inner loop.</param>
/// <param name="Sustained">Sustained over burst rate, under the power limit.</param>
/// <param name="QuantizeBytes">Activation-quantisation bytes per element of A; 0 where the input is already in the format.</param>
public readonly record struct GemmKernel(
    double Compute, double Memory, double LaunchS, double LoopSPerK, double Sustained, double QuantizeBytes);

/// <summary>Prefill attention; see the model book, "Attention".</summary>
/// <param name="Compute">Reachable fraction of the BF16 peak at head dimension 128.</param>
/// <param name="Compute64">The same at head dimension 64.</param>
/// <param name="Compute256">The same at head dimension 256.</param>
/// <param name="Memory">Reachable fraction of the memory bandwidth.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="LoopSPerKey">Seconds per key of the latency-bound loop.</param>
/// <param name="HalfLength">Keys at which a short sequence costs twice.</param>
public readonly record struct AttentionKernel(
    double Compute, double Compute64, double Compute256, double Memory, double LaunchS, double LoopSPerKey, double HalfLength);

/// <summary>Decode attention; see the model book, "Decode attention".</summary>
public readonly record struct DecodeKernel(
    double Memory, double CacheSpeedup, double CacheFraction, double LaunchS, double WaveS, double Compute);

/// <summary>Grouped matrix products of a mixture of experts; see the model book, "MoE".</summary>
public readonly record struct MoeKernel(
    double Compute, double Memory, double LaunchS, double PaddedRows, double QuantizeBytes, double Skew, double LoopSPerRow);

/// <summary>A kernel bound by memory: element-wise ops, norms, optimizer.</summary>
public readonly record struct StreamingKernel(double Memory, double LaunchS);
