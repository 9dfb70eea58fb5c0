using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Scale;

/// <summary>The two ends of each curve, as results whose sureness can be told.</summary>
internal static class ScaleAnchors
{
    public static ScaleAnchor Anchor(OrreryCatalog catalog) => new(catalog, TrackRecord.Load(Tool.Evidence(TrackRecord.FileName)));

    public static IReadOnlyList<Bout> Of(OrreryCatalog catalog, IReadOnlyList<ScaleAnswer> answers)
    {
        var anchor = Anchor(catalog);
        return
        [
            .. answers.SelectMany(answer => answer.Curves).Where(curve => curve.Points.Count > 0).Select(curve => new Bout(
                curve.Workload.Model, curve.Workload.SequenceLength, curve.Workload.Precision,
                [anchor.Of(curve.Contestant, curve.Points[0]), anchor.Of(curve.Contestant, curve.Points[^1])])),
        ];
    }
}
