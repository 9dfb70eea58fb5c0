using Orrery.Analysis.Kernels;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Kernels;

/// <summary>What the four attention tables share: the format of the cache and the peak they count against.</summary>
internal abstract class AttentionTable : KernelTable
{
    public override string Format(KernelCells row) => "kv_" + row.Text("kv_cache_dtype");

    public override KernelPrediction Predict(KernelBench bench, KernelCells row, string measured)
    {
        if (!TableFormat.TryReadCache(row.Text("kv_cache_dtype"), out var key, out var bytes))
        {
            return KernelPrediction.Skip($"kv_cache_dtype '{row.Text("kv_cache_dtype")}' is not known");
        }

        if (row.Text("attn_dtype") is not ("bfloat16" or "bf16"))
        {
            return KernelPrediction.Skip($"attn_dtype '{row.Text("attn_dtype")}' is not modelled, only bfloat16");
        }

        return bench.AttentionPeak is { } peak
            ? Predict(bench, row, peak, key, bytes)
            : KernelPrediction.Skip($"the chip '{bench.Chip.Id}' has no Bf16 peak");
    }

    public override string Key(KernelProfile kernels, KernelCells row, string measured) =>
        TableFormat.TryReadCache(row.Text("kv_cache_dtype"), out var key, out _) ? key : "";

    protected abstract KernelPrediction Predict(KernelBench bench, KernelCells row, double peak, string key, double bytesKv);

    /// <summary>The key of the row's head dimension where the profile has a kernel of its own for it.</summary>
    protected static string HeadKey<T>(KernelCells row, string key, IReadOnlyDictionary<string, T> kernels)
    {
        var own = $"{key}_{row.Text("head_dim")}";
        return kernels.ContainsKey(own) ? own : key;
    }
}

/// <summary>Causal attention over whole prompts.</summary>
internal sealed class PrefillTable : AttentionTable
{
    public override IReadOnlyList<string> Columns { get; } =
        ["attn_dtype", "kv_cache_dtype", "batch", "seq_len", "num_q_heads", "num_kv_heads", "head_dim", "window", "latency_us"];

    public override string Section => "prefill";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) =>
        base.Key(kernels, row, measured) is { Length: > 0 } key ? HeadKey(row, key, kernels.Prefill) : "";

    public override string Shape(KernelCells row) =>
        string.Join('x', new[] { "num_q_heads", "num_kv_heads", "head_dim", "window" }.Select(row.Text));

    protected override KernelPrediction Predict(KernelBench bench, KernelCells row, double peak, string key, double bytesKv) =>
        TryKernel(bench, bench.Kernels.Prefill, "prefill attention", HeadKey(row, key, bench.Kernels.Prefill), out var kernel, out var missing)
            ? KernelPrediction.Of(PrefillAttention.Seconds(
                kernel, peak, bench.Bandwidth, row.Number("batch"), row.Number("num_q_heads"), row.Number("num_kv_heads"),
                row.Number("head_dim"), row.Number("seq_len"), row.NumberOrZero("window"), causal: true, 2, bytesKv))
            : missing;
}

/// <summary>One new token a sequence against its cache; the benchmark reads the same cache again and again.</summary>
internal sealed class DecodeTable : AttentionTable
{
    public override IReadOnlyList<string> Columns { get; } =
        ["attn_dtype", "kv_cache_dtype", "batch", "kv_len", "num_q_heads", "num_kv_heads", "head_dim", "window", "latency_us"];

    public override string Section => "decode";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) =>
        base.Key(kernels, row, measured) is { Length: > 0 } key ? HeadKey(row, key, kernels.Decode) : "";

    public override string Shape(KernelCells row) =>
        string.Join('x', new[] { "num_q_heads", "num_kv_heads", "head_dim", "window" }.Select(row.Text));

    protected override KernelPrediction Predict(KernelBench bench, KernelCells row, double peak, string key, double bytesKv)
    {
        return TryKernel(bench, bench.Kernels.Decode, "decode attention", HeadKey(row, key, bench.Kernels.Decode), out var kernel, out var missing)
            ? KernelPrediction.Of(DecodeAttention.Seconds(
                kernel, peak, bench.Bandwidth, row.Number("batch"), row.Number("num_q_heads"), row.Number("num_kv_heads"),
                row.Number("head_dim"), row.Number("kv_len"), row.NumberOrZero("window"), bytesKv, warm: true))
            : missing;
    }
}

/// <summary>The geometry that the MLA tables were measured with and do not state: that of DeepSeek-V3.</summary>
internal static class LatentGeometry
{
    public const double LatentRank = 512;
    public const double RopeDimension = 64;
    public const double QueryKeyDimension = 192;
    public const double ValueDimension = 128;
}

/// <summary>Multi-head latent attention over whole prompts, un-absorbed.</summary>
internal sealed class LatentPrefillTable : AttentionTable
{
    public override IReadOnlyList<string> Columns { get; } =
        ["attn_dtype", "kv_cache_dtype", "batch", "seq_len", "num_local_heads", "latency_us"];

    public override string Section => "mla_prefill";

    public override string Shape(KernelCells row) => row.Text("num_local_heads");

    protected override KernelPrediction Predict(KernelBench bench, KernelCells row, double peak, string key, double bytesKv)
    {
        var (heads, sequence) = (row.Number("num_local_heads"), row.Number("seq_len"));
        return TryKernel(bench, bench.Kernels.MlaPrefill, "MLA prefill", key, out var kernel, out var missing)
            ? KernelPrediction.Of(PrefillAttention.Seconds(
                kernel, peak, bench.Bandwidth, row.Number("batch"), heads, heads, LatentGeometry.QueryKeyDimension, LatentGeometry.ValueDimension,
                sequence, sequence, sequence, PrefillAttention.Pairs(sequence, 0, causal: true), 2, bytesKv))
            : missing;
    }
}

/// <summary>Multi-head latent attention of one new token a sequence, absorbed.</summary>
internal sealed class LatentDecodeTable : AttentionTable
{
    public override IReadOnlyList<string> Columns { get; } =
        ["attn_dtype", "kv_cache_dtype", "batch", "kv_len", "num_local_heads", "latency_us"];

    public override string Section => "mla_decode";

    public override string Shape(KernelCells row) => row.Text("num_local_heads");

    protected override KernelPrediction Predict(KernelBench bench, KernelCells row, double peak, string key, double bytesKv) =>
        TryKernel(bench, bench.Kernels.MlaDecode, "MLA decode", key, out var kernel, out var missing)
            ? KernelPrediction.Of(DecodeAttention.LatentSeconds(
                kernel, peak, bench.Bandwidth, row.Number("batch"), row.Number("num_local_heads"), LatentGeometry.LatentRank, LatentGeometry.RopeDimension,
                row.Number("kv_len"), bytesKv, warm: true))
            : missing;
}
