using System.Collections.Concurrent;
using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>
/// Where groups lie, as numbers: groups of one size have the same number if, and only if, as many of their members are inside an
/// instance of every tier, so that exchanges can be looked up in arrays. Of groups that are a single run of ranks.
/// </summary>
internal readonly record struct GroupPlaces(int Tensor, int Context, int Expert, int ExpertTensor);

/// <summary>A rank order and where it puts groups.</summary>
internal sealed class Placement(RankOrder order, RankGroups groups, GroupPlaces places)
{
    public readonly RankGroups Groups = groups;

    public RankOrder Order { get; } = order;
    public GroupPlaces Places { get; } = places;
}

/// <summary>
/// Rank orders that put other groups of ranks on some tier, the first of each; all others are other names for these. Micro-batches
/// make no difference, so layouts that differ in nothing else share them.
/// </summary>
internal sealed class Placements(PlanQuestion question, StrategySpace space)
{
    private readonly ConcurrentDictionary<Layout, Placement[]> _known = new();
    private readonly ConcurrentDictionary<long, int> _places = new();
    private readonly Dictionary<int, List<int[]>> _members = [];
    private readonly FabricTier[] _tiers = [.. question.Cluster.System.Tiers];

    public Placement[] Of(Layout layout) => _known.GetOrAdd(layout.WithoutMicroBatch, static (degrees, self) => self.Find(degrees), this);

    private Placement[] Find(Layout degrees)
    {
        var plain = degrees.ToStrategy(question.Limits);
        var found = new List<Placement>();
        foreach (var order in space.Orders(degrees))
        {
            var groups = RankGroups.Of(plain, order);
            if (!found.Exists(known => SameOnEveryTier(groups, known.Groups)))
            {
                found.Add(new Placement(order, groups, PlacesOf(groups)));
            }
        }

        return [.. found];
    }

    private GroupPlaces PlacesOf(in RankGroups groups) =>
        new(PlaceOf(groups.Tensor), PlaceOf(groups.Context), PlaceOf(groups.Expert), PlaceOf(groups.ExpertTensor));

    private int PlaceOf(RankGroup group)
    {
        if (group.Size <= 1)
        {
            return 0;
        }

        var key = ((long)group.Size << 32) | (uint)group.Stride;
        if (_places.TryGetValue(key, out var place))
        {
            return place;
        }

        var members = Array.ConvertAll(_tiers, tier => group.MembersIn(tier, outermost: false));
        lock (_members)
        {
            if (!_members.TryGetValue(group.Size, out var known))
            {
                _members[group.Size] = known = [];
            }

            place = known.FindIndex(other => members.AsSpan().SequenceEqual(other));
            if (place < 0)
            {
                place = known.Count;
                known.Add(members);
            }
        }

        return _places[key] = place;
    }

    private bool SameOnEveryTier(in RankGroups groups, in RankGroups others)
    {
        foreach (var tier in _tiers)
        {
            if (!groups.SameIn(others, tier))
            {
                return false;
            }
        }

        return true;
    }
}
