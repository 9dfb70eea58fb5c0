using Orrery.Domain.Hardware;
using Orrery.Domain.Software;

namespace Orrery.Comparison.Delivered;

/// <summary>One side of a comparison: chips of a system and the software they run.</summary>
/// <param name="Text">As it was asked for: "gb200-nvl72" or "gb200-nvl72:144".</param>
public sealed record Contestant(string Text, Cluster Cluster, SoftwareStack Stack)
{
    public string Name => Cluster.Chips == Cluster.System.Chips
        ? Cluster.System.Name
        : FormattableString.Invariant($"{Cluster.System.Name} ({Cluster.Chips} chips)");
}
