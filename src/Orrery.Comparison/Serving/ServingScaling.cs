using Orrery.Catalog;

namespace Orrery.Comparison.Serving;

/// <summary>The best deployments of one system from few chips to many, at the same latency targets.</summary>
/// <param name="Points">By number of chips; those on which none meets the targets say why.</param>
public sealed record ServingScaling(ServingContestant Contestant, IReadOnlyList<ServedResult> Points)
{
    // What is closer to the best than this is as good: the models behind it are not that exact.
    private const double AsGood = 0.02;

    /// <summary>The most tokens a second a chip of all points; null where none answers.</summary>
    public double? BestPerChip => Points.Max(point => point.TokensPerSecondPerChip);

    /// <summary>The fewest chips that serve as much a chip as any number does, to two hundredths: beyond, more chips are more replicas.</summary>
    public ServedResult? Knee => Points.FirstOrDefault(point => point.TokensPerSecondPerChip >= BestPerChip * (1 - AsGood));

    /// <param name="catalog">Read again at the ends of ranges.</param>
    /// <param name="counts">Numbers of chips, rising.</param>
    public static ServingScaling Of(OrreryCatalog catalog, ServingContestant contestant, IReadOnlyList<int> counts, Action<string> progress, CancellationToken stop = default)
    {
        var points = new List<ServedResult>();
        foreach (var count in counts)
        {
            if (stop.IsCancellationRequested)
            {
                break;
            }

            progress($"planning {contestant.Question.Workload.Model.Id} on {count} chips of {contestant.Cluster.System.Id} ...");
            points.Add(ServedResult.Of(catalog, contestant with { Question = contestant.Question with { Cluster = contestant.Cluster with { Chips = count } } }, stop));
        }

        return new ServingScaling(contestant, points);
    }
}
