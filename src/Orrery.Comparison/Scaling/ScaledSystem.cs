using System.Globalization;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Domain;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Comparison.Scaling;

/// <summary>A system trained on as any number of chips, each with its best strategy; remembers what it has planned.</summary>
public sealed class ScaledSystem
{
    private readonly Dictionary<(int Batch, TrainingPrecision Precision), BestAtMost> _planned = [];
    private readonly SortedList<int, ScalePoint?> _points = [];
    private readonly Action<string> _progress;
    private readonly IReadOnlyList<TrainingPrecision> _precisions;

    /// <param name="progress">Told what is being planned.</param>
    public ScaledSystem(Contestant contestant, ScalingWorkload workload, Action<string> progress)
    {
        (Contestant, Workload, _progress) = (contestant, workload, progress);
        var chip = contestant.Cluster.Chip;
        IReadOnlyList<TrainingPrecision> asked = workload.Precision.Precision is { } one ? [one] : SystemComparison.Candidates;
        _precisions = [.. asked.Where(precision => chip.MatmulPeak(PrecisionRecipe.Of(precision).Format) is not null)];
        if (_precisions.Count == 0)
        {
            WhyNot = $"{chip.Name} has no {PrecisionRecipe.Of(asked[0]).Format.ToString().ToUpperInvariant()} matrix units";
        }
    }

    public Contestant Contestant { get; }

    public ScalingWorkload Workload { get; }

    /// <summary>Why no number of chips can train it at all; empty where that is not known.</summary>
    public string WhyNot { get; } = "";

    /// <summary>Why it cannot be trained on up to so many chips: at the fixed batch, or at the largest that is allowed.</summary>
    public string WhyNothing(int chips, CancellationToken stop = default)
    {
        if (WhyNot.Length > 0)
        {
            return WhyNot;
        }

        var workload = new TrainingWorkload(Workload.Model, Workload.GlobalBatch ?? Workload.CriticalSequences, Workload.SequenceLength, _precisions[0]);
        var question = Contestant.Ask(workload, chips);
        return string.Create(CultureInfo.InvariantCulture, $"nothing fits on {chips:#,0} chips or fewer; {WhyNothingFits.Reason(question, stop)}");
    }

    /// <summary>Every number of chips asked for at which it can be trained, in order.</summary>
    public IReadOnlyList<ScalePoint> Tried => [.. _points.Values.OfType<ScalePoint>()];

    /// <summary>The best on at most so many chips, null where nothing fits; never less than on fewer chips asked for before.</summary>
    /// <exception cref="MissingFactException">The catalog lacks a fact that every precision needs.</exception>
    /// <exception cref="OperationCanceledException">Stopped before the best was proven.</exception>
    public ScalePoint? At(int chips, CancellationToken stop = default)
    {
        if (_points.TryGetValue(chips, out var known))
        {
            return known;
        }

        if (_precisions.Count == 0)
        {
            return null;
        }

        // A larger number that leaves enough chips idle has answered for this one.
        var above = _points.FirstOrDefault(entry => entry.Key > chips);
        if (above.Key > 0 && (above.Value is null || above.Value.UsedChips <= chips))
        {
            return _points[chips] = above.Value is { } more ? more with { Chips = chips } : null;
        }

        _progress(string.Create(CultureInfo.InvariantCulture,
            $"planning {Workload.Model.Id} on {chips:#,0} chips of {Contestant.Cluster.System.Id} ..."));
        var below = _points.LastOrDefault(entry => entry.Key < chips).Value;
        var found = Workload.GlobalBatch is { } batch ? With(batch, chips, stop) : SoonestBatch(below, chips, stop);
        if (below is not null && !(found?.UsefulTokensPerSecond > below.UsefulTokensPerSecond))
        {
            found = below with { Chips = chips };
        }

        _points.Add(chips, found);
        return found;
    }

    /// <summary>
    /// Climbs from the best batch of fewer chips and from its neighbour that divides over these chips, in doublings first and then
    /// in the ladder's steps, past single steps down: how well a batch divides makes small waves on what is otherwise one hill.
    /// </summary>
    private ScalePoint? SoonestBatch(ScalePoint? below, int chips, CancellationToken stop)
    {
        var ladder = BatchLadder.UpTo(Workload.CriticalSequences, Contestant.Cluster.System.Chips, chips);
        var tried = new SortedDictionary<int, ScalePoint?>();
        var start = Nearest(ladder, below?.Best.Workload.GlobalBatch ?? BatchLadder.Default(Workload.SequenceLength, Contestant.Cluster.System));
        var even = Nearest([.. ladder.Where(batch => BatchLadder.OddPart(batch) == BatchLadder.OddPart(chips)).DefaultIfEmpty(start)], start);
        foreach (var from in new[] { start, even })
        {
            Climb(from, batch => Nearest(ladder, 2L * batch), patience: 1);
            Climb(from, batch => Nearest(ladder, batch / 2), patience: 1);
        }

        var best = Best();
        foreach (var step in new[] { 1, -1 })
        {
            Climb(best, batch => ladder[Math.Clamp(ladder.IndexOf(batch) + step, 0, ladder.Count - 1)], patience: 2);
        }

        return tried[Best()];

        int Best() => tried.MaxBy(entry => entry.Value?.UsefulTokensPerSecond ?? 0).Key;

        void Climb(int from, Func<int, int> next, int patience)
        {
            Try(from);
            for (var (at, worse) = (from, 0); worse < patience && next(at) != at;)
            {
                var before = Best();
                at = next(at);
                Try(at);
                worse = Best() == before ? worse + 1 : 0;
            }
        }

        void Try(int batch)
        {
            if (!tried.ContainsKey(batch))
            {
                tried[batch] = With(batch, chips, stop);
            }
        }
    }

    private static int Nearest(List<int> batches, long batch) => batches.MinBy(one => Math.Abs(Math.Log((double)one / Math.Max(1, batch))));

    /// <summary>The best of the precisions; one that lacks a fact is passed over where another does not.</summary>
    private ScalePoint? With(int batch, int chips, CancellationToken stop)
    {
        TrainingEstimate? best = null;
        MissingFactException? missing = null;
        var lacking = 0;
        foreach (var precision in _precisions)
        {
            try
            {
                var found = Planned(batch, precision).At(chips, stop);
                best = found is not null && (best is null || TrainingGoodput.Of(found).Counted > TrainingGoodput.Of(best).Counted) ? found : best;
            }
            catch (MissingFactException lack)
            {
                missing ??= lack;
                lacking++;
            }
        }

        if (missing is not null && lacking == _precisions.Count)
        {
            throw missing;
        }

        return best is null ? null : new ScalePoint(chips, best, Workload.Run);
    }

    private BestAtMost Planned(int batch, TrainingPrecision precision)
    {
        if (!_planned.TryGetValue((batch, precision), out var planned))
        {
            planned = new BestAtMost(Contestant, new TrainingWorkload(Workload.Model, batch, Workload.SequenceLength, precision));
            _planned[(batch, precision)] = planned;
        }

        return planned;
    }
}
