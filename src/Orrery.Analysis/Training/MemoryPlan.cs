using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Quantities;

namespace Orrery.Analysis.Training;

/// <summary>Memory of the first pipeline stage, which holds the most activations.</summary>
internal static class MemoryPlan
{
    /// <summary>
    /// Weights 2 B, gradients by recipe, master weights and two moments 12 B, each over the ranks that share it (ZeRO-1:
    /// optimizer; ZeRO-2: gradients too; ZeRO-3: weights too, one layer gathered). Activations wait for as many
    /// micro-batches as the schedule keeps in flight on the first stage; interleaving adds (pp - 1) / (pp vp) of them.
    /// </summary>
    public static TrainingMemory Of(
        Shard shard, Cluster cluster, DataExchange.Held held, double layers, double stageLayers, in LayerCost body)
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
        var weights = copies * Shared(p.WeightBytes, fullShard);
        if (fullShard)
        {
            weights += 2 * p.WeightBytes * (held.Dense + held.Experts) / (layers / s.PipelineParallel); // the layer at work and the next one, gathered
        }

        var gradients = frozen ? 0 : copies * Shared(p.GradientBytes, s.Sharding is Sharding.Zero2 or Sharding.Zero3 or Sharding.Hsdp);
        var optimizer = frozen ? 0 : Shared(p.OptimizerStateBytes, s.Sharding != Sharding.None);

        var h = (double)shard.Workload.Model.Hidden;
        var input = 2 * h * shard.OuterTokens;
        var full = s.Recompute.HasFlag(Recompute.Full);
        var perLayer = full ? input : body.ActivationBytes / layers;
        var stages = s.PipelineParallel;
        var inFlight = s.Schedule switch
        {
            PipelineSchedule.DualPipe => stages + 1,
            _ => s.VirtualStages > 1 ? stages * (1 + ((stages - 1.0) / (stages * s.VirtualStages))) : stages,
        };
        inFlight = Math.Min(inFlight, shard.MicroBatches);
        var kept = Math.Max(0, stageLayers - s.OffloadedLayers) * perLayer * inFlight;
        var working = full ? body.UnsavedBytes / layers : 0; // one layer's activations come back while it is recomputed
        var logits = stages == 1 ? 6 * shard.Tokens * shard.Workload.Model.Vocabulary / s.TensorParallel : 0; // BF16 logits, FP32 loss
        var communication = s.TensorParallel > 1 || s.DataParallel > 1 ? p.CommunicationBytes : 0;
        return new TrainingMemory(
            new Bytes(weights), new Bytes(gradients), new Bytes(optimizer), new Bytes(kept + working),
            new Bytes(logits), new Bytes(communication), new Bytes(p.ReserveBytes), cluster.Chip.MemoryCapacity.Value);
    }
}
