namespace Orrery.Domain.Hardware;

/// <summary>A number format that a chip states a peak for. MXFP8 runs at the FP8 peak, NVFP4 at the FP4 peak.</summary>
public enum NumberFormat
{
    Fp64,
    Fp32,
    Tf32,
    Fp16,
    Bf16,
    Fp8,
    Fp6,
    Fp4,
    Int8,
    Int4,
}
