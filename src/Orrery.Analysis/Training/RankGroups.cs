using Orrery.Analysis.Collectives;
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
    public static RankGroups Of(Strategy s)
    {
        RankGroup tensor = default, context = default, data = default, expertTensor = default, expert = default, expertReplicas = default, pair = default;
        int stride = 1, expertStride = 1;
        foreach (var axis in s.Order.Axes)
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

    private static RankGroup Next(int size, ref int stride)
    {
        var group = new RankGroup(size, stride);
        stride *= size;
        return group;
    }
}
