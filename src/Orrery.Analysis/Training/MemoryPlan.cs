using Orrery.Domain;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>Bytes on the fullest chip that do not depend on micro-batches in flight.</summary>
/// <param name="HostWeights">Weights that wait in host memory instead.</param>
/// <param name="HostOptimizerState">Optimizer state that does.</param>
internal readonly record struct StaticMemory(
    double Weights, double Gradients, double OptimizerState, double Head, double Communication, double Reserve, double HostWeights, double HostOptimizerState)
{
    public double Total => Weights + Gradients + OptimizerState + Head + Communication + Reserve;

    /// <summary>
    /// Weights 2 B, gradients by recipe, master weights and two moments 12 B, each over the ranks that share it (ZeRO-1:
    /// optimizer; ZeRO-2: gradients too; ZeRO-3: weights too, one layer gathered). Of offloaded weights the layer at work and
    /// the next one are on the chip.
    /// </summary>
    public static StaticMemory Of(Shard shard, HeldWeights held, double layers)
    {
        var s = shard.Strategy;
        var p = shard.Parameters;
        var replicas = shard.Sharers(s.Replicas);
        var expertReplicas = shard.Sharers(s.ExpertReplicas);
        double Shared(double bytesPerWeight, bool split) =>
            (held.Dense * bytesPerWeight / (split ? replicas : 1)) + (held.Experts * bytesPerWeight / (split ? expertReplicas : 1));

        var frozen = shard.Frozen;
        var fullShard = s.Sharding is Sharding.Zero3 or Sharding.Hsdp;
        var copies = s.Schedule == PipelineSchedule.DualPipe ? 2 : 1; // a rank holds a stage from each end
        var perWeight = frozen ? Math.Min(p.WeightBytes, shard.Dense.Bytes) : p.WeightBytes; // no step changes a frozen weight: it is held as it is multiplied
        var weights = copies * Shared(perWeight, fullShard);
        var twoLayers = 2 * perWeight * (held.Dense + held.Experts) / (layers / s.PipelineParallel);
        var weightsWait = s.Offload.HasFlag(Offload.Weights);
        var gradients = frozen ? 0 : copies * Shared(p.GradientBytes, s.Sharding is Sharding.Zero2 or Sharding.Zero3 or Sharding.Hsdp);
        var optimizer = frozen ? 0 : Shared(p.OptimizerStateBytes, s.Sharding != Sharding.None);
        var stateWaits = s.Offload.HasFlag(Offload.OptimizerState);
        var logits = s.PipelineParallel == 1 ? p.LogitBytes * shard.Tokens * shard.Workload.Model.Vocabulary / s.TensorParallel : 0;
        return new StaticMemory(
            weightsWait ? twoLayers : fullShard ? weights + twoLayers : weights,
            gradients, stateWaits ? 0 : optimizer, logits,
            s.TensorParallel > 1 || s.DataParallel > 1 ? p.CommunicationBytes : 0, p.ReserveBytes,
            weightsWait ? weights : 0, stateWaits ? optimizer : 0);
    }
}

/// <summary>What passes between a chip and its host's memory, and the optimizer, which may live there.</summary>
internal static class HostLink
{
    /// <summary>Bytes a second, each way; infinite for a strategy that offloads nothing.</summary>
    public static double Rate(Shard shard)
    {
        var s = shard.Strategy;
        return s.OffloadedLayers == 0 && s.Offload == Offload.None
            ? double.PositiveInfinity
            : (shard.System.HostBandwidth
                ?? throw new MissingFactException($"system '{shard.System.Id}' states no host bandwidth: offload cannot be estimated")).Value.Value;
    }

    /// <summary>
    /// The optimizer streams a rank's share of weights, gradients and states once; offloaded states pass the host link in and out
    /// side by side while it does.
    /// </summary>
    public static double Optimizer(Shard shard, HeldWeights held, in StaticMemory memory)
    {
        if (shard.Frozen)
        {
            return 0;
        }

        var s = shard.Strategy;
        var split = s.Sharding != Sharding.None;
        var replicas = split ? shard.Sharers(s.Replicas) : 1;
        var expertReplicas = split ? shard.Sharers(s.ExpertReplicas) : 1;
        var weights = (held.Dense / replicas) + (held.Experts / expertReplicas);
        return Math.Max(shard.Stream(weights * shard.Parameters.OptimizerBytes), memory.HostOptimizerState / Rate(shard));
    }
}
