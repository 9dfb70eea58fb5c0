using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;

namespace Orrery.Comparison.Parity;

/// <summary>How many chips of one system deliver what another delivers on one workload.</summary>
/// <param name="Anchors">The two sides at parity, or where each is fastest, with ranges; null where one of them cannot train the model.</param>
public sealed record SystemParity(ParityQuestion Question, ParitySide First, ParitySide Second, Bout? Anchors)
{
    public bool HasParity => First.Reached is not null && Second.Reached is not null;

    /// <summary>Chips of the second for one of the first; null where there is no parity.</summary>
    public double? ChipRatio => (double?)Second.Reached?.Chips / First.Reached?.Chips;

    /// <summary>
    /// The same as far as what the catalog does not know exactly moves it.
    /// Equation: <c>chip ratio (ratio of throughput / its high end)</c>, and so for its low end. Assumption: near parity throughput
    /// grows with the chips; the range of the ratio as <see cref="Bout.DeliveredRange"/> has it.
    /// </summary>
    public (double Low, double High)? ChipRatioRange =>
        ChipRatio is { } chips && Anchors?.DeliveredRatio(1) is { } ratio && Anchors.DeliveredRange(1) is var (low, high)
            ? (chips * ratio / high, chips * ratio / low)
            : null;

    /// <summary>What the second's most is of what is asked; null where one of them cannot train the model.</summary>
    public double? ShareReached => Second.Fastest?.UsefulTokensPerSecond / Target;

    /// <summary>Useful tokens a second that are to be delivered; null where the first cannot train the model.</summary>
    public double? Target => Question.Deadline is { } deadline
        ? Question.Workload.Run!.MinimumTokens / deadline.Value
        : First.Reached?.UsefulTokensPerSecond;

    /// <param name="catalog">Read again at the ends of ranges.</param>
    /// <param name="record">Published errors to quote.</param>
    /// <param name="progress">Told what is being planned.</param>
    /// <exception cref="ArgumentException">A deadline without a run.</exception>
    public static SystemParity Of(
        OrreryCatalog catalog, ParityQuestion question, TrackRecord record, Action<string> progress, CancellationToken stop = default)
    {
        if (question.Deadline is not null && question.Workload.Run is null)
        {
            throw new ArgumentException("a deadline needs a run that is to meet it", nameof(question));
        }

        var first = FirstSide(new ScaledSystem(question.First, question.Workload, progress), question, stop);
        var nothing = new ParitySide(question.Second, null, null, [], null, "");
        var parity = new SystemParity(question, first, nothing, null);
        if (parity.Target is not { } target)
        {
            return parity;
        }

        var second = ParitySearch.Of(new ScaledSystem(question.Second, question.Workload, progress), target, question.MostChips, stop);
        var anchor = new ScaleAnchor(catalog, record);
        return parity with
        {
            Second = second,
            Anchors = first.Fastest is not { } asked || second.Fastest is not { } reached ? null : new Bout(
                question.Workload.Model, question.Workload.SequenceLength, question.Workload.Precision,
                [anchor.Of(question.First, asked), anchor.Of(question.Second, reached)]),
        };
    }

    /// <summary>With its own number of chips, or the fewest that meet the deadline.</summary>
    private static ParitySide FirstSide(ScaledSystem scaled, ParityQuestion question, CancellationToken stop)
    {
        if (question.Deadline is { } deadline)
        {
            return ParitySearch.Of(scaled, question.Workload.Run!.MinimumTokens / deadline.Value, question.MostChips, stop);
        }

        var chips = scaled.Contestant.Cluster.Chips;
        var point = scaled.At(chips, stop);
        return new ParitySide(scaled.Contestant, point, point, scaled.Tried, null, point is null ? scaled.WhyNothing(chips, stop) : "");
    }
}
