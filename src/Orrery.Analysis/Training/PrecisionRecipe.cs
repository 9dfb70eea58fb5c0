using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Training;

/// <summary>What a training precision means for the products of a layer.</summary>
/// <param name="Key">The name parameters of this precision go by in a software stack.</param>
/// <param name="Kernel">The kernel-profile entry whose form the products follow.</param>
/// <param name="Format">The format whose dense peak they run at.</param>
/// <param name="Bytes">Bytes an input element takes, block scales included.</param>
/// <param name="Quantizes">Inputs arrive in BF16 and are cast first.</param>
public sealed record PrecisionRecipe(string Key, string Kernel, NumberFormat Format, double Bytes, bool Quantizes)
{
    private static readonly PrecisionRecipe Bf16 = new("bf16", "bf16", NumberFormat.Bf16, 2, false);
    private static readonly PrecisionRecipe Fp16 = new("bf16", "bf16", NumberFormat.Fp16, 2, false);
    private static readonly PrecisionRecipe Fp8 = new("fp8", "fp8", NumberFormat.Fp8, 1, true);
    private static readonly PrecisionRecipe Fp8Block = new("fp8_block", "fp8_block", NumberFormat.Fp8, 1 + (4.0 / 128), true);
    private static readonly PrecisionRecipe Fp8Rowwise = new("fp8_rowwise", "fp8", NumberFormat.Fp8, 1, true);
    private static readonly PrecisionRecipe Mxfp8 = new("mxfp8", "fp8_block", NumberFormat.Fp8, 1 + (1.0 / 32), true);
    private static readonly PrecisionRecipe Nvfp4 = new("nvfp4", "nvfp4", NumberFormat.Fp4, 0.5 + (1.0 / 16), true);
    private static readonly PrecisionRecipe Int8 = new("int8", "int8", NumberFormat.Int8, 1, true);

    public static PrecisionRecipe Of(TrainingPrecision precision) => precision switch
    {
        TrainingPrecision.Bf16 => Bf16,
        TrainingPrecision.Fp16 => Fp16,
        TrainingPrecision.Fp8 => Fp8,
        TrainingPrecision.Fp8Block => Fp8Block,
        TrainingPrecision.Fp8Rowwise => Fp8Rowwise,
        TrainingPrecision.Mxfp8 => Mxfp8,
        TrainingPrecision.Nvfp4 => Nvfp4,
        TrainingPrecision.Int8 => Int8,
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    /// <summary>NVFP4 recipes of mixtures and hybrids keep all but the expert products in MXFP8.</summary>
    public static PrecisionRecipe OutsideExperts(TrainingPrecision precision, bool hasExperts) =>
        precision == TrainingPrecision.Nvfp4 && hasExperts ? Mxfp8 : Of(precision);
}
