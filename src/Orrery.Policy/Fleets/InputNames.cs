using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Policy.Fleets;

/// <summary>What inputs that several fleets share are called.</summary>
internal static class InputNames
{
    public const string Frontier = "the FLOP of a frontier run";
    public const string Dense = "dense training";
    public const string Moe = "MoE training";
    public const string Decode = "decode and serving";

    public static string Coefficient(CriticalBatchLaw law) => $"laws/{law.Id}:coefficient";

    public static string Exponent(CriticalBatchLaw law) => $"laws/{law.Id}:exponent";

    public static string Training(string what, AiSystem system) => $"how far off predictions of {what} on {system.Id} are";

    public static string Failures(AiSystem system) => $"what failures cost on {system.Id}";
}
