using System.Globalization;
using Orrery.Domain.Hardware;

namespace Orrery.Domain.Software;

/// <summary>What kernels reach on one chip: fitted once on kernel tables, shared by everything that runs there.</summary>
/// <remarks>Fractions refer to the chip's own spec peak and bandwidth as the catalog states them.</remarks>
public sealed record KernelProfile
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";

    /// <summary>By weight and activation format as the table names it: "bf16", "fp8", "fp8_block", "nvfp4", "int8", ...</summary>
    public required IReadOnlyDictionary<string, GemmKernel> Gemm { get; init; }

    /// <summary>Prefill attention by KV format ("bf16", "fp8"), and "bf16_512" and the like for a head dimension that has its own kernel.</summary>
    public required IReadOnlyDictionary<string, AttentionKernel> Prefill { get; init; }
    public required IReadOnlyDictionary<string, AttentionKernel> MlaPrefill { get; init; }
    public required IReadOnlyDictionary<string, DecodeKernel> Decode { get; init; }
    public required IReadOnlyDictionary<string, DecodeKernel> MlaDecode { get; init; }
    public required IReadOnlyDictionary<string, MoeKernel> Moe { get; init; }
    public required StreamingKernel Streaming { get; init; }

    /// <summary>Activation quantisation by kind ("static", "scale", ...), with the library's name where several were measured.</summary>
    public IReadOnlyDictionary<string, StreamingKernel> Quantize { get; init; } = new Dictionary<string, StreamingKernel>();

    /// <summary>Expert dispatch and combine by mode and direction ("normal_dispatch", "low_latency_combine", ...).</summary>
    public IReadOnlyDictionary<string, ExchangeKernel> Exchange { get; init; } = new Dictionary<string, ExchangeKernel>();

    /// <summary>What collectives reach on this chip's scale-up links; a tier may refer to it instead of stating its own.</summary>
    public CollectiveReach? ScaleUpReach { get; init; }

    /// <summary>The kernel of a format at a head dimension: its own where there is one, else the format's; null where there is none.</summary>
    public static T? AtHead<T>(IReadOnlyDictionary<string, T> kernels, string format, int headDimension) where T : struct =>
        kernels.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{format}_{headDimension}"), out var own) ? own
        : kernels.TryGetValue(format, out var common) ? common
        : null;
}

/// <summary>A dense matrix product; see the model book, "GEMM".</summary>
/// <param name="Compute">Reachable fraction of the dense peak.</param>
/// <param name="Memory">Reachable fraction of the memory bandwidth.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="LoopSPerK">Seconds per K of the latency-bound inner loop.</param>
/// <param name="Sustained">Sustained over burst rate, under the power limit.</param>
/// <param name="QuantizeBytes">Activation-quantisation bytes per element of A; 0 where the input is already in the format.</param>
/// <param name="QuantizeSPerRow">Activation-quantisation time per row of A whatever its length, seconds; of no meaning without <paramref name="QuantizeBytes"/>.</param>
public readonly record struct GemmKernel(
    double Compute, double Memory, double LaunchS, double LoopSPerK, double Sustained, double QuantizeBytes, double QuantizeSPerRow = 0);

/// <summary>Prefill attention; see the model book, "Attention".</summary>
/// <param name="Compute">Reachable fraction of the BF16 peak at head dimension 128.</param>
/// <param name="Compute64">The same at head dimension 64.</param>
/// <param name="Compute256">The same at head dimension 256.</param>
/// <param name="Memory">Reachable fraction of the memory bandwidth.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="LoopSPerKey">Seconds per key of the latency-bound loop.</param>
/// <param name="HalfLength">Keys at which a short sequence costs twice.</param>
/// <param name="KeyValuePasses">How often keys and values move, against once for queries and result (conversion, repeated reads).</param>
/// <param name="IgnoresWindow">The kernel computes all pairs and masks, so a window saves nothing.</param>
public readonly record struct AttentionKernel(
    double Compute, double Compute64, double Compute256, double Memory, double LaunchS, double LoopSPerKey, double HalfLength,
    double KeyValuePasses = 1, bool IgnoresWindow = false);

/// <summary>Decode attention; see the model book, "Decode attention".</summary>
/// <param name="Memory">Reachable fraction of the memory bandwidth with a cold cache.</param>
/// <param name="CacheSpeedup">Fraction of the memory bandwidth reached from a warm cache (above 1).</param>
/// <param name="CacheBytes">Bytes that stay warm between runs of the benchmark; 0 for none.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="WaveS">Seconds a further wave of sequences costs.</param>
/// <param name="Units">Sequences times KV heads that fill one wave (the chip's cores); 0 where waves are not modelled.</param>
/// <param name="Compute">Reachable fraction of the BF16 peak.</param>
/// <param name="UngroupsWindow">With a window, the kernel no longer shares a KV head among its query heads and reads it for each.</param>
public readonly record struct DecodeKernel(
    double Memory, double CacheSpeedup, double CacheBytes, double LaunchS, double WaveS, double Units, double Compute, bool UngroupsWindow = false);

/// <summary>Grouped matrix products of a mixture of experts; see the model book, "MoE".</summary>
/// <param name="Compute">Reachable fraction of the dense peak.</param>
/// <param name="Memory">Reachable fraction of the memory bandwidth.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="PaddedRows">Rows of tile padding that each active expert costs.</param>
/// <param name="QuantizeBytes">Permutation and quantisation traffic per routed row and hidden element, over two bytes.</param>
/// <param name="Skew">Load of the hottest rank over the mean at expert parallelism 8, for skewed routing.</param>
/// <param name="LoopSPerRow">Seconds per hidden or inner element of the latency-bound loop.</param>
/// <param name="TokenBytes">Traffic per token that enters and hidden element, over two bytes: every rank routes and clears all of them, its own or not.</param>
/// <param name="Sustained">Sustained over burst rate, under the power limit.</param>
public readonly record struct MoeKernel(
    double Compute, double Memory, double LaunchS, double PaddedRows, double QuantizeBytes, double Skew, double LoopSPerRow,
    double TokenBytes, double Sustained);

/// <summary>A kernel bound by memory: element-wise ops, norms, optimizer, activation quantisation.</summary>
/// <param name="Memory">Reachable fraction of the memory bandwidth.</param>
/// <param name="LaunchS">Launch floor, seconds.</param>
/// <param name="CacheSpeedup">Fraction of the memory bandwidth reached from a warm cache; 0 for none.</param>
/// <param name="CacheBytes">Bytes that stay warm between runs of the benchmark; 0 for none.</param>
public readonly record struct StreamingKernel(double Memory, double LaunchS, double CacheSpeedup = 0, double CacheBytes = 0);

/// <summary>Expert dispatch or combine inside and across nodes; see the model book, "Expert exchange".</summary>
/// <param name="LaunchS">Fixed time on one node, seconds.</param>
/// <param name="Fraction">Reachable fraction of the scale-up bandwidth.</param>
/// <param name="CoreRate">Bytes per second that one core lent to the exchange moves; 0 where that does not bind.</param>
/// <param name="LaunchAcrossS">Fixed time across nodes, seconds.</param>
/// <param name="FractionAcross">Reachable fraction of the scale-out bandwidth.</param>
/// <param name="NodeRanks">Chips of one node of the measurement.</param>
public readonly record struct ExchangeKernel(
    double LaunchS, double Fraction, double CoreRate, double LaunchAcrossS, double FractionAcross, double NodeRanks);
