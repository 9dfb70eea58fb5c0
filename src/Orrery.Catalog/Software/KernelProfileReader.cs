using Orrery.Catalog.Yaml;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Catalog.Software;

/// <summary>Reads a kernel profile: by op and format, the parameters of the kernel forms.</summary>
internal static class KernelProfileReader
{
    public static KernelProfile Read(MappingReader root)
    {
        var streaming = root.Mapping("streaming");
        return new KernelProfile
        {
            Gemm = ByFormat(root, "gemm", Gemm),
            Prefill = ByFormat(root, "prefill", Attention),
            MlaPrefill = ByFormat(root, "mla_prefill", Attention),
            Decode = ByFormat(root, "decode", Decode),
            MlaDecode = ByFormat(root, "mla_decode", Decode),
            Moe = ByFormat(root, "moe", Moe),
            Streaming = new StreamingKernel(Number(streaming, "memory"), Time(streaming, "launch")),
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
        Number(leaf, "quantize_bytes"));

    private static AttentionKernel Attention(MappingReader leaf) => new(
        Number(leaf, "compute"), Number(leaf, "compute_64"), Number(leaf, "compute_256"), Number(leaf, "memory"), Time(leaf, "launch"),
        Time(leaf, "loop_per_key"), Number(leaf, "half_length"));

    private static DecodeKernel Decode(MappingReader leaf) => new(
        Number(leaf, "memory"), Number(leaf, "cache_speedup"), Number(leaf, "cache_fraction"), Time(leaf, "launch"), Time(leaf, "wave"),
        Number(leaf, "compute"));

    private static MoeKernel Moe(MappingReader leaf) => new(
        Number(leaf, "compute"), Number(leaf, "memory"), Time(leaf, "launch"), Number(leaf, "padded_rows"), Number(leaf, "quantize_bytes"),
        Number(leaf, "skew"), Time(leaf, "loop_per_row"));

    private static double Number(MappingReader leaf, string key) => leaf.Number(key).Value;

    private static double Time(MappingReader leaf, string key) => leaf.Quantity<Seconds>(key).Value.Value;
}
