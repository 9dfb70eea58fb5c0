using Orrery.Analysis.Collectives;
using Collective = Orrery.Analysis.Collectives.Collectives;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>Seconds of the tensor-, context- and expert-parallel exchanges of all layers for one micro-batch.</summary>
/// <param name="TensorForward">As long as they run, whatever they run beside.</param>
/// <param name="ContextForward">What attention does not hide.</param>
/// <param name="ExpertTensor">Of the expert-TP group, each way, as long as it runs.</param>
/// <param name="Expert">Dispatch and combine, each way, as long as they run.</param>
internal readonly record struct GroupExchange(
    double TensorForward, double TensorBackward, double ContextForward, double ContextBackward, double ExpertTensor, double Expert)
{
    private const double BytesPerElement = 2;

    /// <summary>All of them, for a strategy's groups.</summary>
    public static GroupExchange Of(Shard shard, BodyRun[] runs, in RankGroups groups)
    {
        var (tensorForward, tensorBackward) = Tensor(shard, groups.Tensor);
        var sum = default(GroupExchange);
        for (var i = 0; i < runs.Length; i++)
        {
            ref readonly var run = ref runs[i];
            var (contextForward, contextBackward) = Context(shard, run, groups.Context);
            sum = new GroupExchange(
                sum.TensorForward + (run.Count * run.TensorExchanges * tensorForward),
                sum.TensorBackward + (run.Count * run.TensorExchanges * tensorBackward),
                sum.ContextForward + (run.Count * contextForward),
                sum.ContextBackward + (run.Count * contextBackward),
                sum.ExpertTensor + (run.Routed is { } inside ? run.Count * ExpertTensorTime(shard, inside, groups.ExpertTensor) : 0),
                sum.Expert + (run.Routed is { } moe ? run.Count * Experts(shard, moe, groups.Expert) : 0));
        }

        return sum;
    }

    public static GroupExchange operator +(in GroupExchange one, in GroupExchange other) => new(
        one.TensorForward + other.TensorForward, one.TensorBackward + other.TensorBackward, one.ContextForward + other.ContextForward,
        one.ContextBackward + other.ContextBackward, one.ExpertTensor + other.ExpertTensor, one.Expert + other.Expert);

    /// <summary>The shares that show, as parts of a layer cost with the recompute modules that run them again.</summary>
    public void AddTo(ref LayerCost cost, TrainingParameters p, Overlap overlap)
    {
        var tensor = TensorExposed(p, overlap);
        cost.Add(StepPart.TensorParallelCommunication, tensor * TensorForward, tensor * TensorBackward, Recompute.Full);
        cost.Add(StepPart.ContextParallelCommunication, ContextForward, ContextBackward, Recompute.CoreAttention | Recompute.Attention);
        cost.Add(StepPart.TensorParallelCommunication, p.TensorExposed * ExpertTensor, p.TensorExposed * ExpertTensor, Recompute.Experts);
        var expert = ExpertExposed(p, overlap) * Expert;
        cost.Add(StepPart.ExpertParallelCommunication, expert, expert, Recompute.Experts);
    }

    /// <summary>Seconds that show, forward and backward together.</summary>
    public double Exposed(TrainingParameters p, Overlap overlap) =>
        (TensorExposed(p, overlap) * (TensorForward + TensorBackward)) + ContextForward + ContextBackward
        + (2 * p.TensorExposed * ExpertTensor) + (2 * ExpertExposed(p, overlap) * Expert);

    public static double TensorExposed(TrainingParameters p, Overlap overlap) =>
        (overlap & Overlap.TensorParallel) != 0 ? p.TensorExposedOverlapped : p.TensorExposed;

    public static double ExpertExposed(TrainingParameters p, Overlap overlap) =>
        (overlap & Overlap.ExpertParallel) != 0 ? p.ExpertExposedOverlapped : p.ExpertExposed;

    /// <summary>
    /// One block's tensor-parallel traffic. With sequence parallelism: all-gather and reduce-scatter forward, the same and,
    /// unless the gathered input was kept, one more all-gather backward. Without: an all-reduce each way. What is gathered goes into
    /// products, so a stack may cast it first and send it in their format.
    /// </summary>
    private static (double Forward, double Backward) Tensor(Shard shard, RankGroup group)
    {
        if (group.Size == 1)
        {
            return (0, 0);
        }

        var bytes = shard.Tokens * shard.Workload.Model.Hidden * BytesPerElement;
        if (!shard.Strategy.SequenceParallel)
        {
            var reduce = Collective.AllReduce(bytes, group, shard.System).Seconds;
            return (reduce, reduce);
        }

        var gathered = bytes * (1 - (shard.Parameters.QuantizedGather * (1 - (shard.Dense.Bytes / BytesPerElement))));
        var gather = Collective.AllGather(gathered, group, shard.System).Seconds;
        var forward = gather + Collective.ReduceScatter(bytes, group, shard.System).Seconds;
        return (forward, shard.Strategy.KeepGathered ? forward : forward + gather);
    }

    /// <summary>
    /// Ring attention: every rank's keys and values pass all others once forward and, with their gradients, twice backward;
    /// what attention cannot hide is exposed, and a share of the rest.
    /// </summary>
    private static (double Forward, double Backward) Context(Shard shard, in BodyRun run, RankGroup group)
    {
        const double Hideable = 0.9;
        if (group.Size == 1 || run.ContextWidth == 0)
        {
            return (0, 0);
        }

        var bytes = group.Size * shard.Tokens * run.ContextWidth * BytesPerElement;
        var ring = Collective.AllGather(bytes, group, shard.System).Seconds;
        var x = shard.Parameters.ContextExposed;
        double Exposed(double time, double attention) => Math.Max(0, time - (Hideable * attention)) + (x * time);
        return (Exposed(ring, run.AttentionForward), Exposed(2 * ring, run.AttentionBackward));
    }

    private static double ExpertTensorTime(Shard shard, MixtureOfExperts moe, RankGroup group)
    {
        if (group.Size == 1)
        {
            return 0;
        }

        var copies = shard.RoutedTokens * moe.TopK * group.Size * shard.RoutedWidth(moe) * BytesPerElement;
        return Collective.AllGather(copies, group, shard.System).Seconds + Collective.ReduceScatter(copies, group, shard.System).Seconds;
    }

    /// <summary>
    /// Dispatch and combine, each way. A token's copies cross a tier once per group they are wanted in when the dispatcher
    /// removes duplicates (expected groups <c>D (1 - (1 - 1/D)^k)</c> of D under balanced routing), else once per expert.
    /// The narrowest tier for its share rules.
    /// </summary>
    private static double Experts(Shard shard, MixtureOfExperts moe, RankGroup group)
    {
        if (group.Size == 1)
        {
            return 0;
        }

        double time = 0, busy = 0;
        var innerRanks = 1;
        var tiers = shard.System.Tiers;
        for (var i = 0; i < tiers.Count; i++)
        {
            var tier = tiers[i];
            var within = group.MembersIn(tier, outermost: false);
            if (within == innerRanks)
            {
                continue;
            }

            // Groups of the next tier inwards that the expert group is spread over.
            var groups = Math.Ceiling((double)group.Size / innerRanks);
            var copies = shard.Strategy.Dispatch == ExpertDispatch.Deduplicated
                ? groups * (1 - Math.Pow(1 - (1 / groups), moe.TopK))
                : moe.TopK;
            var bytes = shard.RoutedTokens * shard.RoutedWidth(moe) * BytesPerElement * copies * (groups - 1) / groups;
            var across = Startup(tier) + (bytes / Rate(tier));
            busy = tier.SharesLinks ? busy + across : across;
            time = Math.Max(time, busy);
            innerRanks = within;
        }

        return 2 * time;
    }

    private static double Rate(FabricTier tier) => tier.Bandwidth.Value.Value * tier.Reach.Fraction.Value.Value / tier.Oversubscription.Value.Value;

    private static double Startup(FabricTier tier) => tier.Reach.Startup.Value.Value + tier.Latency.Value.Value;
}
