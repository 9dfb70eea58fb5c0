using Orrery.Quantities;

namespace Orrery.Domain.Reliability;

/// <summary>How often the parts of a kind of cluster fail, and what its operators do about it.</summary>
public sealed record FailureProfile
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Disjoint; at least one.</summary>
    public required IReadOnlyList<FailureCause> Causes { get; init; }

    /// <summary>Times all rates: 1, with the range by which sites with the same parts differ.</summary>
    public required Sourced<Scalar> SiteFactor { get; init; }
    public required Recovery Recovery { get; init; }
    public required CheckpointStorage Checkpoint { get; init; }
}

/// <summary>One way to fail.</summary>
/// <param name="Id">Snake case: "faulty_gpu", "optic", ...</param>
/// <param name="Part">What the rate is per.</param>
/// <param name="Rate">Failures of one part while it works.</param>
/// <param name="Interrupts">The share of them that stops a job; 1 where the rate is one of interruptions.</param>
public sealed record FailureCause(string Id, FailingPart Part, Sourced<PerSecond> Rate, Sourced<Scalar> Interrupts)
{
    /// <summary>Whether the host may have to leave; what software breaks, a restart mends.</summary>
    public bool IsHardware => Part != FailingPart.Software;
}

/// <summary>From a failure to the next step.</summary>
/// <param name="Detection">From the failure until the job is stopped and the culprit known.</param>
/// <param name="Restart">From there until steps run again, without reading the checkpoint: isolation, placement, start of processes and groups.</param>
/// <param name="Replaced">Share of interruptions by hardware after which a host leaves for repair; the others are mended in place.</param>
/// <param name="Repair">How long such a host is away.</param>
/// <param name="Spares">Hosts kept ready to step in, as a share of the job's.</param>
public sealed record Recovery(
    Sourced<Seconds> Detection, Sourced<Seconds> Restart, Sourced<Scalar> Replaced, Sourced<Seconds> Repair, Sourced<Scalar> Spares);

/// <summary>Where checkpoints go.</summary>
/// <param name="Bandwidth">To storage and back, a chip's share, all chips of a job at once.</param>
/// <param name="Blocking">The share of the writing during which no step runs: 1 where it is synchronous.</param>
public sealed record CheckpointStorage(Sourced<BytesPerSecond> Bandwidth, Sourced<Scalar> Blocking);
