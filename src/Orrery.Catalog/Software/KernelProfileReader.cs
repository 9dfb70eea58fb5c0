using Orrery.Catalog.Hardware;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Catalog.Software;

/// <summary>Reads a kernel profile: by op and format, the parameters of the kernel forms; keys are the records' names in snake_case.</summary>
internal sealed class KernelProfileReader
{
    private readonly RangeEnd? _end;
    private bool _isRanged;

    private KernelProfileReader(RangeEnd? end) => _end = end;

    /// <summary>The profile, with the same profile at the slow and at the fast end of every range where there are ranges.</summary>
    public static KernelProfile Read(ThingHeader header, MappingReader root)
    {
        var reader = new KernelProfileReader(null);
        var profile = reader.ReadOnce(header, root);
        return !reader._isRanged || !root.IsSound ? profile : profile with
        {
            Slow = new KernelProfileReader(RangeEnd.Low).ReadOnce(header, root),
            Fast = new KernelProfileReader(RangeEnd.High).ReadOnce(header, root),
        };
    }

    private KernelProfile ReadOnce(ThingHeader header, MappingReader root)
    {
        var note = root.OptionalText("note");
        if (root.OptionalWord<Confidence>("confidence") is not { } confidence)
        {
            root.Error("confidence", DiagnosticCode.MissingKey, "'confidence' is missing, expected one for the whole profile");
            confidence = Confidence.Assumed;
        }

        return new KernelProfile
        {
            Id = header.Id,
            Name = header.Name,
            Source = root.Text("source"),
            Confidence = confidence,
            Note = note ?? "",
            Gemm = ByName(root, "gemm", Gemm),
            Prefill = ByName(root, "prefill", Attention),
            MlaPrefill = ByName(root, "mla_prefill", Attention),
            Decode = ByName(root, "decode", Decode),
            MlaDecode = ByName(root, "mla_decode", Decode),
            Moe = ByName(root, "moe", Moe),
            Streaming = Streaming(root.Mapping("streaming")),
            Quantize = ByName(root, "quantize", Streaming),
            Exchange = ByName(root, "exchange", Exchange),
            ScaleUpReach = root.OptionalMapping("scale_up_reach") is { } reach ? ReachReader.Read(reach) : null,
        };
    }

    /// <summary>An absent op is an empty dictionary: the chip was not measured at it, and asking for it is an error there.</summary>
    private static Dictionary<string, T> ByName<T>(MappingReader root, string op, Func<MappingReader, T> read)
    {
        var entries = root.OptionalMapping(op);
        return entries?.Keys.ToDictionary(name => name, name => read(entries.Mapping(name))) ?? [];
    }

    private GemmKernel Gemm(MappingReader leaf) => new(
        More(leaf, "compute"), More(leaf, "memory"), Time(leaf, "launch"), Time(leaf, "loop_per_k"), More(leaf, "sustained"),
        Less(leaf, "quantize_bytes"));

    private AttentionKernel Attention(MappingReader leaf) => new(
        More(leaf, "compute"), More(leaf, "compute_64"), More(leaf, "compute_256"), More(leaf, "memory"), Time(leaf, "launch"),
        Time(leaf, "loop_per_key"), Less(leaf, "half_length"));

    private DecodeKernel Decode(MappingReader leaf) => new(
        More(leaf, "memory"), More(leaf, "cache_speedup"), Cache(leaf), Time(leaf, "launch"), Time(leaf, "wave"), More(leaf, "units"),
        More(leaf, "compute"));

    private MoeKernel Moe(MappingReader leaf) => new(
        More(leaf, "compute"), More(leaf, "memory"), Time(leaf, "launch"), Less(leaf, "padded_rows"), Less(leaf, "quantize_bytes"),
        Less(leaf, "skew"), Time(leaf, "loop_per_row"));

    private StreamingKernel Streaming(MappingReader leaf) => new(
        More(leaf, "memory"), Time(leaf, "launch"),
        leaf.Has("cache_speedup") ? More(leaf, "cache_speedup") : 0,
        leaf.Has("cache_bytes") ? Cache(leaf) : 0);

    private ExchangeKernel Exchange(MappingReader leaf) => new(
        Time(leaf, "launch"), More(leaf, "fraction"), Time(leaf, "launch_across"), More(leaf, "fraction_across"));

    /// <summary>A number that makes the chip faster the larger it is.</summary>
    private double More(MappingReader leaf, string key) => Pick(leaf.Number(key), slow: RangeEnd.Low);

    /// <summary>A number that makes the chip slower the larger it is.</summary>
    private double Less(MappingReader leaf, string key) => Pick(leaf.Number(key), slow: RangeEnd.High);

    private double Time(MappingReader leaf, string key) => InBase(leaf.Quantity<Seconds>(key), slow: RangeEnd.High);

    private double Cache(MappingReader leaf) => InBase(leaf.Quantity<Bytes>("cache_bytes"), slow: RangeEnd.Low);

    private double InBase<T>(Sourced<T> value, RangeEnd slow) where T : struct, IQuantity<T> => Pick(
        new Sourced<double>(value.Value.Value, value.Source, value.Confidence, value.Low.Value, value.High.Value), slow);

    private double Pick(Sourced<double> value, RangeEnd slow)
    {
        _isRanged |= value.IsRanged;
        return _end is null ? value.Value : _end == RangeEnd.Low == (slow == RangeEnd.Low) ? value.Low : value.High;
    }
}
