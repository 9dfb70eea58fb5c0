using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;

namespace Orrery.Evidence.Training;

/// <summary>The 80 % interval of each measured row, in the quantity that the row is judged on.</summary>
internal sealed class RowIntervals(OrreryCatalog catalog, ResidualTable residuals)
{
    private readonly Dictionary<ValidatedGroup, ResidualSpread?> _spreads = [];
    private readonly Dictionary<(string System, string Stack), RangeEnds> _ends = [];

    public (double? Low, double? High) Of(TrainingCase one, TrainingEstimate estimate)
    {
        var group = ValidatedGroup.Of(estimate, one.Stack);
        if (!_spreads.TryGetValue(group, out var spread))
        {
            _spreads[group] = spread = ResidualSpread.Of(residuals, group);
        }

        if (spread is null)
        {
            return (null, null);
        }

        var interval = PredictionInterval.Of(spread, Range(one, estimate), estimate.Iteration.Value);
        double[] ends = [.. new[] { interval.Low, interval.High }.Select(factor => one.InMetric(factor * estimate.TokensPerSecondPerChip, estimate.Peak.Value))];
        return (ends.Min(), ends.Max());
    }

    private PredictionRange Range(TrainingCase one, TrainingEstimate estimate)
    {
        var system = one.Cluster.System;
        if (!_ends.TryGetValue((system.Id, one.Stack.Id), out var ends))
        {
            _ends[(system.Id, one.Stack.Id)] = ends = RangeEnds.Of(catalog, system, one.Stack);
        }

        return PredictionRange.Of(ends.OfSystem(one.Stack), estimate);
    }
}
