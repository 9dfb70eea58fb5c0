using System.Collections.Concurrent;
using Orrery.Comparison.Uncertainty;

namespace Orrery.Evidence.Serving;

/// <summary>The 80 % interval of a predicted row, made of left-out residuals of its quantity; rows alike share one.</summary>
internal sealed class ServingIntervals(ResidualTable residuals)
{
    private readonly ConcurrentDictionary<(string Metric, string Engine, string Generation, string Family), double?> _widths = new();

    /// <summary>Both ends in the row's own unit; null where no residual of the quantity is known.</summary>
    public (double? Low, double? High) Of(ServingCase one, string metric, double predicted)
    {
        var family = ValidatedGroup.FamilyOf(one.Workload.Model.Id);
        var width = _widths.GetOrAdd(
            (metric, one.Engine.Id, one.System.Chip.Generation, family),
            _ => ServingGroup.Spread(residuals, metric, one.Engine.Id, one.System.Chip, one.Workload.Model)?.HalfWidth);
        return width is { } half ? (predicted * Math.Exp(-half), predicted * Math.Exp(half)) : (null, null);
    }
}
