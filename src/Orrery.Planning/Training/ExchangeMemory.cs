using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;

namespace Orrery.Planning.Training;

internal enum ExchangeKind
{
    Tensor,
    Context,
    Expert,
    ExpertTensor,
}

/// <summary>Exchanges of one layout's groups by where they lie; a handful of entries, looked through in order.</summary>
internal sealed class ExchangeMemory
{
    private readonly List<(ExchangeKind Kind, int Sequence, int Stride, GroupExchange Exchange)> _known = [];

    public void Clear() => _known.Clear();

    /// <param name="sequence">The use of sequence parallelism, for exchanges that depend on it.</param>
    /// <param name="alone">The groups of a strategy in which this group alone has more than one rank.</param>
    public GroupExchange Get(ExchangeKind kind, int sequence, RankGroup group, DenseShard dense, in BodyCost body, Func<RankGroup, RankGroup, RankGroups> alone)
    {
        if (group.Size <= 1)
        {
            return default;
        }

        foreach (var (knownKind, knownSequence, stride, exchange) in _known)
        {
            if (knownKind == kind && knownSequence == sequence && stride == group.Stride)
            {
                return exchange;
            }
        }

        var made = GroupExchange.Of(dense.Shard, body.Runs, alone(group, new RankGroup(1)));
        _known.Add((kind, sequence, group.Stride, made));
        return made;
    }
}
