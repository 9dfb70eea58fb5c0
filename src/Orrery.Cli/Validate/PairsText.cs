using Orrery.Cli.Terminal;
using Orrery.Domain.Strategies;
using Orrery.Evidence.Pairs;

namespace Orrery.Cli.Validate;

/// <summary>Pairs of measured rows for people: by kind, and the worst.</summary>
internal static class PairsText
{
    private const int WorstShown = 10;

    public static void Write(Screen screen, PairReport report, PairReport? leftOut)
    {
        screen.Line(screen.Bold(report.Pairs.Count == 0
            ? "No two rows that could be simulated differ in one thing only."
            : $"{Number.Count(report.Pairs.Count(pair => pair.Kind != PairKind.Plan))} pairs of measured rows differ in one thing only."));
        if (report.Pairs.Count == 0)
        {
            return;
        }

        screen.Heading("By what differs");
        Kinds(report).WriteTo(screen, indent: 2);
        if (leftOut is not null)
        {
            screen.Heading("By what differs, rows predicted by fits that left their group out");
            Kinds(leftOut).WriteTo(screen, indent: 2);
        }

        screen.Heading("Worst pairs");
        Worst(report, WorstShown).WriteTo(screen, indent: 2);
    }

    public static Table Kinds(PairReport report)
    {
        var table = new Table(
            new Column("what differs"), new Column("pairs", Align.Right), new Column("median error", Align.Right), new Column("90 %", Align.Right), new Column("bias", Align.Right),
            new Column("sets", Align.Right), new Column("rank correlation", Align.Right), new Column("mean regret", Align.Right), new Column("worst regret", Align.Right));
        foreach (var kind in report.Kinds)
        {
            table.Add(
                kind.Name, Number.Count(kind.Pairs), Number.Percent(kind.MedianError), Number.Percent(kind.P90Error), kind.Pairs == 0 ? "-" : Number.Change(kind.MedianBias),
                kind.Sets == 0 ? "-" : Number.Count(kind.Sets), kind.RankCorrelation is { } tau ? $"{Fixed(tau)} ({kind.RankedSets})" : "-",
                Number.Percent(kind.MeanRegret ?? double.NaN), Number.Percent(kind.WorstRegret ?? double.NaN));
        }

        return table;
    }

    public static Table Worst(PairReport report, int count)
    {
        var table = new Table(
            new Column("rows"), new Column("what differs"), new Column("measured ratio", Align.Right), new Column("predicted", Align.Right), new Column("error", Align.Right), new Column("of"));
        foreach (var pair in report.Worst(count))
        {
            table.Add(
                $"{pair.Second.Id} over {pair.First.Id}", Difference(pair), Fixed(pair.Measured), Fixed(pair.Predicted), Number.Change(pair.Error),
                $"{pair.First.Setup.Source}, {pair.First.Setup.Chip}, {pair.First.Setup.Model}");
        }

        return table;
    }

    public static Table Rows(PairReport report)
    {
        var table = new Table(
            new Column("kind"), new Column("first"), new Column("second"), new Column("difference"), new Column("measured_ratio"), new Column("predicted_ratio"), new Column("error"));
        foreach (var pair in report.Pairs)
        {
            table.Add(
                PairReport.Word(pair.Kind), pair.First.Id, pair.Second.Id, Difference(pair), Number.Raw(pair.Measured), Number.Raw(pair.Predicted), Number.Raw(pair.Error));
        }

        return table;
    }

    /// <summary>"bf16 to fp8", "128 to 1,024 chips", "tp 4 to 8, mbs 1 to 2".</summary>
    public static string Difference(Pair pair)
    {
        var (a, b) = (pair.First.Setup, pair.Second.Setup);
        return pair.Kind switch
        {
            PairKind.Precision => $"{Word(a.Precision)} to {Word(b.Precision)}",
            PairKind.Scale => $"{Number.Count(a.Chips)} to {Number.Count(b.Chips)} chips",
            _ => Layout(a.Strategy, b.Strategy),
        };
    }

    private static string Layout(Strategy a, Strategy b)
    {
        (string Name, object From, object To)[] degrees =
        [
            ("tp", a.TensorParallel, b.TensorParallel), ("pp", a.PipelineParallel, b.PipelineParallel), ("cp", a.ContextParallel, b.ContextParallel),
            ("dp", a.DataParallel, b.DataParallel), ("vp", a.VirtualStages, b.VirtualStages), ("ep", a.ExpertParallel, b.ExpertParallel),
            ("etp", a.ExpertTensorParallel, b.ExpertTensorParallel), ("mbs", a.MicroBatch, b.MicroBatch), ("offload", a.OffloadedLayers, b.OffloadedLayers),
            ("shard-ranks", a.ShardRanks, b.ShardRanks), ("sharding", Word(a.Sharding), Word(b.Sharding)), ("schedule", Word(a.Schedule), Word(b.Schedule)),
            ("dispatch", Word(a.Dispatch), Word(b.Dispatch)), ("graphs", Word(a.Graphs), Word(b.Graphs)), ("overlap", Word(a.Overlap), Word(b.Overlap)),
            ("sequence-parallel", a.SequenceParallel ? "on" : "off", b.SequenceParallel ? "on" : "off"), ("recompute", Word(a.Recompute), Word(b.Recompute)),
        ];
        return string.Join(", ", degrees.Where(degree => !degree.From.Equals(degree.To)).Select(degree => FormattableString.Invariant($"{degree.Name} {degree.From} to {degree.To}")));
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant().Replace(", ", "+", StringComparison.Ordinal);

    private static string Fixed(double value) => value.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
