using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>What a weight format means for the products of one chip.</summary>
/// <param name="Kernel">The kernel-profile entry whose form the products follow.</param>
/// <param name="Peak">Dense peak they run at, FLOP/s.</param>
/// <param name="WeightBytes">Bytes a weight takes, scales included.</param>
/// <param name="ActivationBytes">Bytes an activation takes as the product reads it.</param>
internal readonly record struct WeightRecipe(string Kernel, double Peak, double WeightBytes, double ActivationBytes)
{
    private const double Int4Bytes = 0.5 + (2.0 / 128); // a 16-bit scale for 128 weights
    private const double Nvfp4Bytes = 0.5 + (1.0 / 16);
    private const double Mxfp4Bytes = 0.5 + (1.0 / 32);
    private const double Fp8BlockBytes = 1 + (4.0 / (128 * 128));

    /// <summary>Bytes of a stored weight, which no chip changes.</summary>
    public static double StoredBytes(WeightFormat format) => format switch
    {
        WeightFormat.Bf16 or WeightFormat.Fp16 => 2,
        WeightFormat.Fp8 or WeightFormat.Int8 or WeightFormat.Int8WeightOnly => 1,
        WeightFormat.Fp8Block => Fp8BlockBytes,
        WeightFormat.Int4WeightOnly => Int4Bytes,
        WeightFormat.Nvfp4 => Nvfp4Bytes,
        WeightFormat.Mxfp4 => Mxfp4Bytes,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>
    /// The recipe on a chip. A 4-bit floating-point format on a chip that multiplies no such numbers is widened to 16 bits, as engines do;
    /// a weight-only format without a kernel of its own in the profile runs the 16-bit one on fewer bytes of weights.
    /// </summary>
    /// <param name="has">Whether the profile has a kernel of that name for the op.</param>
    /// <exception cref="MissingFactException">The chip has no such peak or the profile no such kernel.</exception>
    public static WeightRecipe Of(WeightFormat format, Chip chip, string op, Func<string, bool> has)
    {
        var stored = StoredBytes(format);
        var isWidened = format is WeightFormat.Nvfp4 or WeightFormat.Mxfp4 && chip.MatmulPeak(NumberFormat.Fp4) is null;
        return format switch
        {
            WeightFormat.Bf16 => Native("bf16", NumberFormat.Bf16, 2),
            WeightFormat.Fp16 => Native("bf16", NumberFormat.Fp16, 2),
            WeightFormat.Fp8 => Native("fp8", NumberFormat.Fp8, 1),
            WeightFormat.Fp8Block => Native(has("fp8_block") ? "fp8_block" : "fp8", NumberFormat.Fp8, 1),
            WeightFormat.Int8 => Native("int8", NumberFormat.Int8, 1),
            WeightFormat.Int8WeightOnly => Native(has("int8_wo") ? "int8_wo" : "bf16", NumberFormat.Bf16, 2),
            WeightFormat.Int4WeightOnly => Native(has("int4_wo") ? "int4_wo" : "bf16", NumberFormat.Bf16, 2),
            _ when isWidened => Native(has("int4_wo") ? "int4_wo" : "bf16", NumberFormat.Bf16, 2),
            _ => Native("nvfp4", NumberFormat.Fp4, stored),
        };

        WeightRecipe Native(string kernel, NumberFormat peak, double activationBytes)
        {
            var rate = chip.MatmulPeak(peak)
                ?? throw new MissingFactException($"chip '{chip.Id}' states no {peak} peak: it cannot serve weights in that format");
            return has(kernel)
                ? new WeightRecipe(kernel, rate.Value.Value, stored, activationBytes)
                : throw new MissingFactException($"kernel profile of '{chip.Id}' lacks {op} '{kernel}'");
        }
    }
}

/// <summary>Names and bytes of cache formats.</summary>
internal static class CacheRecipe
{
    public static double Bytes(CacheFormat format) => format == CacheFormat.Bf16 ? 2 : 1;

    /// <summary>The attention kernels of the format; INT8 caches run those of FP8 where the profile has none of their own.</summary>
    public static string Kernel<T>(CacheFormat format, IReadOnlyDictionary<string, T> kernels) => format switch
    {
        CacheFormat.Bf16 => "bf16",
        CacheFormat.Int8 when kernels.ContainsKey("int8") => "int8",
        _ when kernels.ContainsKey("fp8") => "fp8",
        _ => "bf16",
    };
}
