using System.Collections.Concurrent;
using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Costs;

/// <summary>
/// A rank order and where it puts groups, as numbers: groups of one size have the same number if, and only if, as many of their members
/// are inside an instance of every tier, so that exchanges can be looked up in arrays. Of groups that are a single run of ranks.
/// A few bytes, of which a search keeps some hundred thousand.
/// </summary>
internal readonly record struct Placement(RankOrder Order, short Tensor, short Context, short Expert, short ExpertTensor);

/// <summary>
/// Rank orders that put other groups of ranks on some tier, the first of each; all others are other names for these. Micro-batches
/// make no difference, so layouts that differ in nothing else share them.
/// </summary>
internal sealed class Placements(PlanQuestion question, StrategySpace space, GroupPlaces places)
{
    private readonly ConcurrentDictionary<Layout, Placement[]> _known = new();
    private readonly FabricTier[] _tiers = [.. question.Cluster.System.Tiers];

    public Placement[] Of(Layout layout)
    {
        var degrees = layout.WithoutMicroBatch;
        return _known.TryGetValue(degrees, out var known) ? known : _known[degrees] = Find(degrees);
    }

    private Placement[] Find(Layout degrees)
    {
        var plain = degrees.ToStrategy(question.Limits);
        var orders = space.Orders(degrees);
        Span<RankGroups> known = stackalloc RankGroups[orders.Length];
        Span<Placement> found = stackalloc Placement[orders.Length];
        var count = 0;
        foreach (var order in orders)
        {
            var groups = RankGroups.Of(plain, order);
            if (!IsKnown(groups, known[..count]))
            {
                known[count] = groups;
                found[count++] = new Placement(
                    order, places.Of(groups.Tensor), places.Of(groups.Context), places.Of(groups.Expert), places.Of(groups.ExpertTensor));
            }
        }

        return found[..count].ToArray();
    }

    private bool IsKnown(in RankGroups groups, ReadOnlySpan<RankGroups> known)
    {
        foreach (ref readonly var other in known)
        {
            if (SameOnEveryTier(groups, other))
            {
                return true;
            }
        }

        return false;
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
