using System.Collections.Concurrent;
using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;

namespace Orrery.Planning.Training.Costs;

/// <summary>The ways in which groups of a size can lie, numbered as they are met. No answer depends on the numbers.</summary>
internal sealed class GroupPlaces(AiSystem system)
{
    private readonly ConcurrentDictionary<long, short> _numbers = new();
    private readonly ConcurrentDictionary<long, RankGroup> _groups = new();
    private readonly Dictionary<int, List<int[]>> _members = [];
    private readonly FabricTier[] _tiers = [.. system.Tiers];

    /// <summary>The number of a group's place; 0 for a group of one.</summary>
    public short Of(RankGroup group)
    {
        if (group.Size <= 1)
        {
            return 0;
        }

        var key = Key(group.Size, group.Stride);
        return _numbers.TryGetValue(key, out var number) ? number : _numbers[key] = Number(group);
    }

    /// <summary>A group of a size in a place: whatever it exchanges takes as long as in any other of that size and place.</summary>
    public RankGroup At(int size, int place) => _groups[Key(size, place)];

    private short Number(RankGroup group)
    {
        var members = Array.ConvertAll(_tiers, tier => group.MembersIn(tier, outermost: false));
        lock (_members)
        {
            if (!_members.TryGetValue(group.Size, out var known))
            {
                _members[group.Size] = known = [];
            }

            var place = known.FindIndex(other => members.AsSpan().SequenceEqual(other));
            if (place < 0)
            {
                place = known.Count;
                known.Add(members);
                _groups[Key(group.Size, place)] = group;
            }

            return (short)place;
        }
    }

    private static long Key(int size, int second) => ((long)size << 32) | (uint)second;
}
