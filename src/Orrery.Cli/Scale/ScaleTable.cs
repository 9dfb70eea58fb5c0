using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Scale;

/// <summary>Points of curves as tables.</summary>
internal static class ScaleTable
{
    public static Table Of(ScalingCurve curve)
    {
        var table = new Table(
            new Column("chips", Align.Right), new Column("systems", Align.Right), new Column("batch", Align.Right), new Column("tokens/s", Align.Right),
            new Column("a chip", Align.Right), new Column("MFU", Align.Right), new Column("ETTR", Align.Right), new Column("time to train", Align.Right),
            new Column("a doubling gains", Align.Right), new Column("costs most"));
        for (var at = 0; at < curve.Points.Count; at++)
        {
            var point = curve.Points[at];
            table.Add(
                Number.Count(point.Chips), Number.Text(point.Systems), Number.Count(point.Best.Workload.GlobalBatch), Number.Text(point.TokensPerSecond),
                Number.Text(point.TokensPerSecondPerChip), Number.Percent(point.Mfu), Ettr(point), point.TimeToTrain is { } time ? time.ToString() : "",
                curve.Gain(at) is { } gain ? Number.Change(gain) : "", Loss(curve.Limit(at)));
        }

        return table;
    }

    /// <summary>The effective training time ratio.</summary>
    public static string Ettr(ScalePoint point) => point.Goodput.Goodput is { } goodput ? Number.Percent(goodput.Ettr) : "unknown";

    public static string Loss(ScaleLoss loss) => $"{loss.Limit.Name} {Number.Percent(loss.Share)}";

    /// <summary>Every point on a line of its own, for programs.</summary>
    public static Table Flat(IEnumerable<ScaleAnswer> answers)
    {
        var table = new Table([.. PointColumns, new Column("gain_per_doubling"), new Column("limit"), new Column("limit_share")]);
        foreach (var curve in answers.SelectMany(answer => answer.Curves))
        {
            for (var at = 0; at < curve.Points.Count; at++)
            {
                var limit = curve.Limit(at);
                table.Add(
                [
                    .. PointCells(curve.Workload, curve.Points[at]), curve.Gain(at) is { } gain ? Number.Raw(gain) : "", limit.Limit.Id, Number.Raw(limit.Share),
                ]);
            }
        }

        return table;
    }

    public static IReadOnlyList<Column> PointColumns { get; } =
    [
        .. new[]
        {
            "model", "mode", "system", "chips", "systems", "used_chips", "precision", "global_batch_sequences", "tokens_per_s", "tokens_per_s_per_chip", "mfu",
            "ettr", "mttf_s", "delivered_tokens_per_s", "statistical_efficiency", "time_to_train_s", "strategy",
        }.Select(name => new Column(name)),
    ];

    public static IEnumerable<string> PointCells(ScalingWorkload workload, ScalePoint point) =>
    [
        workload.Model.Id, Mode(workload), point.Best.Cluster.System.Id, Number.Raw(point.Chips), Number.Raw(point.Systems), Number.Raw(point.UsedChips),
        Words.Of(Words.Precisions, point.Best.Workload.Precision), Number.Raw(point.Best.Workload.GlobalBatch), Number.Raw(point.Best.TokensPerSecond),
        Number.Raw(point.Best.TokensPerSecond / point.Chips), Number.Raw(point.Mfu),
        point.Goodput.Goodput is { } known ? Number.Raw(known.Ettr) : "", point.Goodput.Goodput is { } failing ? Number.Raw(failing.Mttf.Value) : "",
        point.Goodput.TokensPerSecond is { } delivered ? Number.Raw(delivered) : "", Number.Raw(point.StatisticalEfficiency),
        point.TimeToTrain is { } time ? Number.Raw(time.Value) : "", StrategyText.Options(point.Best.Strategy),
    ];

    public static string Mode(ScalingWorkload workload) => workload.GlobalBatch is null ? "weak" : "strong";
}
