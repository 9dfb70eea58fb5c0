using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Pairs;

/// <summary>Judges predictions by differences: rows that differ in one thing only, their ratio, their order and the choice between them.</summary>
public static class PairValidation
{
    /// <param name="rowsPath">Any CSV file with the columns of <c>evidence/training.csv</c>.</param>
    /// <param name="rulesPath">How each source counts: <c>evidence/training-sources.yaml</c>.</param>
    public static PairReport Run(OrreryCatalog catalog, string rowsPath, string rulesPath) => PairReport.Of(Members(catalog, rowsPath, rulesPath));

    /// <summary>The same with each row as a fit predicts it that did not see its group; rows that no such fit judged are left out.</summary>
    public static PairReport Run(OrreryCatalog catalog, string rowsPath, string rulesPath, IEnumerable<TrainingCalibration.CaseError> leftOut)
    {
        var errors = leftOut.ToDictionary(row => row.Id, row => row.Error);
        return PairReport.Of(
            from found in Cases(catalog, rowsPath, rulesPath)
            where errors.ContainsKey(found.Case.Row.Id)
            let speed = found.Member.Measured * Speed(found.Case, errors[found.Case.Row.Id])
            select found.Member with { Predicted = speed });
    }

    private static IEnumerable<PairMember> Members(OrreryCatalog catalog, string rowsPath, string rulesPath) =>
        Cases(catalog, rowsPath, rulesPath).Select(found => found.Member);

    private static IEnumerable<(TrainingCase Case, PairMember Member)> Cases(OrreryCatalog catalog, string rowsPath, string rulesPath)
    {
        foreach (var one in TrainingValidation.Cases(catalog, rowsPath, rulesPath, out _))
        {
            PairMember member;
            try
            {
                var estimate = TrainingEstimator.Estimate(one.Workload, one.Strategy, one.Cluster, one.Stack);
                var predicted = estimate.TokensPerSecondPerChip;
                var error = (one.InMetric(predicted, estimate.Peak.Value) / one.Measured) - 1;
                member = new PairMember(one.Row.Id, PairSetup.Of(one), predicted / Speed(one, error), predicted);
            }
            catch (MissingFactException)
            {
                continue; // validate training names it among the rows not simulated
            }

            yield return (one, member);
        }
    }

    /// <summary>Predicted over measured speed, from the error in the row's own quantity: an iteration time is its inverse.</summary>
    private static double Speed(TrainingCase one, double error) => one.Metric == "iteration_s" ? 1 / (1 + error) : 1 + error;
}
