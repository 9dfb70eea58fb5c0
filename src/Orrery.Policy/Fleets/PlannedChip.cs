using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>What one chip of a system delivers on one workload, tokens a second.</summary>
/// <param name="Low">The low end of the 80 % interval over the value; 1 where there is none.</param>
/// <param name="High">The high end over the value.</param>
/// <param name="How">Chips, strategy and precision it was planned with.</param>
/// <param name="WhyNot">Why there is no value; empty where there is one.</param>
public sealed record ChipRate(double TokensPerSecond, double Low, double High, string How, string WhyNot)
{
    public static ChipRate None(string why) => new(0, 1, 1, "", why);

    public bool IsKnown => WhyNot.Length == 0;
}

/// <summary>Everything about a system that no draw changes: planned once, used in all of them.</summary>
/// <param name="Run">What its clusters train, by size.</param>
/// <param name="Dense">Dense pre-training; so for the others.</param>
/// <param name="Serving">Whole requests, for tokens served; <paramref name="Decode"/> is what H100 equivalents are counted in.</param>
public sealed record PlannedChip(AiSystem System, RunCurve Run, ChipRate Dense, ChipRate Moe, ChipRate Decode, ChipRate Serving);
