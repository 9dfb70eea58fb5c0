using Orrery.Analysis.Collectives;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Serving;

/// <summary>Moving keys and values: from the pool that computes prompts to the one that decodes, and in from host memory.</summary>
public static class CacheMoves
{
    /// <summary>Keys and values of one prompt, each counted once.</summary>
    public static Bytes OfPrompt(ServingWorkload workload, Chip chip, EngineParameters engine) =>
        new(ServingMemory.Of(workload, new ServingLayout(), chip, engine).SequenceBytes(workload.Input.Mean));

    /// <summary>The innermost tier that joins so many neighbouring chips.</summary>
    public static FabricTier Tier(AiSystem system, int chips) =>
        system.Tiers.FirstOrDefault(tier => tier.Ranks is { } ranks && ranks >= chips) ?? system.Tiers[^1];

    /// <summary>
    /// Equation: send and receive of <c>bytes / senders</c>, senders the chips that hold a prompt in the pool with fewer of them.
    /// Assumption: moved once the prompt is computed, not layer by layer beside it; chips that hold copies share out the sending; pools
    /// lie side by side and keys cross the innermost tier that joins both. Source: definition of the deployment.
    /// </summary>
    public static double TransferSeconds(ServingDeployment deployment, Bytes bytes, AiSystem system)
    {
        if (deployment.Prefill is not { } prefill)
        {
            return 0;
        }

        var senders = Math.Min(prefill.Layout.CacheHolders, deployment.Main.Layout.CacheHolders);
        var across = new RankGroup(2, Math.Max(1, (int)Math.Ceiling(deployment.Chips / 2.0)));
        return Collectives.Collectives.SendReceive(bytes.Value / senders, across, system).Seconds;
    }

    /// <summary>
    /// Equation: <c>hit rate x prompt's bytes on a chip / host bandwidth</c>.
    /// Assumption: brought in before the rest of the prompt is computed; the link is one chip's own. Source: definition.
    /// </summary>
    /// <exception cref="MissingFactException">The catalog does not say how fast the host link is.</exception>
    public static double HostLoadSeconds(ServingWorkload workload, ServingMemory memory, AiSystem system)
    {
        if (workload.HostHitRate <= 0)
        {
            return 0;
        }

        var link = system.HostBandwidth ?? throw new MissingFactException($"the catalog does not say how fast the host link of '{system.Id}' is (host_bandwidth)");
        return memory.SequenceBytes(workload.Input.Mean * workload.HostHitRate) / link.Value.Value;
    }
}
