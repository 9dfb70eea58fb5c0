using System.Globalization;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Catalog.Hardware;

/// <summary>A system of the catalog with values of the reader's: <c>cloudmatrix-384 with domain=8,memory-bandwidth=8TB/s</c>.</summary>
/// <remarks>A value so given is exact and assumed; everything else keeps its value and range, whatever view of the catalog it is read from.</remarks>
internal static class SystemVariant
{
    private const string Stated = "STATED";

    private static readonly Dictionary<string, Func<AiSystem, string, AiSystem>> Changes = new(StringComparer.Ordinal)
    {
        ["domain"] = (system, text) => system.WithDomain(VariantText.Whole("domain", text)),
        ["scale-up-bandwidth"] = (system, text) => ScaleUp(system, Quantity<BytesPerSecond>("scale-up-bandwidth", text)),
        ["scale-out-bandwidth"] = (system, text) => Tiers(system, tier => tier.Ranks is null, Quantity<BytesPerSecond>("scale-out-bandwidth", text)),
        ["memory"] = (system, text) => OnChip(system, chip => chip with { MemoryCapacity = Exact(Quantity<Bytes>("memory", text)) }),
        ["memory-bandwidth"] = (system, text) => OnChip(system, chip => chip with { MemoryBandwidth = Exact(Quantity<BytesPerSecond>("memory-bandwidth", text)) }),
        ["bf16"] = (system, text) => OnChip(system, chip => Peak(Peak(chip, NumberFormat.Bf16, text), NumberFormat.Fp16, text)),
        ["fp8"] = (system, text) => OnChip(system, chip => Peak(chip, NumberFormat.Fp8, text)),
        ["fp4"] = (system, text) => OnChip(system, chip => Peak(chip, NumberFormat.Fp4, text)),
        ["int8"] = (system, text) => OnChip(system, chip => Peak(chip, NumberFormat.Int8, text)),
        ["power"] = (system, text) => system with { Power = Exact(Quantity<Watts>("power", text)) },
        ["price"] = (system, text) => system with { Price = Exact(Quantity<Usd>("price", text)) },
    };

    /// <exception cref="InvalidInputException">A change is unknown or no value; every finding is in it.</exception>
    public static AiSystem Apply(AiSystem system, string changes)
    {
        var changed = VariantText.Apply(system, system.Id, changes, Changes, "cloudmatrix-384 with domain=8");
        return changed with
        {
            Claims = new Dictionary<string, Sourced<Scalar>>(), Id = VariantText.Id(system.Id, changes), Name = VariantText.Name(system.Name, changes),
        };
    }

    /// <summary>
    /// A peak of one's own, in FLOP/s or as a multiple of BF16's ("2x"); kernels that the profile lacks for the format reach of it what those of BF16 reach
    /// of theirs, and casts before them take what they take on average.
    /// </summary>
    private static Chip Peak(Chip chip, NumberFormat format, string text)
    {
        var peak = text.EndsWith('x') && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var times) && times > 0
            ? new FlopsPerSecond(times * (chip.MatmulPeak(NumberFormat.Bf16) ?? throw new MissingFactException($"{chip.Name} has no BF16 peak")).Value.Value)
            : Quantity<FlopsPerSecond>(format.ToString().ToLowerInvariant(), text);
        var peaks = new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>(chip.Peaks) { [format] = Exact(peak) };
        var matmul = new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>(chip.MatmulPeaks);
        matmul.Remove(format);
        return chip with { Peaks = peaks, MatmulPeaks = matmul, Kernels = chip.Kernels is { } kernels ? WithKernels(kernels, format) : null };
    }

    private static KernelProfile WithKernels(KernelProfile kernels, NumberFormat format)
    {
        string[] names = format switch
        {
            NumberFormat.Fp8 => ["fp8", "fp8_block"],
            NumberFormat.Fp4 => ["nvfp4"],
            NumberFormat.Int8 => ["int8"],
            _ => [],
        };
        if (!kernels.Gemm.TryGetValue("bf16", out var product))
        {
            return kernels;
        }

        var (gemm, moe) = (new Dictionary<string, GemmKernel>(kernels.Gemm), new Dictionary<string, MoeKernel>(kernels.Moe));
        var cast = kernels.Gemm.Values.Where(kernel => kernel.QuantizeBytes > 0).Select(kernel => kernel.QuantizeBytes).DefaultIfEmpty(0).Average();
        foreach (var name in names)
        {
            gemm.TryAdd(name, product with { QuantizeBytes = cast });
            if (kernels.Moe.TryGetValue("bf16", out var experts))
            {
                moe.TryAdd(name, experts);
            }
        }

        return kernels with { Gemm = gemm, Moe = moe };
    }

    private static AiSystem ScaleUp(AiSystem system, BytesPerSecond bandwidth) =>
        OnChip(Tiers(system, tier => tier.Ranks is not null && tier.Ranks > 1, bandwidth), chip => chip with { ScaleUpBandwidth = Exact(bandwidth) });

    private static AiSystem Tiers(AiSystem system, Func<FabricTier, bool> which, BytesPerSecond bandwidth) =>
        system with { Tiers = [.. system.Tiers.Select(tier => which(tier) ? tier with { Bandwidth = Exact(bandwidth) } : tier)] };

    private static AiSystem OnChip(AiSystem system, Func<Chip, Chip> change) => system with { Chip = change(system.Chip) };

    private static Sourced<T> Exact<T>(T value) where T : struct => new(value, Stated, Confidence.Assumed);

    /// <summary>A number and its unit may stand together, as a command line has them: "900GB/s".</summary>
    private static string Spaced(string text)
    {
        var unit = text.IndexOfAny([.. Enumerable.Range('A', 26).Concat(Enumerable.Range('a', 26)).Select(letter => (char)letter).Where(letter => letter is not ('e' or 'E'))]);
        return unit > 0 && text[unit - 1] != ' ' ? text[..unit] + " " + text[unit..] : text;
    }

    private static T Quantity<T>(string name, string text) where T : struct, IQuantity<T> => QuantityText.TryParse<T>(Spaced(text), out var value, out var expected) && value.Value > 0
        ? value
        : throw new InvalidInputException(new Diagnostic(Severity.Error, DiagnosticCode.BadValue, $"'{name}' is '{text}', expected {(expected.Length > 0 ? expected : "more than zero")}"));
}
