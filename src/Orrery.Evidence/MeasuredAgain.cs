using Orrery.Evidence.Pairs;
using Orrery.Evidence.Training;

namespace Orrery.Evidence;

/// <summary>How far results of one configuration lie from their own median, over whatever releases measured it: what no prediction from a configuration can beat.</summary>
/// <param name="Configurations">Those with more than one result.</param>
public sealed record MeasuredAgain(int Configurations, int Rows, double Median, double Ninety)
{
    internal static MeasuredAgain Of(IReadOnlyList<TrainingCase> cases)
    {
        var alike = cases
            .GroupBy(one => (PairSetup.Of(one) with { Release = "", Date = null, Unread = "" }, one.Metric))
            .Where(group => group.Count() > 1)
            .Select(group => group.Select(one => one.Measured).Order().ToArray())
            .ToArray();
        double[] apart = [.. alike.SelectMany(measured => measured.Select(value => Math.Abs((value / ErrorSummary.Quantile(measured, 0.5)) - 1))).Order()];
        return apart.Length == 0
            ? new MeasuredAgain(0, 0, double.NaN, double.NaN)
            : new MeasuredAgain(alike.Length, apart.Length, ErrorSummary.Quantile(apart, 0.5), ErrorSummary.Quantile(apart, 0.9));
    }
}
