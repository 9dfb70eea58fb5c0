using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Costs;

internal enum ExchangeKind
{
    Tensor,
    Context,
    Expert,
    ExpertTensor,
}

/// <summary>What one group of a shard exchanges in one place.</summary>
/// <param name="Exposed">Seconds that show under the overlaps that hide most.</param>
internal sealed record PlacedExchange(GroupExchange Cost, double Exposed)
{
    public static PlacedExchange None { get; } = new(default, 0);
}

/// <summary>
/// Exchanges of one kind of group of one shard by where the group lies. Layouts, micro-batches aside, and threads share them: places
/// are small numbers (<see cref="GroupPlaces"/>), so that each is an array entry. Two threads may compute an entry both, to the same
/// digits; entries are whole objects, so that none sees half of one.
/// </summary>
internal sealed class PlacedExchanges(ExchangeKind kind, int size, Shard shard, BodyRun[] runs, Overlap mostHidden, GroupPlaces places)
{
    private static readonly RankGroup One = new(1);

    private PlacedExchange?[] _known = [];

    public PlacedExchange At(int place)
    {
        if (size <= 1)
        {
            return PlacedExchange.None;
        }

        var known = _known;
        return (uint)place < (uint)known.Length && known[place] is { } found ? found : Add(place);
    }

    /// <summary>The exchange of a group wherever it lies.</summary>
    private PlacedExchange Of(RankGroup group)
    {
        // The groups of a strategy in which this group alone has more than one rank.
        var groups = kind switch
        {
            ExchangeKind.Tensor => new RankGroups(group, One, One, One, One, One, One),
            ExchangeKind.Context => new RankGroups(One, group, One, One, One, One, One),
            ExchangeKind.Expert => new RankGroups(One, One, One, One, group, One, One),
            _ => new RankGroups(One, One, One, group, One, One, One),
        };
        var cost = GroupExchange.Of(shard, runs, groups);
        return new PlacedExchange(cost, cost.Exposed(shard.Parameters, mostHidden));
    }

    /// <summary>
    /// The least exposed seconds wherever the group lies: over every stride that puts another number of its members inside some tier.
    /// Not always the stride of one: a fabric may be faster when a group uses two of its tiers at once.
    /// </summary>
    public double Nearest()
    {
        if (size == 1)
        {
            return 0;
        }

        var least = double.PositiveInfinity;
        var stride = 1;
        while (true)
        {
            least = Math.Min(least, Of(new RankGroup(size, stride)).Exposed);
            var next = int.MaxValue;
            foreach (var tier in shard.System.Tiers)
            {
                // Beyond one member inside, and before all of them are, a longer stride changes nothing.
                if (tier.Ranks is { } ranks && ranks / stride > 1)
                {
                    next = Math.Min(next, (ranks / Math.Min(size, ranks / stride)) + 1);
                }
            }

            if (next == int.MaxValue)
            {
                return least;
            }

            stride = next;
        }
    }

    private PlacedExchange Add(int place)
    {
        var known = _known;
        if (place >= known.Length)
        {
            Array.Resize(ref known, Math.Max(8, 2 * place));
            _known = known;
        }

        return known[place] = Of(places.At(size, place));
    }
}
