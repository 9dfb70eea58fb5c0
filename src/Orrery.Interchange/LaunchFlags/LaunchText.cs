namespace Orrery.Interchange.LaunchFlags;

/// <summary>Training frameworks whose launch settings can be written.</summary>
public enum LaunchFormat
{
    /// <summary>Megatron-LM: command-line flags behind torchrun.</summary>
    Megatron,

    /// <summary>torchtitan: a TOML job file.</summary>
    TorchTitan,

    /// <summary>MaxText: overrides of its base.yml.</summary>
    MaxText,

    /// <summary>MindSpeed-LLM: Megatron's flags with those of MindSpeed for Ascend.</summary>
    MindSpeed,
}

/// <summary>How the chips of a system are grouped, as far as a launch needs to know; one rank is taken to be one chip.</summary>
/// <param name="ChipsPerNode">Chips that one host starts processes for.</param>
/// <param name="ChipsPerDomain">Chips of one scale-up domain (a TPU slice): axes inside it are MaxText's ICI axes, the others its DCN axes.</param>
public readonly record struct LaunchTarget(int ChipsPerNode, int ChipsPerDomain);

/// <summary>What the framework cannot be told, or takes differently.</summary>
/// <param name="Setting">The strategy's, workload's or model's word for it.</param>
/// <param name="Reason">One sentence.</param>
public sealed record LaunchGap(string Setting, string Reason);

/// <summary>Launch settings to check before use.</summary>
/// <param name="Text">Starts with a comment that says where it comes from; lines end in LF.</param>
/// <param name="Gaps">Every part of the strategy that <paramref name="Text"/> does not carry as it stands.</param>
public sealed record LaunchText(string Text, IReadOnlyList<LaunchGap> Gaps);
