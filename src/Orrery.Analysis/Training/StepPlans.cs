using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Quantities;

namespace Orrery.Analysis.Training;

/// <summary>Puts a strategy's numbers into <see cref="StepFormula{T}"/>.</summary>
internal static class StepPlans
{
    /// <summary>Ranks up to which meeting costs nothing: one server. The jitter parameter is per doubling beyond.</summary>
    internal const double JitterFreeRanks = 8;

    /// <param name="fixedSeconds">Transfers between stages, optimizer and what a step takes besides.</param>
    /// <param name="jitter">As <see cref="Jitter"/>.</param>
    public static StepPlan<Scalar> Of(Shard shard, in PipelinePlan pipeline, in StaticMemory memory, double fixedSeconds, double jitter)
    {
        var hostRate = HostLink.Rate(shard);
        return new StepPlan<Scalar>(
            new(pipeline.Full), new(pipeline.Headed), new(pipeline.HeadShare), new(pipeline.HeadFloor), new(1.0 / shard.Strategy.PipelineParallel),
            new(pipeline.Bubble), new(shard.MicroBatches), new(shard.Parameters.DataHidden * pipeline.Hidden), new(fixedSeconds),
            new(memory.HostWeights / hostRate), new(hostRate), new(memory.Total), new(pipeline.KeptLayers), new(pipeline.InFlight), new(jitter));
    }

    /// <summary>What traffic that comes layer by layer adds to one micro-batch of a stage; the head counts where there is one stage.</summary>
    public static Scalar Sharded(Shard shard, in PassCost<Scalar> pass, in PassPace<Scalar> pace, in DataExchange exchange)
    {
        var s = shard.Strategy;
        if (!DataExchange.GathersByLayer(s))
        {
            return default;
        }

        var head = new Scalar(s.PipelineParallel == 1 ? 1 : 0);
        return StepFormula<Scalar>.Sharded(
            pace.Forward + (head * pass.HeadForward), pace.Backward + (head * pass.HeadBackward),
            new(exchange.ShardedForward), new(exchange.ShardedBackward), new(shard.Parameters.FsdpContention), new(shard.Parameters.FsdpExposed));
    }

    /// <summary>
    /// Exposed time of gradient reduce-scatter and weight all-gather at the end of a step. Each may hide under a share of
    /// the last backward (next forward) passes when the strategy overlaps it. Interleaving finishes all but the last chunk's
    /// gradients <c>pp (vp - 1) / vp</c> micro-batches before the end.
    /// </summary>
    public static Scalar AtTheEnd(Shard shard, in PassPace<Scalar> pace, in StepPlan<Scalar> plan, in DataExchange exchange)
    {
        var overlap = shard.Strategy.Overlap;
        var (reduce, gather) = (new Scalar(exchange.Reduce), new Scalar(exchange.Gather));
        return (overlap.HasFlag(Overlap.GradientReduce) ? StepFormula<Scalar>.Beside(reduce, StepFormula<Scalar>.ReduceRoom(pace, plan)) : reduce)
            + (overlap.HasFlag(Overlap.ParameterGather) ? StepFormula<Scalar>.Beside(gather, StepFormula<Scalar>.GatherRoom(pace, plan)) : gather);
    }

    /// <summary>Host seconds to launch all layers of a micro-batch.</summary>
    public static double HostSeconds(in LayerCost body, TrainingParameters p, Overlap overlap, GraphCapture graphs, bool dropsTokens = false)
    {
        var slower = ((overlap & Overlap.ExpertParallel) != 0 && graphs == GraphCapture.None ? p.HostOverlapFactor : 1) * (dropsTokens ? p.HostDroppedTokens : 1);
        var share = graphs switch
        {
            GraphCapture.FullIteration => p.HostFullGraph,
            GraphCapture.Partial => p.HostPartialGraph,
            _ => 1,
        };
        return (body.HostS + (body.ExpertHostS * slower)) * share;
    }

    /// <summary>
    /// Share of a micro-batch's launches that its forward pass makes: a product has one there and two in the backward pass. Each pass
    /// waits for the host by itself.
    /// </summary>
    public const double HostForward = 1.0 / 3;

    /// <summary>Equation: <c>(1 + r^6)^(1/6)</c>: the smooth maximum of device and host time over the device's, with r host over device.</summary>
    public static double HostFloor(double ratio)
    {
        if (ratio < 2e-3)
        {
            return 1; // to the last digit, and without the roots, which a search takes millions of
        }

        var cube = ratio * ratio * ratio;
        return Math.Pow(1 + (cube * cube), 1.0 / 6);
    }

    /// <summary>
    /// No more than <see cref="HostFloor"/>, within 1.2 % of it (0.01 % where host and device differ by half), and ten times as fast:
    /// with x the smaller of <c>r^6</c> and <c>r^-6</c>, the series of <c>(1 + x)^(1/6)</c>, whose terms alternate and fall, up to one that
    /// takes away. For bounds, of which a search takes millions.
    /// </summary>
    public static double HostFloorAtLeast(double ratio)
    {
        var smaller = ratio <= 1 ? ratio : 1 / ratio;
        var cube = smaller * smaller * smaller;
        var x = cube * cube;
        var root = 1 + (x * ((1.0 / 6) + (x * ((-5.0 / 72) + (x * ((55.0 / 1296) - (x * (935.0 / 31104))))))));
        return Math.Max(1, ratio) * root;
    }

    /// <summary>1 and what waiting for the slowest rank adds, per doubling of the ranks inside a scale-up domain and of the domains.</summary>
    public static double Jitter(TrainingParameters p, int ranks, int domain)
    {
        var inside = Math.Max(domain, JitterFreeRanks);
        return 1 + (p.JitterInsidePerDoubling * Math.Max(0, Math.Log2(Math.Min(ranks, inside) / JitterFreeRanks)))
            + (p.JitterPerDoubling * Math.Max(0, Math.Log2(ranks / inside)));
    }

    public static TrainingMemory Memory(Shard shard, Cluster cluster, in StaticMemory memory, in PassCost<Scalar> pass, in StepPlan<Scalar> plan)
    {
        var offloaded = new Scalar(shard.Strategy.OffloadedLayers);
        var activations = StepFormula<Scalar>.Memory(pass, plan, offloaded).Value - memory.Total;
        return new TrainingMemory(
            new Bytes(memory.Weights), new Bytes(memory.Gradients), new Bytes(memory.OptimizerState), new Bytes(activations),
            new Bytes(memory.Head), new Bytes(memory.Communication), new Bytes(memory.Reserve), cluster.Chip.Memory)
        {
            Host = new Bytes(
                (Math.Min(offloaded.Value, plan.Layers.Value) * pass.LayerKept.Value * plan.InFlight.Value) + memory.HostWeights + memory.HostOptimizerState),
            HostCapacity = cluster.System.HostMemory?.Value,
        };
    }
}
