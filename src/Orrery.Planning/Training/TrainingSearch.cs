using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>
/// Branch and bound over layouts, the most promising first. Layouts are taken in batches whose size does not depend on the machine, and
/// every batch works against what was known before it: the answer and all counts are the same at any number of threads.
/// </summary>
internal sealed class TrainingSearch
{
    // Large enough to keep processors busy, small enough that a batch seldom misses what it could have known.
    private const int BatchSize = 64;

    // Grids expanded together: their layouts are sorted before any is looked into. The first few find a good strategy, the rest are many.
    private const int FirstGrids = 16;
    private const int MostGrids = 1024;

    private readonly PlanQuestion _question;
    private readonly StrategySpace _space;
    private readonly ShardCosts _costs;
    private readonly LayoutBound _bound;
    private readonly PolicyTable _policies;
    private readonly Placements _placements;
    private readonly Dictionary<Layout, Kept> _kept = [];
    private int _enough = int.MaxValue;
    private SearchTally _tally;
    private long _layouts;

    public TrainingSearch(PlanQuestion question)
    {
        _question = question;
        _space = new StrategySpace(question);
        _costs = new ShardCosts(question, _space);
        _bound = new LayoutBound(question, _space, _costs);
        _policies = new PolicyTable(_space.Policies, _costs.Sample());
        _placements = new Placements(question, _space);
    }

    /// <summary>Whether any strategy fits at all; ends with the first one found.</summary>
    public bool AnyFits(CancellationToken stop)
    {
        _enough = 1;
        return Run(stop, _ => { }).Best.Count > 0;
    }

    /// <summary>The best layouts, each with its fastest strategy, best first.</summary>
    public (IReadOnlyList<Strategy> Best, SearchProof Proof) Run(CancellationToken stop, Action<double> progress)
    {
        var grids = Grids();
        UInt128 strategies = 0;
        foreach (var grid in grids)
        {
            strategies += grid.Strategies;
        }

        double? left = null;
        var (at, size) = (0, FirstGrids);
        var batch = new List<Grid>(MostGrids);
        while (at < grids.Length)
        {
            batch.Clear();
            for (; at < grids.Length && batch.Count < size; at++)
            {
                if (grids[at].Bound < Threshold)
                {
                    batch.Add(grids[at]);
                }
                else
                {
                    _tally.Add(RuledOut.Layout, grids[at].Strategies);
                }
            }

            if (batch.Count > 0 && (_kept.Count >= _enough || stop.IsCancellationRequested || !Expand(batch, stop)))
            {
                left = batch.Concat(grids.Skip(at)).Min(grid => grid.Bound);
                break;
            }

            size = Math.Min(2 * size, MostGrids);
            progress((double)at / grids.Length);
        }

        var proof = new SearchProof(
            strategies, _tally.Evaluated, Enum.GetValues<RuledOut>().ToDictionary(reason => reason, reason => _tally[reason]), _layouts, left is null, left);
        return ([.. _kept.Values.OrderBy(kept => kept.Seconds).ThenBy(kept => kept.Index).Select(kept => kept.Strategy)], proof);
    }

    /// <summary>Seconds that a layout must beat to be kept.</summary>
    private double Threshold => _kept.Count < _question.Keep ? double.PositiveInfinity : _kept.Values.Max(kept => kept.Seconds);

    private Grid[] Grids()
    {
        var layouts = _space.Grid().ToArray();
        var grids = new Grid[layouts.Length];
        Parallel.For(0, layouts.Length, i => grids[i] = ToGrid(layouts[i], i));
        Array.Sort(grids, (one, other) => one.Promise != other.Promise ? one.Promise.CompareTo(other.Promise) : one.Index.CompareTo(other.Index));
        return grids;
    }

    private Grid ToGrid(Layout layout, int index)
    {
        var bound = _bound.OfGrid(layout);
        var promise = double.IsInfinity(bound) ? bound : _bound.Promise(layout with { MicroBatch = _space.MicroBatches(layout.Data)[0] }, null, bound);
        return new Grid(layout, bound, promise, _space.Count(layout), index);
    }

    /// <summary>Looks into every layout of some grids, the most promising first; false where it was stopped before the last.</summary>
    private bool Expand(List<Grid> grids, CancellationToken stop)
    {
        var threshold = Threshold;
        var found = new (List<Candidate> Candidates, SearchTally Tally)[grids.Count];
        Parallel.For(0, grids.Count, i => found[i] = Candidates(grids[i], threshold));
        foreach (var (_, tally) in found)
        {
            _tally.Add(tally);
        }

        var candidates = found.SelectMany(entry => entry.Candidates).ToArray();
        Array.Sort(candidates, (one, other) => one.Promise != other.Promise ? one.Promise.CompareTo(other.Promise) : one.Index.CompareTo(other.Index));
        for (var at = 0; at < candidates.Length; at += BatchSize)
        {
            if (_kept.Count >= _enough || stop.IsCancellationRequested)
            {
                return false;
            }

            LookInto(candidates.AsSpan(at, Math.Min(BatchSize, candidates.Length - at)).ToArray());
        }

        return true;
    }

    /// <summary>The layouts of a grid that could be faster than the threshold.</summary>
    private (List<Candidate>, SearchTally) Candidates(Grid grid, double threshold)
    {
        var candidates = new List<Candidate>();
        var tally = default(SearchTally);
        if (grid.Bound >= threshold)
        {
            tally.Add(RuledOut.Layout, grid.Strategies);
            return (candidates, tally);
        }

        long index = (long)grid.Index << 24;
        foreach (var micro in _space.MicroBatches(grid.Layout.Data))
        {
            var wide = grid.Layout with { MicroBatch = micro };
            var none = _bound.OfMicroBatch(wide) >= threshold;
            foreach (var (expert, expertTensor) in _space.Experts(grid.Layout))
            {
                var layout = wide with { Expert = expert, ExpertTensor = expertTensor };
                if (none)
                {
                    tally.Add(RuledOut.Layout, _space.CountOne(layout));
                    continue;
                }

                var routed = _costs.Routed(layout);
                var bound = _bound.Of(layout, routed);
                var reason = RuledOut.Layout;
                if (bound < threshold)
                {
                    (bound, reason) = (_bound.WithExchanges(layout, routed), RuledOut.Exchanges);
                }

                if (bound < threshold)
                {
                    candidates.Add(new Candidate(layout, bound, _bound.Promise(layout, routed, bound), index++));
                }
                else
                {
                    tally.Add(reason, _space.CountOne(layout));
                }
            }
        }

        return (candidates, tally);
    }

    private void LookInto(Candidate[] batch)
    {
        var threshold = Threshold;
        var found = new ((double Seconds, Strategy Strategy)? Best, SearchTally Tally)[batch.Length];
        Parallel.For(0, batch.Length, () => new LayoutSearch(_question, _space, _costs, _policies, _placements), (i, _, search) =>
        {
            var tally = default(SearchTally);
            if (batch[i].Bound >= threshold)
            {
                tally.Add(RuledOut.Exchanges, _space.CountOne(batch[i].Layout));
            }
            else
            {
                found[i].Best = search.Search(batch[i].Layout, threshold, ref tally);
            }

            found[i].Tally = tally;
            return search;
        }, _ => { });

        for (var i = 0; i < batch.Length; i++)
        {
            _tally.Add(found[i].Tally);
            if (batch[i].Bound < threshold)
            {
                _layouts++;
            }

            if (found[i].Best is { } best)
            {
                Keep(batch[i], best.Seconds, best.Strategy);
            }
        }
    }

    private void Keep(Candidate candidate, double seconds, Strategy strategy)
    {
        var key = candidate.Layout.WithoutMicroBatch;
        if (!_kept.TryGetValue(key, out var known) || (seconds, candidate.Index).CompareTo((known.Seconds, known.Index)) < 0)
        {
            _kept[key] = new Kept(seconds, candidate.Index, strategy);
        }

        if (_kept.Count > _question.Keep)
        {
            _kept.Remove(_kept.MaxBy(entry => (entry.Value.Seconds, entry.Value.Index)).Key);
        }
    }

    private readonly record struct Grid(Layout Layout, double Bound, double Promise, UInt128 Strategies, int Index);

    private readonly record struct Candidate(Layout Layout, double Bound, double Promise, long Index);

    private sealed record Kept(double Seconds, long Index, Strategy Strategy);
}
