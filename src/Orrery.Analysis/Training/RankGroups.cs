using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>Which ranks meet for what, under a strategy's rank order.</summary>
/// <param name="Replicas">Ranks that hold the same weights outside experts: data- and context-parallel ones.</param>
/// <param name="ExpertReplicas">Ranks that hold the same experts.</param>
/// <param name="StagePair">Two ranks that hand a micro-batch from stage to stage.</param>
public readonly record struct RankGroups(
    RankGroup Tensor, RankGroup Context, RankGroup Replicas, RankGroup ExpertTensor, RankGroup Expert, RankGroup ExpertReplicas, RankGroup StagePair)
{
    /// <summary>
    /// Equation: an axis's stride is the product of the degrees inside it; outside experts those of tp, cp, dp and pp count, inside
    /// experts those of expert-TP (in tp's place), ep, the expert's replicas (in dp's place) and pp.
    /// Assumption: ranks are numbered innermost tier first. Source: definition of the layout.
    /// </summary>
    public static RankGroups Of(Strategy s) => Of(s, s.Order);

    /// <summary>The groups of a strategy under another order.</summary>
    public static RankGroups Of(Strategy s, RankOrder order)
    {
        RankGroup tensor = default, context = default, data = default, expertTensor = default, expert = default, expertReplicas = default, pair = default;
        int stride = 1, expertStride = 1;
        foreach (var axis in order.Axes)
        {
            switch (axis)
            {
                case RankAxis.Tensor:
                    tensor = Next(s.TensorParallel, ref stride);
                    expertTensor = Next(s.ExpertTensorParallel, ref expertStride);
                    break;
                case RankAxis.Context:
                    context = Next(s.ContextParallel, ref stride);
                    break;
                case RankAxis.Expert:
                    expert = Next(s.ExpertParallel, ref expertStride);
                    break;
                case RankAxis.Data:
                    data = Next(s.DataParallel, ref stride);
                    expertReplicas = Next(s.ExpertReplicas, ref expertStride);
                    break;
                case RankAxis.Pipeline:
                    pair = new RankGroup(2, stride);
                    stride *= s.PipelineParallel;
                    expertStride *= s.PipelineParallel;
                    break;
            }
        }

        return new RankGroups(tensor, context, RankGroup.Of(context, data), expertTensor, expert, expertReplicas, pair);
    }

    /// <summary>Whether every group has as many members, in as many runs, inside an instance of a tier as the other's: then nothing that crosses the tier differs.</summary>
    public bool SameIn(in RankGroups other, FabricTier tier) =>
        Same(Tensor, other.Tensor, tier) && Same(Context, other.Context, tier) && Same(Replicas, other.Replicas, tier)
        && Same(ExpertTensor, other.ExpertTensor, tier) && Same(Expert, other.Expert, tier)
        && Same(ExpertReplicas, other.ExpertReplicas, tier) && Same(StagePair, other.StagePair, tier);

    private static bool Same(RankGroup one, RankGroup other, FabricTier tier) =>
        one.MembersIn(tier, outermost: false) == other.MembersIn(tier, outermost: false) && Math.Max(1, one.Runs) == Math.Max(1, other.Runs);

    private static RankGroup Next(int size, ref int stride)
    {
        var group = new RankGroup(size, stride);
        stride *= size;
        return group;
    }
}
