using System.Globalization;
using Orrery.Analysis.Models;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Cli.Compare;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Sizing = Orrery.Analysis.Scaling.ComputeOptimal;

namespace Orrery.Cli.Scale;

/// <summary>Several systems and budgets side by side: where each curve stops being near-linear, where it stops paying, what is lost there.</summary>
internal static class ScaleComparison
{
    public static void Write(Screen screen, IReadOnlyList<ScaleAnswer> answers, ScaleQuestion question, OrreryCatalog catalog)
    {
        var anchor = ScaleAnchors.Anchor(catalog);
        var curves = answers.SelectMany(answer => answer.Curves.Select(curve => new Drawn(answer, curve))
            .Select(drawn => drawn.Curve.Points.Count == 0 ? drawn : drawn with { Best = anchor.Of(drawn.Curve.Contestant, drawn.Curve.Soonest) })).ToList();
        foreach (var run in curves.GroupBy(one => (one.Answer.Model, one.Curve.IsStrong)))
        {
            screen.Line(screen.Bold($"{Run(run.First())}: {string.Join("; ", run.Select(Headline))}"));
        }

        screen.Heading("Where more chips end");
        Ends(curves, question).WriteTo(screen, indent: 2);
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"  near-linear: up to there every doubling gains {ScalingCurve.LinearGain:0 %} or more; pays: past there a doubling gains under {ScalingCurve.LeastGain:0 %}; + where the curve ends before. Costs most: the share of all chips' time that has grown most since the first number of chips."));
        foreach (var one in curves.Where(one => one.Curve.Points.Count == 0))
        {
            screen.Line($"  {one.Curve.Contestant.Cluster.System.Name}, {Run(one)}: {(one.Curve.WhyNot.Length > 0 ? one.Curve.WhyNot : "stopped before a number of chips was proven")}.");
        }

        foreach (var one in curves.Where(one => one.Curve.NotReached.Count > 0))
        {
            screen.Line($"  {one.Curve.Contestant.Cluster.System.Name}, {Run(one)}: stopped before {Number.Count(one.Curve.NotReached[0])} chips.");
        }

        screen.Heading("What all chips' time goes to, where more of them stop paying");
        Shares(curves).WriteTo(screen, indent: 2);
        screen.Heading("How sure");
        Sureness(screen, curves, question, catalog);
        screen.Heading("Again");
        foreach (var answer in answers)
        {
            screen.Line("  " + answer.Command);
        }
    }

    /// <summary>A curve and what it is a curve of.</summary>
    private sealed record Drawn(ScaleAnswer Answer, ScalingCurve Curve)
    {
        /// <summary>The point that ends the run soonest, with its ranges; null where there is none.</summary>
        public DeliveredResult? Best { get; init; }

        /// <summary>How soon and how late that one may end.</summary>
        public (Seconds Soonest, Seconds Latest)? Range => Best is { } result ? Curve.Soonest.TimeRange(result) : null;

        /// <summary>The last point that pays; the last there is where all do.</summary>
        public ScalePoint Paying => Curve.Points[Curve.LastWorthwhile ?? Curve.Points.Count - 1];
    }

    private static string Run(Drawn one)
    {
        var model = one.Curve.Workload.Model;
        var size = OrreryCatalog.Variant(one.Answer.Model.Text) is null ? model.Name : $"{Amount.Tokens(ModelCounts.Parameters(model).Total)} parameters";
        var budget = one.Answer.Model.Budget is { } flops ? string.Create(CultureInfo.InvariantCulture, $"{flops:0.###e0} FLOP, ") : "";
        return $"{budget}{size} on {Amount.Tokens(one.Answer.Run.MinimumTokens)} tokens{(one.Curve.IsStrong ? ", fixed batch" : "")}";
    }

    private static string Headline(Drawn one) => one.Curve.Points.Count == 0
        ? $"{one.Curve.Contestant.Cluster.System.Name} not at all"
        : $"{one.Curve.Contestant.Cluster.System.Name} {one.Curve.Soonest.TimeToTrain} at best{(one.Range is var (soonest, latest) ? $" ({soonest} to {latest})" : "")}";

    private static Table Ends(IEnumerable<Drawn> curves, ScaleQuestion question)
    {
        var table = new Table(
        [
            new Column("run"), new Column("system"), new Column("from chips", Align.Right), new Column("takes", Align.Right), new Column("near-linear to", Align.Right),
            new Column("takes", Align.Right), new Column("pays to", Align.Right), new Column("takes", Align.Right), new Column("at best", Align.Right), new Column("on", Align.Right),
            .. question.Deadline is { } asked ? [new Column($"chips for {asked}", Align.Right)] : Array.Empty<Column>(), new Column("costs most, where it stops paying"),
        ]);
        foreach (var one in curves.Where(one => one.Curve.Points.Count > 0))
        {
            var (curve, first, linear) = (one.Curve, one.Curve.Points[0], one.Curve.Points[one.Curve.NearLinear]);
            table.Add(
            [
                Run(one), curve.Contestant.Cluster.System.Name, Number.Count(first.Chips), $"{first.TimeToTrain}",
                Number.Count(linear.Chips) + (curve.NearLinear == curve.Points.Count - 1 ? "+" : ""), $"{linear.TimeToTrain}",
                Number.Count(one.Paying.Chips) + (curve.LastWorthwhile is null ? "+" : ""), $"{one.Paying.TimeToTrain}", $"{curve.Soonest.TimeToTrain}", Number.Count(curve.Soonest.UsedChips),
                .. question.Deadline is { } deadline ? [curve.InTime(deadline) is { } there ? Number.Count(there.Chips) : "none"] : Array.Empty<string>(),
                ScaleTable.Loss(curve.Limit(curve.LastWorthwhile ?? curve.Points.Count - 1)),
            ]);
        }

        return table;
    }

    private static readonly (string Name, Func<ScaleLimit, bool> Holds)[] Groups =
    [
        ("kernels", limit => limit == ScaleLimit.Kernels || limit == ScaleLimit.Memory),
        ("host, optimizer, recompute", limit => limit == ScaleLimit.Host || limit.Id is "optimizer" or "recompute"),
        ("exchanges", limit => limit.Id.StartsWith("exposed_", StringComparison.Ordinal)),
        ("bubble", limit => limit.Id == "bubble"),
        ("idle chips", limit => limit == ScaleLimit.Idle),
        ("failures", limit => limit == ScaleLimit.Failures),
        ("large batch", limit => limit == ScaleLimit.Batch),
    ];

    /// <summary>Useful work and losses, which sum to all of the chips' time.</summary>
    private static Table Shares(IEnumerable<Drawn> curves)
    {
        var table = new Table(
        [
            new Column("run"), new Column("system"), new Column("chips", Align.Right), new Column("useful", Align.Right), .. Groups.Select(group => new Column(group.Name, Align.Right)),
        ]);
        foreach (var one in curves.Where(one => one.Curve.Points.Count > 0))
        {
            var losses = ScaleLoss.Of(one.Paying);
            table.Add(
            [
                Run(one), one.Curve.Contestant.Cluster.System.Name, Number.Count(one.Paying.Chips), Number.Percent(1 - losses.Sum(loss => loss.Share)),
                .. Groups.Select(group => Number.Percent(losses.Where(loss => group.Holds(loss.Limit)).Sum(loss => loss.Share))),
            ]);
        }

        return table;
    }

    private static void Sureness(Screen screen, IReadOnlyList<Drawn> curves, ScaleQuestion question, OrreryCatalog catalog)
    {
        foreach (var line in curves.Select(one => ScaleText.Critical(one.Answer.Run, one.Curve.Workload)).Distinct())
        {
            screen.Line("  " + line);
        }

        if (question.Request.LossLaw is { } law)
        {
            screen.Line($"  Models are sized by {law.Name}, a law fitted to runs far smaller.{Others(law, question, catalog)}");
        }

        screen.Line("  Throughput and time to train count failures, restarts and checkpoints (ETTR), not evaluation. Ranges, and what is below, are of the soonest end of each run.");
        foreach (var line in HowSureText.Of(
            curves.Where(one => one.Best is not null).Select(one => new Bout(one.Curve.Workload.Model, one.Curve.Workload.SequenceLength, one.Curve.Workload.Precision, [one.Best!])), withBatch: true))
        {
            screen.Line("  " + line);
        }
    }

    /// <summary>What another law would make of the largest budget.</summary>
    private static string Others(LossLaw law, ScaleQuestion question, OrreryCatalog catalog)
    {
        var largest = question.Request.Models.Max(model => model.Budget) ?? 0;
        var others = catalog.Ids(CatalogKind.LossLaws).Where(id => id != law.Id).Select(catalog.LossLaw)
            .Select(other => $"{Amount.Tokens(Sizing.Parameters(other, largest))} by {other.Name}").ToList();
        return others.Count == 0 || largest <= 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $" At {largest:0.###e0} FLOP it asks for {Amount.Tokens(Sizing.Parameters(law, largest))} parameters; {string.Join(", ", others)}.");
    }
}
