using Orrery.Domain.Hardware;

namespace Orrery.Evidence.Kernels;

/// <summary>A weight and activation format as the tables write it: the profile's key, the peak it counts against and its bytes.</summary>
internal readonly record struct TableFormat(string Key, NumberFormat Peak, double ActivationBytes, double WeightBytes)
{
    /// <summary>Four bits and one FP8 scale for every sixteen elements.</summary>
    private const double Nvfp4Bytes = 0.5625;

    /// <summary>The words that a table may use for a format.</summary>
    public const string Words = "bf16, fp16, fp8, fp8_block, nvfp4, int8, int8_wo, int4_wo";

    public static bool TryRead(string text, out TableFormat format)
    {
        format = text switch
        {
            "bfloat16" or "bf16" or "fp16" or "float16" => new("bf16", NumberFormat.Bf16, 2, 2),
            "fp8" => new("fp8", NumberFormat.Fp8, 1, 1),
            "fp8_block" => new("fp8_block", NumberFormat.Fp8, 1, 1),
            "nvfp4" => new("nvfp4", NumberFormat.Fp4, Nvfp4Bytes, Nvfp4Bytes),
            "sq" or "int8" => new("int8", NumberFormat.Int8, 1, 1),
            "int8_wo" => new("int8_wo", NumberFormat.Bf16, 2, 1),
            "int4_wo" => new("int4_wo", NumberFormat.Bf16, 2, 0.5),
            _ => default,
        };
        return format.Key is not null;
    }

    /// <summary>The key and bytes of a KV-cache format.</summary>
    public static bool TryReadCache(string text, out string key, out double bytes)
    {
        (key, bytes) = text switch
        {
            "bfloat16" or "bf16" => ("bf16", 2),
            "fp8" => ("fp8", 1),
            "int8" => ("int8", 1),
            _ => ("", 0),
        };
        return bytes > 0;
    }
}
