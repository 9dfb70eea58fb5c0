using System.Globalization;
using Orrery.Cli.Compare;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Scale;

/// <summary>Curves for people: where more chips stop paying, the points, why, how sure.</summary>
internal static class ScaleText
{
    private const int LossesTold = 3;

    private static readonly string LeastGain = string.Create(CultureInfo.InvariantCulture, $"{ScalingCurve.LeastGain * 100:0} %");

    public static void Write(Screen screen, IReadOnlyList<ScaleAnswer> answers, IReadOnlyList<Bout> anchors)
    {
        foreach (var answer in answers)
        {
            screen.Line(screen.Bold($"{answer.Curves[0].Contestant.Cluster.System.Name}, training {answer.Curves[0].Workload.Model.Name} ({PrecisionWord.Of(answer.Curves[0].Workload.Precision)}):"));
            foreach (var curve in answer.Curves)
            {
                screen.Line(screen.Bold("  " + Headline(curve)));
            }
        }

        foreach (var curve in answers.SelectMany(answer => answer.Curves).Where(curve => curve.Points.Count > 0))
        {
            screen.Heading($"{curve.Workload.Model.Name}, {Batch(curve.Workload)}");
            var table = ScaleTable.Of(curve);
            if (curve.TooFew.Count > 0)
            {
                table.Note($"nothing fits on {string.Join(", ", curve.TooFew.Select(count => Number.Count(count)))} chips");
            }

            if (curve.NotReached.Count > 0)
            {
                table.Note($"stopped before {string.Join(", ", curve.NotReached.Select(count => Number.Count(count)))} chips");
            }

            table.Note("costs most: the share of all chips' time that has grown most since the first row; there, the largest that comes of using many chips");
            table.WriteTo(screen, indent: 2);
            foreach (var line in Why(curve))
            {
                screen.Line("  " + line);
            }
        }

        if (anchors.Count > 0)
        {
            screen.Heading("How sure");
            foreach (var answer in answers)
            {
                screen.Line("  " + Critical(answer.Run, answer.Curves[0].Workload));
            }

            screen.Line(anchors.Any(bout => bout.Results.Any(result => result.Goodput is { Goodput: null }))
                ? "  Time to train is without failures, which are unknown here, and without evaluation."
                : "  Throughput and time to train count failures, restarts and checkpoints (ETTR), not evaluation.");
            foreach (var line in HowSureText.Of(anchors, withBatch: true))
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("Again");
        foreach (var answer in answers)
        {
            screen.Line("  " + answer.Command);
        }

        foreach (var result in anchors.SelectMany(bout => bout.Results).Select(result => CompareText.Command(result, ModelText(answers, result))).Distinct())
        {
            screen.Line("  " + result);
        }
    }

    /// <summary>The batch as a heading says it.</summary>
    public static string Batch(ScalingWorkload workload) => workload.GlobalBatch is { } batch
        ? $"strong scaling: a batch of {Number.Count(batch)} sequences ({Amount.Tokens((double)batch * workload.SequenceLength)} tokens) on any number of chips"
        : $"weak scaling: the batch that ends a run of {Amount.Tokens(workload.Run!.MinimumTokens)} tokens soonest, up to the critical {Number.Count(workload.CriticalSequences)} sequences ({Amount.Tokens(workload.Run.CriticalTokens)} tokens)";

    public static string Critical(TrainingRun run, ScalingWorkload workload) =>
        $"{workload.Model.Id}: the critical batch of a run of {Amount.Tokens(run.MinimumTokens)} tokens is {Amount.Tokens(run.CriticalTokens)} tokens ({Amount.Tokens(run.CriticalLow)} to {Amount.Tokens(run.CriticalHigh)}, {run.Law.Name}), a law fitted to models far smaller; at it a run needs twice the tokens.";

    private static string Headline(ScalingCurve curve)
    {
        var kind = curve.IsStrong ? "fixed batch" : "batch up to the critical one";
        if (curve.Points.Count == 0)
        {
            return curve.NotReached.Count > 0 ? $"{kind}: stopped before a number of chips was proven" : $"{kind}: no. {curve.WhyNot}";
        }

        var (first, last) = (curve.Points[0], curve.Points[^1]);
        var brings = string.Create(CultureInfo.InvariantCulture,
            $"{kind}: {first.Chips:#,0} to {last.Chips:#,0} chips ({Number.Ratio((double)last.Chips / first.Chips)}) shorten training from {first.TimeToTrain} to {last.TimeToTrain} ({Number.Ratio(last.UsefulTokensPerSecond / first.UsefulTokensPerSecond)})");
        if (first.Chips == last.Chips)
        {
            return $"{kind}: {Number.Count(first.Chips)} chips end a run of {Amount.Tokens(first.Run!.MinimumTokens)} tokens in {first.TimeToTrain}";
        }

        if (curve.LastWorthwhile is not { } at)
        {
            return $"{brings}; every doubling up to there gains {LeastGain} or more";
        }

        return $"{brings}; past {Number.Count(curve.Points[at].Chips)} chips a doubling gains under {LeastGain} ({curve.Limit(at + 1).Limit.Name})";
    }

    private static IEnumerable<string> Why(ScalingCurve curve)
    {
        var (first, last) = (curve.Points[0], curve.Points[^1]);
        if (last.Chips > first.Chips)
        {
            var losses = ScaleLoss.Growth(first, last).Take(LossesTold).Where(loss => loss.Share > 0).Select(ScaleTable.Loss).ToList();
            yield return losses.Count == 0
                ? $"On {Number.Count(last.Chips)} chips nothing takes a larger share of their time than on {Number.Count(first.Chips)}."
                : $"On {Number.Count(last.Chips)} chips (shares of all chips' time beyond those on {Number.Count(first.Chips)}): {string.Join(", ", losses)}.";
        }

        yield return $"On {Number.Count(last.Chips)} chips: {GoodputText.Brief(last.Goodput)}.";
        yield return $"On {Number.Count(last.Chips)} chips: {StrategyText.Short(last.Best.Strategy)}{(last.UsedChips < last.Chips ? $"; {Number.Count(last.Chips - last.UsedChips)} chips idle" : "")}.";
    }

    private static string ModelText(IReadOnlyList<ScaleAnswer> answers, DeliveredResult result) =>
        answers.First(answer => ReferenceEquals(answer.Curves[0].Workload.Model, result.Best!.Workload.Model)).Model.Text;
}
