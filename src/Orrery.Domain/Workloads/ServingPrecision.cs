namespace Orrery.Domain.Workloads;

/// <summary>How a weight is stored and multiplied when serving.</summary>
public enum WeightFormat
{
    Bf16,
    Fp16,

    /// <summary>8-bit floating point, one scale a tensor or row.</summary>
    Fp8,

    /// <summary>8-bit floating point, one scale a block of 128 weights.</summary>
    Fp8Block,

    /// <summary>8-bit integers, activations quantised as well.</summary>
    Int8,

    /// <summary>8-bit integers, widened to 16 bits before the product.</summary>
    Int8WeightOnly,

    /// <summary>4-bit integers, widened to 16 bits before the product.</summary>
    Int4WeightOnly,

    /// <summary>4-bit floating point, a scale for 16 weights; activations quantised where the chip multiplies 4-bit numbers.</summary>
    Nvfp4,

    /// <summary>4-bit floating point, a scale for 32 weights; widened to 16 bits where the chip multiplies no 4-bit numbers.</summary>
    Mxfp4,
}

/// <summary>How keys and values wait in the cache.</summary>
public enum CacheFormat
{
    Bf16,
    Fp8,
    Int8,
}

/// <summary>The formats of a served model. Router, head and attention arithmetic stay in 16 bits.</summary>
/// <param name="Dense">Projections of attention, dense blocks and shared experts.</param>
/// <param name="Experts">Routed experts.</param>
public sealed record ServingPrecision(WeightFormat Dense, WeightFormat Experts, CacheFormat Cache)
{
    public static ServingPrecision All(WeightFormat weights, CacheFormat cache) => new(weights, weights, cache);
}
