using Orrery.Domain.Strategies;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>The mesh axes of MaxText, each split into a part inside a slice (ICI) and a part between slices (DCN).</summary>
internal sealed class MaxTextMesh
{
    private readonly List<(string Axis, int Ici, int Dcn)> _axes = [];

    public MaxTextMesh(Strategy s, LaunchTarget target, GapList gaps)
    {
        var expert = Expert(s, gaps);
        var (data, fsdp) = Data(s, s.DataParallel / expert, expert, gaps);
        var free = Math.Min(target.ChipsPerDomain, s.Chips);
        foreach (var axis in s.Order.Axes)
        {
            switch (axis)
            {
                case RankAxis.Tensor:
                    free = Split(s.SequenceParallel ? "tensor_sequence" : "tensor", s.TensorParallel, free);
                    break;
                case RankAxis.Context:
                    free = Split("context", s.ContextParallel, free);
                    break;
                case RankAxis.Expert:
                    free = Split("expert", expert, free);
                    break;
                case RankAxis.Data:
                    free = Split("fsdp", fsdp, free);
                    free = Split("data", data, free);
                    break;
                default:
                    free = Split("pipeline", s.PipelineParallel, free);
                    break;
            }
        }

        gaps.AddWhen(
            free != 1, "mesh", $"The ICI axes leave {free} chips of a slice over, and MaxText wants them to fill it; choose degrees that divide {Math.Min(target.ChipsPerDomain, s.Chips)}.");
        gaps.AddWhen(
            s.TensorParallel > 1 && !s.SequenceParallel, "sequence-parallel",
            $"MaxText's tensor axis cuts activations between blocks by their width; they are not kept whole on every rank.");
        gaps.AddWhen(
            s.Order != default, "order", $"MaxText lays ranks out in the order of mesh_axes; the order {s.Order} only decides here which axes stay inside a slice.");
    }

    /// <summary>In MaxText's order, the outermost axis first.</summary>
    public IEnumerable<(string Axis, int Ici, int Dcn)> Axes =>
        from name in (string[])["data", "pipeline", "fsdp", "context", "tensor", "tensor_sequence", "expert"]
        from axis in _axes
        where axis.Axis == name
        select axis;

    private static int Expert(Strategy s, GapList gaps)
    {
        var expert = GreatestCommonDivisor(s.ExpertParallel, s.DataParallel);
        gaps.AddWhen(
            expert != s.ExpertParallel, "ep",
            $"MaxText takes its expert axis out of data parallelism, so ep {s.ExpertParallel} with dp {s.DataParallel} becomes an expert axis of {expert}.");
        gaps.AddWhen(
            s.ExpertParallel > 1 && s.ExpertTensorParallel != s.TensorParallel, "etp",
            $"MaxText cuts experts over the tensor axis as it does everything else: {s.TensorParallel} ways, not {s.ExpertTensorParallel}.");
        return expert;
    }

    private static (int Data, int Fsdp) Data(Strategy s, int ranks, int expert, GapList gaps)
    {
        switch (s.Sharding)
        {
            case Sharding.Zero3:
                return (1, ranks);
            case Sharding.Hsdp:
                var fsdp = GreatestCommonDivisor(Math.Max(1, s.ShardRanks / expert), ranks);
                gaps.AddWhen(
                    fsdp * expert != s.ShardRanks, "shard-ranks",
                    $"MaxText shards weights over fsdp and expert axes, {fsdp * expert} ranks together instead of {s.ShardRanks}.");
                return (ranks / fsdp, fsdp);
            default:
                gaps.AddWhen(
                    s.ContextParallel > 1 || expert > 1, "sharding",
                    $"MaxText shards weights over the context and expert axes whatever the sharding; {s.Sharding.Word()} holds on the data axis only.");
                return (ranks, 1);
        }
    }

    private int Split(string axis, int degree, int free)
    {
        var ici = GreatestCommonDivisor(degree, free);
        _axes.Add((axis, ici, degree / ici));
        return free / ici;
    }

    private static int GreatestCommonDivisor(int left, int right)
    {
        while (right != 0)
        {
            (left, right) = (right, left % right);
        }

        return left;
    }
}
