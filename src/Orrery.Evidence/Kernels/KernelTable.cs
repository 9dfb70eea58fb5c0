using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Kernels;

/// <summary>What one kind of table says and how its rows are predicted.</summary>
internal abstract class KernelTable
{
    /// <summary>Columns a file of this kind must have.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Columns that hold measured microseconds.</summary>
    public virtual IReadOnlyList<string> Measured { get; } = ["latency_us"];

    /// <summary>The name of the row's format in groups.</summary>
    public abstract string Format(KernelCells row);

    /// <summary>The part of a kernel profile that predicts these rows: "gemm", "prefill", ...; empty where it is not one by format.</summary>
    public abstract string Section { get; }

    /// <summary>The key in that part of the kernel that predicts a row; empty where the row's format is not known.</summary>
    public abstract string Key(KernelProfile kernels, KernelCells row, string measured);

    /// <summary>What rows that stand or fall together have in common: shape, but not how many tokens or sequences run through it.</summary>
    public abstract string Shape(KernelCells row);

    /// <summary>Predicts one measured column of one row.</summary>
    public abstract KernelPrediction Predict(KernelBench bench, KernelCells row, string measured);

    public static KernelTable Of(string op) => op switch
    {
        "gemm" => new GemmTable(),
        "attn_prefill" => new PrefillTable(),
        "attn_decode" => new DecodeTable(),
        "mla_prefill" => new LatentPrefillTable(),
        "mla_decode" => new LatentDecodeTable(),
        "moe" => new MoeTable(),
        "quantize" => new QuantizeTable(),
        "comm" => new CollectiveTable(),
        "deepep" => new ExchangeTable(),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "no table of this op"),
    };

    /// <summary>The fitted kernel of a key, or the reason why there is none.</summary>
    protected static bool TryKernel<T>(KernelBench bench, IReadOnlyDictionary<string, T> kernels, string op, string key, out T kernel, out KernelPrediction missing)
        where T : struct
    {
        var found = kernels.TryGetValue(key, out kernel);
        missing = found ? default : KernelPrediction.Skip($"the kernel profile '{bench.Kernels.Id}' has no {op} kernel for '{key}'");
        return found;
    }
}

/// <summary>A predicted time, or why there is none.</summary>
/// <param name="IsLarge">Counts in the group of large kernels too.</param>
internal readonly record struct KernelPrediction(double Seconds, bool IsLarge, string? SkipReason)
{
    public static KernelPrediction Of(double seconds, bool isLarge = false) => new(seconds, isLarge, null);

    public static KernelPrediction Skip(string reason) => new(double.NaN, false, reason);
}

/// <summary>The chip that a table was measured on, with its kernels.</summary>
/// <param name="ScaleOut">Bandwidth of one chip's part of the outermost tier of its default system; null where it has none.</param>
internal sealed record KernelBench(Chip Chip, KernelProfile Kernels, double? ScaleOut)
{
    public static KernelBench Of(OrreryCatalog catalog, Chip chip, KernelProfile kernels)
    {
        var home = chip.DefaultSystem.Length > 0 ? catalog.FindSystem(chip.DefaultSystem) : null;
        return new KernelBench(chip, kernels, home?.Tiers[^1].Bandwidth.Value.Value);
    }

    public double Bandwidth { get; } = Chip.MemoryBandwidth.Value.Value;

    /// <summary>Attention counts against the BF16 peak whatever the cache holds.</summary>
    public double? AttentionPeak { get; } = Chip.MatmulPeak(NumberFormat.Bf16)?.Value.Value;

    /// <summary>The peak that a product of a format runs at: that of BF16 where the chip only stores the format and computes in BF16.</summary>
    public double? PeakFor(NumberFormat format) => (Chip.MatmulPeak(format) ?? Chip.MatmulPeak(NumberFormat.Bf16))?.Value.Value;
}
