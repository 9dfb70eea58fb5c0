using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Workloads;

namespace Orrery.Comparison.Serving;

/// <summary>One choice of formats, every contestant.</summary>
/// <param name="Shared">The one format of all; null where each uses its fastest.</param>
/// <param name="Results">In the contestants' order.</param>
public sealed record ServingBout(ServingPrecision? Shared, IReadOnlyList<ServedResult> Results)
{
    /// <summary>A contestant's tokens a second over the first one's; null where either has none.</summary>
    public double? Ratio(int contestant) => Results[contestant].TokensPerSecond / Results[0].TokensPerSecond;

    /// <summary>
    /// The ratio as far as what the catalog does not know exactly moves it, deployments and batches held:
    /// ln(high / ratio) = sqrt(ln(one's high / its value)^2 + ln(the first's value / its low)^2), and so for the low side.
    /// Assumes that the two contestants' ranges are independent, which is too wide where they share an engine. Null where there is no ratio.
    /// </summary>
    public (double Low, double High)? RatioRange(int contestant)
    {
        if (contestant == 0 || Ratio(contestant) is not { } ratio || Results[0].Range is not { } first || Results[contestant].Range is not { } other)
        {
            return null;
        }

        return (ratio * Math.Exp(-IndependentRatios.Together(other.Capacity.Value / other.Capacity.Low, first.Capacity.High / first.Capacity.Value)),
            ratio * Math.Exp(IndependentRatios.Together(other.Capacity.High / other.Capacity.Value, first.Capacity.Value / first.Capacity.Low)));
    }

    /// <summary>The same a chip.</summary>
    public double? RatioPerChip(int contestant) => Results[contestant].TokensPerSecondPerChip / Results[0].TokensPerSecondPerChip;
}

/// <summary>System against system at the same latency targets.</summary>
public sealed record ServingComparison(IReadOnlyList<ServingContestant> Contestants, IReadOnlyList<ServingBout> Bouts)
{
    /// <summary>Plans every contestant's best deployment: in the one format that all have, where there is one, and each at its fastest.</summary>
    /// <param name="catalog">Read again at the ends of ranges.</param>
    /// <param name="shared">The one format; null to compare each at its fastest alone.</param>
    /// <param name="progress">Told what is being planned.</param>
    public static ServingComparison Of(
        OrreryCatalog catalog, IReadOnlyList<ServingContestant> contestants, ServingPrecision? shared, Action<string> progress, CancellationToken stop = default)
    {
        var bouts = new List<ServingBout>();
        if (shared is not null)
        {
            bouts.Add(new ServingBout(shared, [.. contestants.Select(contestant => Serve(contestant with { Question = contestant.Question with { Precisions = [shared] } }))]));
        }

        if (shared is null || contestants.Any(contestant => contestant.Question.Precisions.Any(precision => precision != shared)))
        {
            bouts.Add(new ServingBout(null, [.. contestants.Select(contestant => Fastest(contestant))]));
        }

        return new ServingComparison(contestants, bouts);

        // What the shared format has answered already is not searched again.
        ServedResult Fastest(ServingContestant contestant) =>
            contestant.Question.Precisions is [var only] && bouts.Count > 0 && only == shared
                ? bouts[0].Results[contestants.ToList().IndexOf(contestant)] with { Contestant = contestant }
                : Serve(contestant);

        ServedResult Serve(ServingContestant contestant)
        {
            progress($"planning {contestant.Question.Workload.Model.Id} on {contestant.Text} ...");
            return ServedResult.Of(catalog, contestant, stop);
        }
    }
}
