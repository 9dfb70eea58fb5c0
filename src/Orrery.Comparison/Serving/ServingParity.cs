using Orrery.Catalog;
using Orrery.Planning.Serving;

namespace Orrery.Comparison.Serving;

/// <summary>How many chips of one system serve what another serves, at the same latency targets.</summary>
/// <param name="First">What is to be matched.</param>
/// <param name="Second">On the fewest chips that match it; its <see cref="ServedResult.Best"/> is null where no number up to the most does.</param>
/// <param name="LookedUpTo">Chips of the second system looked into.</param>
public sealed record ServingParity(ServedResult First, ServedResult? Second, int LookedUpTo)
{
    /// <summary>Null where no number of chips does.</summary>
    public int? Chips => Second?.Best?.Candidate.Deployment.Chips;

    /// <summary>Chips of the second over the chips that the first uses.</summary>
    public double? ChipRatio => Chips / (double?)First.Best?.Candidate.Deployment.Chips;

    /// <summary>
    /// Asks for the first one's rate on the fewest chips of one of the second system, then of twice as many while none does. A number found is the
    /// fewest of all: what fits on fewer chips was looked into with it.
    /// </summary>
    /// <param name="catalog">Read again at the ends of ranges.</param>
    /// <param name="mostChips">Where the search ends.</param>
    public static ServingParity Of(
        OrreryCatalog catalog, ServingContestant first, ServingContestant second, int mostChips, Action<string> progress, CancellationToken stop = default)
    {
        progress($"planning {first.Question.Workload.Model.Id} on {first.Text} ...");
        var set = ServedResult.Of(catalog, first, stop);
        if (set.Best is not { } best)
        {
            return new ServingParity(set, null, 0);
        }

        for (var chips = (int)Math.Min(second.Cluster.System.Chips, (long)mostChips); ; chips = (int)Math.Min(2L * chips, mostChips))
        {
            progress($"looking for as many requests a second on up to {chips} chips of {second.Text} ...");
            var asked = second with
            {
                Question = second.Question with { Cluster = second.Cluster with { Chips = chips }, Rate = best.Candidate.RequestsPerSecond, Keep = 1 },
            };
            var plan = ServingPlanner.Best(asked.Question, stop);

            // Also where no batch on fewer chips meets the targets: a replica of more chips reads its weights sooner.
            if (plan.Best is not null || chips >= mostChips || stop.IsCancellationRequested)
            {
                return new ServingParity(set, ServedResult.Of(catalog, asked, plan, stop), chips);
            }
        }
    }
}
