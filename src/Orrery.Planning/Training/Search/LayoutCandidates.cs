using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Search;

/// <summary>Degrees outside experts, with what bounds and counts the layouts that share them.</summary>
internal readonly record struct Grid(Layout Layout, double Bound, double Promise, StrategyCount Strategies, int Index);

/// <summary>A layout that may be worth looking into.</summary>
/// <param name="Promise">What to sort by, lowest first.</param>
/// <param name="Index">Its place in the space, for a stable order.</param>
internal readonly record struct Candidate(Layout Layout, DenseShards Dense, RoutedShard? Routed, double Bound, double Promise, long Index) : IComparable<Candidate>
{
    public int CompareTo(Candidate other) => Promise != other.Promise ? Promise.CompareTo(other.Promise) : Index.CompareTo(other.Index);
}

/// <summary>The layouts of a grid that could be faster than a threshold, by bounds that grow tighter and dearer.</summary>
internal sealed class LayoutCandidates(StrategySpace space, ShardCosts costs, LayoutBound bounds, Placements placements)
{
    /// <summary>Those not ruled out; adds the strategies of the others to the tally.</summary>
    public List<Candidate> Of(in Grid grid, double threshold, ref SearchTally tally)
    {
        var candidates = new List<Candidate>();
        if (grid.Bound >= threshold)
        {
            tally.Add(RuledOut.Layout, grid.Strategies);
            return candidates;
        }

        // Where groups lie is the same for all micro-batches; how many ways there are to split and schedule is not.
        var experts = space.Experts(grid.Layout);
        var places = new Placement[]?[experts.Length];
        var (byLayout, byExchanges) = (new StrategyCount[experts.Length], new StrategyCount[experts.Length]);
        var index = (long)grid.Index << 24;
        foreach (var micro in space.MicroBatches(grid.Layout.Data))
        {
            var wide = grid.Layout with { MicroBatch = micro };
            var splits = space.Pipelines.Splits(wide);
            var (dense, allRouted) = (costs.Dense(wide), costs.Routed(wide));
            if (bounds.Of(wide, dense, allRouted?.Least ?? 0) >= threshold)
            {
                for (var i = 0; i < experts.Length; i++)
                {
                    byLayout[i] += splits;
                }

                index += experts.Length;
                continue;
            }

            for (var i = 0; i < experts.Length; i++, index++)
            {
                var routed = allRouted?[experts[i].Index];
                var bound = bounds.Of(wide, dense, routed?.ComputeSeconds ?? 0);
                if (bound >= threshold)
                {
                    byLayout[i] += splits;
                    continue;
                }

                // With nothing to beat, no bound rules anything out: often nothing fits, and then exchanges need not be known.
                var layout = experts[i].Of(wide);
                if (!double.IsInfinity(threshold) && (bound = bounds.WithExchanges(layout, dense, routed)) < threshold)
                {
                    bound = bounds.WithPlacements(layout, dense, routed, places[i] ??= placements.Of(layout));
                }

                if (bound < threshold)
                {
                    candidates.Add(new Candidate(layout, dense, routed, bound, bounds.Promise(layout, dense[0], routed, bound), index));
                }
                else
                {
                    byExchanges[i] += splits;
                }
            }
        }

        for (var i = 0; i < experts.Length; i++)
        {
            var each = space.CountOfSplit(experts[i].Of(grid.Layout));
            tally.Add(RuledOut.Layout, each * byLayout[i]);
            tally.Add(RuledOut.Exchanges, each * byExchanges[i]);
        }

        return candidates;
    }

    /// <summary>The most promising layouts of a grid, small micro-batches only: for a first idea of what is reachable.</summary>
    public IEnumerable<Candidate> MostPromising(Grid grid, int count)
    {
        const int MicroBatches = 6;
        var found = new List<Candidate>();
        var micros = space.MicroBatches(grid.Layout.Data);
        for (var i = 0; i < micros.Length && i < MicroBatches; i++)
        {
            var wide = grid.Layout with { MicroBatch = micros[i] };
            var (dense, allRouted) = (costs.Dense(wide), costs.Routed(wide));
            foreach (var experts in space.Experts(wide))
            {
                var (layout, routed) = (experts.Of(wide), allRouted?[experts.Index]);
                var bound = bounds.Of(layout, dense, routed?.ComputeSeconds ?? 0);
                found.Add(new Candidate(layout, dense, routed, bound, bounds.Promise(layout, dense[0], routed, bound), ((long)grid.Index << 24) + found.Count));
            }
        }

        // Exchanges are dear to compute: only of some more than are asked for.
        return [.. found.Order().Take(4 * count).Select(candidate =>
        {
            var bound = bounds.WithExchanges(candidate.Layout, candidate.Dense, candidate.Routed);
            return candidate with { Bound = bound, Promise = bounds.Promise(candidate.Layout, candidate.Dense[0], candidate.Routed, bound) };
        }).Order().Take(count)];
    }
}
