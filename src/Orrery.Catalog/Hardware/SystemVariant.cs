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
    private const string With = " with ";
    private const string Stated = "STATED";

    private static readonly Dictionary<string, Func<AiSystem, string, AiSystem>> Changes = new(StringComparer.Ordinal)
    {
        ["domain"] = (system, text) => system.WithDomain(Whole("domain", text)),
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

    /// <summary>The system's own name and what is changed, or null where nothing is.</summary>
    public static (string Name, string Changes)? Split(string text)
    {
        var at = text.IndexOf(With, StringComparison.Ordinal);
        return at < 0 ? null : (text[..at].Trim(), text[(at + With.Length)..]);
    }

    /// <summary>The name alone, for what is read from the system's file.</summary>
    public static string NameOf(string text) => Split(text)?.Name ?? text;

    /// <exception cref="InvalidInputException">A change is unknown or no value; every finding is in it.</exception>
    public static AiSystem Apply(AiSystem system, string changes)
    {
        var findings = new DiagnosticList();
        foreach (var part in changes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            if (pair.Length != 2 || !Changes.TryGetValue(pair[0], out var change))
            {
                var near = Spelling.Closest(pair[0], Changes.Keys);
                findings.Error(
                    DiagnosticCode.UnknownKey, $"'{part}' changes nothing of {system.Id}, expected NAME=VALUE with one of {string.Join(", ", Changes.Keys)}",
                    hint: near is null ? "for example cloudmatrix-384 with domain=8" : $"did you mean '{near}'?");
                continue;
            }

            try
            {
                system = change(system, pair[1]);
            }
            catch (InvalidInputException wrong)
            {
                findings.AddRange(wrong.Diagnostics);
            }
            catch (Exception impossible) when (impossible is ArgumentOutOfRangeException or MissingFactException)
            {
                findings.Error(DiagnosticCode.OutOfRange, $"'{part}': {(impossible is MissingFactException ? impossible.Message : "expected at least 1")}");
            }
        }

        findings.ThrowOnErrors();
        var name = string.Join(", ", changes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return system with { Id = $"{system.Id}{With}{name.Replace(" ", "", StringComparison.Ordinal)}", Name = $"{system.Name}{With}{name.Replace("=", " ", StringComparison.Ordinal)}" };
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

    private static int Whole(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new InvalidInputException(new Diagnostic(Severity.Error, DiagnosticCode.BadValue, $"'{name}' is '{text}', expected a whole number from 1"));

    private static T Quantity<T>(string name, string text) where T : struct, IQuantity<T> => QuantityText.TryParse<T>(Spaced(text), out var value, out var expected) && value.Value > 0
        ? value
        : throw new InvalidInputException(new Diagnostic(Severity.Error, DiagnosticCode.BadValue, $"'{name}' is '{text}', expected {(expected.Length > 0 ? expected : "more than zero")}"));
}
