namespace Orrery.Comparison.Attribution;

/// <summary>What two systems differ in; each is taken from one side or the other as a whole. <see cref="Hybrid"/> says which fields that is.</summary>
public enum Factor
{
    /// <summary>How many chips there are, and with them the default batch.</summary>
    Chips,

    /// <summary>The BF16 peak; other formats keep their multiple of it.</summary>
    Peak,

    /// <summary>Formats that matrix units have, as multiples of the BF16 peak.</summary>
    Formats,
    MemoryBandwidth,

    /// <summary>Bytes a chip: what forces recompute and smaller micro-batches.</summary>
    MemoryCapacity,

    /// <summary>Chips of one scale-up domain.</summary>
    Domain,

    /// <summary>Bandwidth, latency and topology of the scale-up fabric, and what collectives reach on it.</summary>
    ScaleUp,

    /// <summary>The network between domains.</summary>
    ScaleOut,

    /// <summary>Training stack and kernels: what is reached of peaks and bandwidths, what overlaps, what the host costs.</summary>
    Software,

    /// <summary>How often parts fail, how many there are, and how long recovery takes.</summary>
    Failures,
}
