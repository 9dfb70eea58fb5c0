namespace Orrery.Domain.Software;

/// <summary>What a training framework can keep in host memory while the chip does not need it.</summary>
public enum OffloadTarget
{
    Activations,
    Weights,

    /// <summary>Master weights and moments.</summary>
    Optimizer,
}
