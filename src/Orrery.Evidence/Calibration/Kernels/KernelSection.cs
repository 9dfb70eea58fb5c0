using Orrery.Domain.Software;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>One part of a kernel profile, as numbers: by key ("bf16", "fp8_192"), the parameters of its kernel form in their base units.</summary>
internal abstract class KernelSection(string name, IReadOnlyList<KernelField> fields)
{
    /// <summary>As the catalog calls it: "gemm", "prefill", ...</summary>
    public string Name { get; } = name;

    public IReadOnlyList<KernelField> Fields { get; } = fields;

    public abstract bool Has(KernelProfile profile, string key);

    /// <summary>Values in the fields' order; a key that is not there reads as zeros.</summary>
    public abstract double[] Read(KernelProfile profile, string key);

    /// <summary>The profile with one kernel replaced or added; what the form switches rather than measures stays as it was.</summary>
    public abstract KernelProfile With(KernelProfile profile, string key, double[] values);

    public static IReadOnlyList<KernelSection> All { get; } =
    [
        Of<GemmKernel>("gemm", profile => profile.Gemm, (profile, kernels) => profile with { Gemm = kernels },
        [
            new("compute", k => k.Compute, (k, v) => k with { Compute = v }),
            new("memory", k => k.Memory, (k, v) => k with { Memory = v }),
            new("launch", k => k.LaunchS, (k, v) => k with { LaunchS = v }, FieldUnit.Microseconds),
            new("loop_per_k", k => k.LoopSPerK, (k, v) => k with { LoopSPerK = v }, FieldUnit.Nanoseconds),
            new("sustained", k => k.Sustained, (k, v) => k with { Sustained = v }),
            new("quantize_bytes", k => k.QuantizeBytes, (k, v) => k with { QuantizeBytes = v }),
            new("quantize_per_row", k => k.QuantizeSPerRow, (k, v) => k with { QuantizeSPerRow = v }, FieldUnit.Nanoseconds),
        ]),
        Of("prefill", profile => profile.Prefill, (profile, kernels) => profile with { Prefill = kernels }, Attention),
        Of("mla_prefill", profile => profile.MlaPrefill, (profile, kernels) => profile with { MlaPrefill = kernels }, Attention),
        Of("decode", profile => profile.Decode, (profile, kernels) => profile with { Decode = kernels }, Decode),
        Of("mla_decode", profile => profile.MlaDecode, (profile, kernels) => profile with { MlaDecode = kernels }, Decode),
        Of<MoeKernel>("moe", profile => profile.Moe, (profile, kernels) => profile with { Moe = kernels },
        [
            new("compute", k => k.Compute, (k, v) => k with { Compute = v }),
            new("memory", k => k.Memory, (k, v) => k with { Memory = v }),
            new("launch", k => k.LaunchS, (k, v) => k with { LaunchS = v }, FieldUnit.Microseconds),
            new("padded_rows", k => k.PaddedRows, (k, v) => k with { PaddedRows = v }),
            new("quantize_bytes", k => k.QuantizeBytes, (k, v) => k with { QuantizeBytes = v }),
            new("skew", k => k.Skew, (k, v) => k with { Skew = v }),
            new("loop_per_row", k => k.LoopSPerRow, (k, v) => k with { LoopSPerRow = v }, FieldUnit.Nanoseconds),
            new("token_bytes", k => k.TokenBytes, (k, v) => k with { TokenBytes = v }),
            new("sustained", k => k.Sustained, (k, v) => k with { Sustained = v }),
        ]),
        Of<StreamingKernel>("quantize", profile => profile.Quantize, (profile, kernels) => profile with { Quantize = kernels },
        [
            new("memory", k => k.Memory, (k, v) => k with { Memory = v }),
            new("launch", k => k.LaunchS, (k, v) => k with { LaunchS = v }, FieldUnit.Microseconds),
            new("cache_speedup", k => k.CacheSpeedup, (k, v) => k with { CacheSpeedup = v }),
            new("cache", k => k.CacheBytes, (k, v) => k with { CacheBytes = v }, FieldUnit.Megabytes),
        ]),
        Of<ExchangeKernel>("exchange", profile => profile.Exchange, (profile, kernels) => profile with { Exchange = kernels },
        [
            new("launch", k => k.LaunchS, (k, v) => k with { LaunchS = v }, FieldUnit.Microseconds),
            new("fraction", k => k.Fraction, (k, v) => k with { Fraction = v }),
            new("core_rate", k => k.CoreRate, (k, v) => k with { CoreRate = v }, FieldUnit.GigabytesPerSecond),
            new("launch_across", k => k.LaunchAcrossS, (k, v) => k with { LaunchAcrossS = v }, FieldUnit.Microseconds),
            new("fraction_across", k => k.FractionAcross, (k, v) => k with { FractionAcross = v }),
            new("node_ranks", k => k.NodeRanks, (k, v) => k with { NodeRanks = v }),
        ]),
    ];

    private static Parameter<AttentionKernel>[] Attention =>
    [
        new("compute", k => k.Compute, (k, v) => k with { Compute = v }),
        new("compute_64", k => k.Compute64, (k, v) => k with { Compute64 = v }),
        new("compute_256", k => k.Compute256, (k, v) => k with { Compute256 = v }),
        new("memory", k => k.Memory, (k, v) => k with { Memory = v }),
        new("launch", k => k.LaunchS, (k, v) => k with { LaunchS = v }, FieldUnit.Microseconds),
        new("loop_per_key", k => k.LoopSPerKey, (k, v) => k with { LoopSPerKey = v }, FieldUnit.Nanoseconds),
        new("half_length", k => k.HalfLength, (k, v) => k with { HalfLength = v }),
        new("key_value_passes", k => k.KeyValuePasses, (k, v) => k with { KeyValuePasses = v }),
    ];

    private static Parameter<DecodeKernel>[] Decode =>
    [
        new("memory", k => k.Memory, (k, v) => k with { Memory = v }),
        new("cache_speedup", k => k.CacheSpeedup, (k, v) => k with { CacheSpeedup = v }),
        new("cache", k => k.CacheBytes, (k, v) => k with { CacheBytes = v }, FieldUnit.Megabytes),
        new("launch", k => k.LaunchS, (k, v) => k with { LaunchS = v }, FieldUnit.Microseconds),
        new("wave", k => k.WaveS, (k, v) => k with { WaveS = v }, FieldUnit.Microseconds),
        new("units", k => k.Units, (k, v) => k with { Units = v }),
        new("compute", k => k.Compute, (k, v) => k with { Compute = v }),
    ];

    private static KernelSection<T> Of<T>(
        string name, Func<KernelProfile, IReadOnlyDictionary<string, T>> get, Func<KernelProfile, IReadOnlyDictionary<string, T>, KernelProfile> set,
        Parameter<T>[] parameters) where T : struct => new(name, get, set, parameters);
}

/// <summary>How one parameter is read from and put into a kernel.</summary>
internal sealed record Parameter<T>(string Name, Func<T, double> Get, Func<T, double, T> Set, FieldUnit Unit = FieldUnit.None);

/// <summary>A part of the profile whose kernels are of one form.</summary>
internal sealed class KernelSection<T>(
    string name, Func<KernelProfile, IReadOnlyDictionary<string, T>> get, Func<KernelProfile, IReadOnlyDictionary<string, T>, KernelProfile> set,
    Parameter<T>[] parameters) : KernelSection(name, [.. parameters.Select(parameter => new KernelField(parameter.Name, parameter.Unit))])
    where T : struct
{
    public override bool Has(KernelProfile profile, string key) => get(profile).ContainsKey(key);

    public override double[] Read(KernelProfile profile, string key)
    {
        var kernel = get(profile).GetValueOrDefault(key);
        return [.. parameters.Select(parameter => parameter.Get(kernel))];
    }

    public override KernelProfile With(KernelProfile profile, string key, double[] values)
    {
        var kernels = new Dictionary<string, T>(get(profile), StringComparer.Ordinal);
        var kernel = kernels.GetValueOrDefault(key);
        for (var i = 0; i < parameters.Length; i++)
        {
            kernel = parameters[i].Set(kernel, values[i]);
        }

        kernels[key] = kernel;
        return set(profile, kernels);
    }
}
