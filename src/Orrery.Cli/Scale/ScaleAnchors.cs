using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Scale;

/// <summary>The two ends of each curve, as results whose sureness can be told.</summary>
internal static class ScaleAnchors
{
    public static IReadOnlyList<Bout> Of(OrreryCatalog catalog, Contestant contestant, IReadOnlyList<ScaleAnswer> answers, TrackRecord record)
    {
        var anchor = new ScaleAnchor(catalog, record);
        return
        [
            .. answers.SelectMany(answer => answer.Curves).Where(curve => curve.Points.Count > 0).Select(curve => new Bout(
                curve.Workload.Model, curve.Workload.SequenceLength, curve.Workload.Precision,
                [anchor.Of(contestant, curve.Points[0]), anchor.Of(contestant, curve.Points[^1])])),
        ];
    }
}
