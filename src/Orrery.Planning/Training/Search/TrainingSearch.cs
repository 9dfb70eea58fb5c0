using System.Collections.Concurrent;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Search;

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

    // Layouts tried for a first idea of what is reachable: some of each of the first grids, the most promising of all those.
    private const int ProbedGrids = 64;
    private const int ProbedOfEach = 4;
    private const int Probed = 64;

    private readonly PlanQuestion _question;
    private readonly StrategySpace _space;
    private readonly ShardCosts _costs;
    private readonly LayoutBound _bound;
    private readonly PolicyTable _policies;
    private readonly Placements _placements;
    private readonly Dictionary<Layout, Kept> _kept = [];
    private readonly LayoutCandidates _candidates;
    private readonly ConcurrentBag<LayoutSearch> _searches = [];
    private double _reachable = double.PositiveInfinity;
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
        _placements = new Placements(question, _space, _costs.Places);
        _candidates = new LayoutCandidates(_space, _costs, _bound, _placements);
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
        StrategyCount strategies = 0;
        foreach (var grid in grids)
        {
            strategies += grid.Strategies;
        }

        _reachable = _question.LongestStep;
        if (_enough > _question.Keep && double.IsInfinity(_reachable))
        {
            _reachable = Reachable(grids);
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
            strategies.ToUInt128(), _tally.Evaluated.ToUInt128(), Enum.GetValues<RuledOut>().ToDictionary(reason => reason, reason => _tally[reason].ToUInt128()), _layouts, left is null, left);
        return ([.. _kept.Values.OrderBy(kept => kept.Seconds).ThenBy(kept => kept.Index).Select(kept => kept.Strategy)], proof);
    }

    /// <summary>Seconds that a layout must beat to be kept.</summary>
    private double Threshold => _kept.Count < _question.Keep ? _reachable : Math.Min(_reachable, _kept.Values.Max(kept => kept.Seconds));

    /// <summary>
    /// Seconds that as many layouts as are asked for are sure to beat: those of one good strategy of each of some promising layouts, and
    /// a little more, so that these strategies themselves are found again. Without it, the first layouts are looked into with nothing to beat.
    /// </summary>
    private double Reachable(Grid[] grids)
    {
        const double LittleMore = 1 + 1e-9;
        var promising = new IEnumerable<Candidate>[Math.Min(ProbedGrids, grids.Length)];
        Parallel.For(0, promising.Length, i => promising[i] = _candidates.MostPromising(grids[i], ProbedOfEach));
        var candidates = promising.SelectMany(found => found).Where(candidate => candidate.Bound < double.PositiveInfinity).Order().Take(Probed).ToArray();
        var seconds = new double[candidates.Length];
        ForEach(candidates.Length, (i, search) => seconds[i] = search.Probe(candidates[i]));
        var best = new Dictionary<Layout, double>();
        for (var i = 0; i < seconds.Length; i++)
        {
            var layout = candidates[i].Layout.WithoutMicroBatch;
            best[layout] = Math.Min(seconds[i], best.GetValueOrDefault(layout, double.PositiveInfinity));
        }

        return best.Count < _question.Keep ? double.PositiveInfinity : LittleMore * best.Values.Order().ElementAt(_question.Keep - 1);
    }

    /// <summary>Runs something for each of so many, on all processors; a processor's search keeps its columns from one time to the next.</summary>
    private void ForEach(int count, Action<int, LayoutSearch> action) => Parallel.For(
        0, count,
        () => _searches.TryTake(out var search) ? search : new LayoutSearch(_question, _space, _costs, _policies, _placements),
        (i, _, search) =>
        {
            action(i, search);
            return search;
        },
        _searches.Add);

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
        var strategies = _space.Count(layout);
        var bound = strategies.ToUInt128() == 0 ? double.PositiveInfinity : _bound.OfGrid(layout);
        var promise = double.IsInfinity(bound) ? bound : _bound.Promise(layout, _costs.Dense(layout with { MicroBatch = _space.MicroBatches(layout.Data)[0] })[0], null, bound);
        return new Grid(layout, bound, promise, strategies, index);
    }

    /// <summary>Looks into every layout of some grids, the most promising first; false where it was stopped before the last.</summary>
    private bool Expand(List<Grid> grids, CancellationToken stop)
    {
        var threshold = Threshold;
        var found = new (List<Candidate> Candidates, SearchTally Tally)[grids.Count];
        Parallel.For(0, grids.Count, i => found[i].Candidates = _candidates.Of(grids[i], threshold, ref found[i].Tally));
        foreach (var (_, tally) in found)
        {
            _tally.Add(tally);
        }

        var candidates = found.SelectMany(entry => entry.Candidates).ToArray();
        Array.Sort(candidates);
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

    private void LookInto(Candidate[] batch)
    {
        var threshold = Threshold;
        var found = new ((double Seconds, Strategy Strategy)? Best, SearchTally Tally)[batch.Length];
        ForEach(batch.Length, (i, search) =>
        {
            var tally = default(SearchTally);
            if (batch[i].Bound >= threshold)
            {
                tally.Add(RuledOut.Exchanges, _space.CountOne(batch[i].Layout));
            }
            else
            {
                found[i].Best = search.Search(batch[i], threshold, ref tally);
            }

            found[i].Tally = tally;
        });

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

    private sealed record Kept(double Seconds, long Index, Strategy Strategy);
}
