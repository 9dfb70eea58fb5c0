using Orrery.Catalog.Hardware;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Catalog.Software;

/// <summary>Reads a kernel profile: by op and format, the parameters of the kernel forms.</summary>
internal static class KernelProfileReader
{
    public static KernelProfile Read(ThingHeader header, MappingReader root)
    {
        return new KernelProfile
        {
            Id = header.Id,
            Name = header.Name,
            Gemm = ByFormat(root, "gemm", Gemm),
            Prefill = ByFormat(root, "prefill", Attention),
            MlaPrefill = ByFormat(root, "mla_prefill", Attention),
            Decode = ByFormat(root, "decode", Decode),
            MlaDecode = ByFormat(root, "mla_decode", Decode),
            Moe = ByFormat(root, "moe", Moe),
            Streaming = Streaming(root.Mapping("streaming")),
            Quantize = ByFormat(root, "quantize", Streaming),
            Exchange = ByFormat(root, "exchange", Exchange),
            ScaleUpReach = root.OptionalMapping("scale_up_reach") is { } reach ? ReachReader.Read(reach) : null,
        };
    }

    /// <summary>An absent op is an empty dictionary: the chip was not measured at it, and asking for it is an error there.</summary>
    private static Dictionary<string, T> ByFormat<T>(MappingReader root, string op, Func<MappingReader, T> read)
    {
        var formats = root.OptionalMapping(op);
        return formats?.Keys.ToDictionary(format => format, format => read(formats.Mapping(format))) ?? [];
    }

    private static GemmKernel Gemm(MappingReader leaf) => new(
        Number(leaf, "compute"), Number(leaf, "memory"), Time(leaf, "launch"), Time(leaf, "loop_per_k"), Number(leaf, "sustained"),
        Number(leaf, "quantize_bytes"), leaf.OptionalQuantity<Seconds>("quantize_per_row")?.Value.Value ?? 0);

    private static AttentionKernel Attention(MappingReader leaf) => new(
        Number(leaf, "compute"), Number(leaf, "compute_64"), Number(leaf, "compute_256"), Number(leaf, "memory"), Time(leaf, "launch"),
        Time(leaf, "loop_per_key"), Number(leaf, "half_length"), leaf.OptionalNumber("key_value_passes")?.Value ?? 1,
        leaf.Flag("ignores_window"));

    private static DecodeKernel Decode(MappingReader leaf) => new(
        Number(leaf, "memory"), OptionalNumber(leaf, "cache_speedup"), Size(leaf, "cache"), Time(leaf, "launch"), Time(leaf, "wave"),
        OptionalNumber(leaf, "units"), Number(leaf, "compute"), leaf.Flag("ungroups_window"));

    private static StreamingKernel Streaming(MappingReader leaf) => new(
        Number(leaf, "memory"), Time(leaf, "launch"), OptionalNumber(leaf, "cache_speedup"), Size(leaf, "cache"));

    private static ExchangeKernel Exchange(MappingReader leaf) => new(
        Time(leaf, "launch"), Number(leaf, "fraction"), leaf.OptionalQuantity<BytesPerSecond>("core_rate")?.Value.Value ?? 0,
        Time(leaf, "launch_across"), Number(leaf, "fraction_across"), Number(leaf, "node_ranks"));

    private static MoeKernel Moe(MappingReader leaf) => new(
        Number(leaf, "compute"), Number(leaf, "memory"), Time(leaf, "launch"), Number(leaf, "padded_rows"), Number(leaf, "quantize_bytes"),
        Number(leaf, "skew"), Time(leaf, "loop_per_row"), Number(leaf, "token_bytes"), Number(leaf, "sustained"));

    /// <summary>Absent means that the effect is not modelled on this chip.</summary>
    private static double OptionalNumber(MappingReader leaf, string key) => leaf.OptionalNumber(key)?.Value ?? 0;

    private static double Size(MappingReader leaf, string key) => leaf.OptionalQuantity<Bytes>(key)?.Value.Value ?? 0;

    private static double Number(MappingReader leaf, string key) => leaf.Number(key).Value;

    private static double Time(MappingReader leaf, string key) => leaf.Quantity<Seconds>(key).Value.Value;
}
