using Orrery.Cli.Scale;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Parity;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Parity;

/// <summary>The numbers of chips that a search tried, as tables.</summary>
internal static class ParityTable
{
    public static Table Of(SystemParity parity, ParitySide side)
    {
        var byTime = parity.Question.Workload.Run is not null;
        var table = new Table(
            new Column("chips", Align.Right), new Column("systems", Align.Right), new Column("batch", Align.Right), new Column("tokens/s", Align.Right),
            new Column("a chip", Align.Right), new Column("MFU", Align.Right), new Column("ETTR", Align.Right), new Column(byTime ? "time to train" : "of what is asked", Align.Right),
            new Column("idle chips", Align.Right), new Column("costs most"));
        ScalePoint? before = null;
        foreach (var point in side.Tried)
        {
            // The same strategy again with more chips idle says nothing new; the one at the end of the search does.
            if (ReferenceEquals(point.Best, before?.Best) && !ReferenceEquals(point, side.Tried[^1]))
            {
                continue;
            }

            before = point;
            table.Add(
                Number.Count(point.Chips), Number.Text(point.Systems), Number.Count(point.Best.Workload.GlobalBatch), Number.Text(point.TokensPerSecond),
                Number.Text(point.TokensPerSecondPerChip), Number.Percent(point.Mfu), ScaleTable.Ettr(point),
                point.TimeToTrain is { } time ? time.ToString() : Number.Percent(point.UsefulTokensPerSecond / parity.Target ?? double.NaN),
                Number.Count(point.Chips - point.UsedChips),
                ScaleTable.Loss(ReferenceEquals(point, side.Tried[0]) ? ScaleLoss.Largest(point) : ScaleLoss.Growth(side.Tried[0], point)[0]));
        }

        if (table.Count < side.Tried.Count)
        {
            var left = side.Tried.Count - table.Count;
            table.Note($"and {Number.Count(left)} number{(left == 1 ? "" : "s")} between, with no strategy faster than that of the row before");
        }

        return table;
    }

    /// <summary>Every number tried on a line of its own, for programs.</summary>
    public static Table Flat(IEnumerable<ParityAnswer> answers)
    {
        var table = new Table([.. ScaleTable.PointColumns, new Column("side"), new Column("share_of_target"), new Column("is_answer")]);
        foreach (var parity in answers.Select(answer => answer.Parity))
        {
            foreach (var (name, side) in new[] { ("first", parity.First), ("second", parity.Second) })
            {
                foreach (var point in side.Tried)
                {
                    table.Add(
                    [
                        .. ScaleTable.PointCells(parity.Question.Workload, point), name,
                        parity.Target is { } target ? Number.Raw(point.UsefulTokensPerSecond / target) : "", point.Chips == side.Reached?.Chips ? "true" : "false",
                    ]);
                }
            }
        }

        return table;
    }
}
