using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Sensitivity;

namespace Orrery.Comparison.Scaling;

/// <summary>Makes a point a result with a range and a record of published errors; a system's ends of ranges are read once.</summary>
/// <param name="catalog">Where systems and stacks are from.</param>
/// <param name="record">Published errors to quote.</param>
public sealed class ScaleAnchor(OrreryCatalog catalog, TrackRecord record)
{
    private readonly Dictionary<(string System, string Stack), (RangeEnds Speed, GoodputEnds Failures)> _ends = [];

    /// <summary>Of the chips that the point's strategy uses.</summary>
    public DeliveredResult Of(Contestant contestant, ScalePoint point)
    {
        var (system, stack) = (contestant.Cluster.System, contestant.Stack);
        if (!_ends.TryGetValue((system.Id, stack.Id), out var ends))
        {
            ends = (RangeEnds.Of(catalog, system, stack), GoodputEnds.Of(catalog, system));
            _ends[(system.Id, stack.Id)] = ends;
        }

        return new DeliveredResult
        {
            Contestant = contestant with { Cluster = contestant.Cluster with { Chips = point.UsedChips } },
            Precision = point.Best.Workload.Precision,
            Best = point.Best,
            Levers = LeverEffect.On(point.Best, stack),
            Range = PredictionRange.Of(ends.Speed, point.Best),
            GoodputRange = GoodputRange.Of(ends.Failures, point.Best),
            Record = record.Nearest(SystemComparison.Groups(point.Best)),
        };
    }
}
