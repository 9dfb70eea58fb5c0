using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Domain.Hardware;

/// <summary>One package as sold. Peaks are dense and per chip.</summary>
public sealed record Chip
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Vendor { get; init; }

    /// <summary>The family that shares silicon and kernels ("hopper", "blackwell", "ascend-910", ...).</summary>
    public required string Generation { get; init; }

    /// <summary>Where it is designed, as a two-letter country code.</summary>
    public string Country { get; init; } = "";

    /// <summary>"shipping", "roadmap", ... as the catalog says it.</summary>
    public string Status { get; init; } = "";

    /// <summary>The system a question means that names only the chip; empty where the catalog names none.</summary>
    public string DefaultSystem { get; init; } = "";

    /// <summary>First shipment, as a fractional year; null where the catalog does not say.</summary>
    public Sourced<double>? Launch { get; init; }

    /// <summary>Peaks as the datasheet states them.</summary>
    public required IReadOnlyDictionary<NumberFormat, Sourced<FlopsPerSecond>> Peaks { get; init; }

    /// <summary>Peaks that a matrix product can use, where the datasheet's counts more than the matrix units.</summary>
    public required IReadOnlyDictionary<NumberFormat, Sourced<FlopsPerSecond>> MatmulPeaks { get; init; }

    /// <summary>Peaks under other conventions, by name ("bf16-analyst", ...): for showing where conventions differ, never for timing.</summary>
    public IReadOnlyDictionary<string, Sourced<FlopsPerSecond>> OtherPeaks { get; init; } = new Dictionary<string, Sourced<FlopsPerSecond>>();

    public required Sourced<Bytes> MemoryCapacity { get; init; }

    /// <summary>
    /// Bytes that the memory holds. Memory devices come in powers of two, and what datasheets call a GB of them is 2^30 bytes; a
    /// bandwidth's GB is 10^9.
    /// </summary>
    public Bytes Memory => new(MemoryCapacity.Value.Value * (1L << 30) / 1e9);
    public required Sourced<BytesPerSecond> MemoryBandwidth { get; init; }

    /// <summary>Scale-up bandwidth, per chip and per direction.</summary>
    public Sourced<BytesPerSecond>? ScaleUpBandwidth { get; init; }

    public Sourced<Watts>? PowerLimit { get; init; }
    public Sourced<Usd>? Price { get; init; }

    /// <summary>Logic dies together, without memory.</summary>
    public Sourced<SquareMetres>? DieArea { get; init; }

    /// <summary>What the kernel profile is called in the catalog; empty where there is none.</summary>
    public string KernelProfileId { get; init; } = "";

    /// <summary>What kernels reach on this chip; null for a chip that the catalog has no kernel profile for.</summary>
    public KernelProfile? Kernels { get; init; }

    /// <summary>The dense peak a matrix product can use, or null where the chip lacks the format.</summary>
    public Sourced<FlopsPerSecond>? MatmulPeak(NumberFormat format) =>
        MatmulPeaks.TryGetValue(format, out var matmul) ? matmul : Peaks.GetValueOrDefault(format);
}
