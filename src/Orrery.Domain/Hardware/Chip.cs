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

    /// <summary>First shipment, as a fractional year; null where the catalog does not say.</summary>
    public Sourced<double>? Launch { get; init; }

    /// <summary>Peaks as the datasheet states them.</summary>
    public required IReadOnlyDictionary<NumberFormat, Sourced<FlopsPerSecond>> Peaks { get; init; }

    /// <summary>Peaks that a matrix product can use, where the datasheet's counts more than the matrix units.</summary>
    public required IReadOnlyDictionary<NumberFormat, Sourced<FlopsPerSecond>> MatmulPeaks { get; init; }

    public required Sourced<Bytes> MemoryCapacity { get; init; }
    public required Sourced<BytesPerSecond> MemoryBandwidth { get; init; }

    /// <summary>Scale-up bandwidth, per chip and per direction.</summary>
    public Sourced<BytesPerSecond>? ScaleUpBandwidth { get; init; }

    public Sourced<Watts>? PowerLimit { get; init; }
    public Sourced<Usd>? Price { get; init; }

    /// <summary>What kernels reach on this chip; null for a chip that the catalog has no kernel profile for.</summary>
    public KernelProfile? Kernels { get; init; }

    /// <summary>The dense peak a matrix product can use, or null where the chip lacks the format.</summary>
    public Sourced<FlopsPerSecond>? MatmulPeak(NumberFormat format) =>
        MatmulPeaks.TryGetValue(format, out var matmul) ? matmul : Peaks.GetValueOrDefault(format);
}
