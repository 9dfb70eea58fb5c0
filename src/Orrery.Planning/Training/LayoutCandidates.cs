using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>Degrees outside experts, with what bounds and counts the layouts that share them.</summary>
internal readonly record struct Grid(Layout Layout, double Bound, double Promise, UInt128 Strategies, int Index);

/// <summary>A layout that may be worth looking into.</summary>
/// <param name="Promise">What to sort by, lowest first.</param>
/// <param name="Index">Its place in the space, for a stable order.</param>
internal readonly record struct Candidate(Layout Layout, double Bound, double Promise, long Index) : IComparable<Candidate>
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
        var experts = space.Experts(grid.Layout).ToArray();
        var places = new Placement[]?[experts.Length];
        var (byLayout, byExchanges) = (new UInt128[experts.Length], new UInt128[experts.Length]);
        var index = (long)grid.Index << 24;
        foreach (var micro in space.MicroBatches(grid.Layout.Data))
        {
            var wide = grid.Layout with { MicroBatch = micro };
            var splits = space.Splits(wide);
            if (bounds.OfMicroBatch(wide) >= threshold)
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
                var layout = wide with { Expert = experts[i].Expert, ExpertTensor = experts[i].ExpertTensor };
                var routed = costs.Routed(layout);
                if (bounds.Of(layout, routed) >= threshold)
                {
                    byLayout[i] += splits;
                    continue;
                }

                var bound = bounds.WithExchanges(layout, routed);
                if (bound < threshold)
                {
                    bound = bounds.WithPlacements(layout, routed, places[i] ??= placements.Of(layout));
                }

                if (bound < threshold)
                {
                    candidates.Add(new Candidate(layout, bound, bounds.Promise(layout, routed, bound), index));
                }
                else
                {
                    byExchanges[i] += splits;
                }
            }
        }

        for (var i = 0; i < experts.Length; i++)
        {
            var each = space.CountOfSplit(grid.Layout with { Expert = experts[i].Expert, ExpertTensor = experts[i].ExpertTensor });
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
        foreach (var micro in space.MicroBatches(grid.Layout.Data).AsSpan(0, Math.Min(MicroBatches, space.MicroBatches(grid.Layout.Data).Length)))
        {
            foreach (var (expert, expertTensor) in space.Experts(grid.Layout))
            {
                var layout = grid.Layout with { MicroBatch = micro, Expert = expert, ExpertTensor = expertTensor };
                var routed = costs.Routed(layout);
                var bound = bounds.WithExchanges(layout, routed);
                found.Add(new Candidate(layout, bound, bounds.Promise(layout, routed, bound), ((long)grid.Index << 24) + found.Count));
            }
        }

        found.Sort();
        return found.Take(count);
    }
}
