using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>What failures take from a run's time, and how far that may be off: the one place where fleets meet goodput.</summary>
/// <param name="Loss"><c>-ln(ETTR)</c>, the effective training time ratio's share of time lost; 0 where the catalog does not know how the system fails.</param>
internal readonly record struct FailureLoss(double Loss)
{
    public static FailureLoss Of(TrainingEstimate estimate) => new(-Math.Log(Math.Max(double.Epsilon, TrainingGoodput.Of(estimate).Share)));

    /// <summary>
    /// The ends of the loss over its value, from every ranged input of the failure profile and the system's parts, one at a time.
    /// Equation: <c>ln(high / loss) = sqrt(sum of squares of each input's ln(higher end / loss))</c>, and so for the low end. Assumes that the
    /// inputs are independent and that one factor holds for every size of cluster.
    /// </summary>
    /// <param name="catalog">Where the system is from.</param>
    public static (double Low, double High) Range(OrreryCatalog catalog, TrainingEstimate estimate)
    {
        var loss = Of(estimate).Loss;
        if (loss <= 0)
        {
            return (1, 1);
        }

        double down = 0, up = 0;
        foreach (var input in catalog.RangedInputs(estimate.Cluster.System).Where(IsAboutFailures))
        {
            var ends = new[] { RangeEnd.Low, RangeEnd.High }.Select(end =>
                Math.Log(Of(estimate with { Cluster = estimate.Cluster with { System = catalog.WithOverride(input.Path, end).System(estimate.Cluster.System.Id) } }).Loss / loss)).ToList();
            down += Math.Pow(Math.Min(0, ends.Min()), 2);
            up += Math.Pow(Math.Max(0, ends.Max()), 2);
        }

        return (Math.Exp(-Math.Sqrt(down)), Math.Exp(Math.Sqrt(up)));
    }

    private static bool IsAboutFailures(RangedInput input) =>
        input.Path.StartsWith("reliability/", StringComparison.Ordinal) || input.Path.Contains(":parts.", StringComparison.Ordinal);
}
