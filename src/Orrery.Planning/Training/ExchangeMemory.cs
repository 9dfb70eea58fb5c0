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
    private long[] _keys = new long[32];
    private GroupExchange[] _exchanges = new GroupExchange[32];
    private int _count;

    public void Clear() => _count = 0;

    /// <param name="sequence">The use of sequence parallelism, for exchanges that depend on it.</param>
    /// <param name="alone">The groups of a strategy in which this group alone has more than one rank.</param>
    public GroupExchange Get(ExchangeKind kind, int sequence, RankGroup group, DenseShard dense, in BodyCost body, Func<RankGroup, RankGroup, RankGroups> alone)
    {
        if (group.Size <= 1)
        {
            return default;
        }

        var key = ((long)group.Stride << 8) | ((long)kind << 4) | (long)sequence;
        for (var i = 0; i < _count; i++)
        {
            if (_keys[i] == key)
            {
                return _exchanges[i];
            }
        }

        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * _count);
            Array.Resize(ref _exchanges, 2 * _count);
        }

        _keys[_count] = key;
        return _exchanges[_count++] = GroupExchange.Of(dense.Shard, body.Runs, alone(group, new RankGroup(1)));
    }
}
