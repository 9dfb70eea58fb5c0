namespace Orrery.Domain.Reliability;

/// <summary>What a failure rate is counted by.</summary>
public enum FailingPart
{
    /// <summary>One package, with its memory.</summary>
    Chip,

    /// <summary>A server or compute tray without its chips and network cards.</summary>
    Host,

    /// <summary>A card of the scale-out network.</summary>
    Nic,

    /// <summary>A link of either network, its cable and connectors; with its optics and switch ports where a source does not part them.</summary>
    Link,

    /// <summary>An optical transceiver, two to an optical link.</summary>
    Optic,

    Switch,

    /// <summary>The software that runs on one host.</summary>
    Software,
}
