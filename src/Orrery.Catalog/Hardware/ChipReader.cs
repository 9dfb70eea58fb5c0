using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Catalog.Hardware;

/// <summary>Reads a chip file.</summary>
internal static class ChipReader
{
    /// <param name="kernels">The kernel profile of an id; reports at the key when there is none.</param>
    public static Chip Read(ThingHeader header, MappingReader root, Func<string, KernelProfile?> kernels)
    {
        var memory = root.Mapping("memory");
        memory.OptionalText("type");
        root.OptionalText("process");
        root.OptionalText("package");
        var profile = root.OptionalText("kernel_profile") ?? "";
        return new Chip
        {
            Id = header.Id,
            Name = header.Name,
            Vendor = root.Text("vendor"),
            Country = root.OptionalText("country") ?? "",
            Generation = root.Text("generation"),
            Status = root.Text("status"),
            DefaultSystem = root.OptionalText("default_system") ?? "",
            Launch = root.Sourced<double>("launch", DateText.TryParse, year => year),
            Peaks = Peaks(root.Mapping("peaks")),
            MatmulPeaks = root.OptionalMapping("matmul_peaks") is { } matmul ? Peaks(matmul) : new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>(),
            OtherPeaks = root.OptionalMapping("other_peaks") is { } other
                ? other.Keys.ToDictionary(key => key, other.Quantity<FlopsPerSecond>)
                : new Dictionary<string, Sourced<FlopsPerSecond>>(),
            MemoryCapacity = memory.Quantity<Bytes>("capacity"),
            MemoryBandwidth = memory.Quantity<BytesPerSecond>("bandwidth"),
            ScaleUpBandwidth = root.OptionalQuantity<BytesPerSecond>("scale_up_bandwidth"),
            PowerLimit = root.OptionalQuantity<Watts>("power_limit"),
            Price = root.OptionalQuantity<Usd>("price"),
            DieArea = root.OptionalQuantity<SquareMetres>("die_area"),
            KernelProfileId = profile,
            Kernels = profile.Length == 0 ? null : kernels(profile),
        };
    }

    /// <summary>The chip with its kernel profile as another view has it.</summary>
    public static Chip Around(this Chip chip, KernelProfile kernels) =>
        ReferenceEquals(chip.Kernels, kernels) ? chip : chip with { Kernels = kernels };

    private static Dictionary<NumberFormat, Sourced<FlopsPerSecond>> Peaks(MappingReader peaks)
    {
        var read = new Dictionary<NumberFormat, Sourced<FlopsPerSecond>>();
        foreach (var key in peaks.Keys)
        {
            if (MappingReader.TryWord<NumberFormat>(key, out var format))
            {
                read[format] = peaks.Quantity<FlopsPerSecond>(key);
            }
        }

        if (read.Count == 0 && !peaks.Keys.Any())
        {
            peaks.Error("", DiagnosticCode.MissingKey, "no peak is given, expected at least one number format");
        }

        return read;
    }
}
