using System.Collections.Concurrent;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>A rank order and where it puts groups.</summary>
internal sealed record Placement(RankOrder Order, RankGroups Groups);

/// <summary>
/// Rank orders that put other groups of ranks on some tier, the first of each; all others are other names for these. Micro-batches
/// make no difference, so layouts that differ in nothing else share them.
/// </summary>
internal sealed class Placements(PlanQuestion question, StrategySpace space)
{
    private readonly ConcurrentDictionary<Layout, Placement[]> _known = new();
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
                found.Add(new Placement(order, groups));
            }
        }

        return [.. found];
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
