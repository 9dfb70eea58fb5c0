using Orrery.Analysis.Models;
using Orrery.Analysis.Scaling;
using Orrery.Analysis.Training;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Comparison.Scaling;

/// <summary>A whole run: the tokens it takes at a small batch, and the batch at which it takes twice as many.</summary>
/// <param name="MinimumTokens">What a small batch needs.</param>
/// <param name="CriticalTokens">The critical batch, in tokens a step.</param>
/// <param name="CriticalLow">The same at the worse ends of the law's ranges, which are taken as independent; so for the high end.</param>
public sealed record TrainingRun(double MinimumTokens, CriticalBatchLaw Law, double CriticalTokens, double CriticalLow, double CriticalHigh)
{
    public static TrainingRun Of(Transformer model, double minimumTokens, CriticalBatchLaw law)
    {
        var parameters = ModelCounts.Parameters(model).Total;
        var critical = Critical(law);
        CriticalBatchLaw Coefficient(double value) => law with { Coefficient = law.Coefficient with { Value = value } };
        CriticalBatchLaw Exponent(double value) => law with { Exponent = law.Exponent with { Value = value } };
        return new TrainingRun(
            minimumTokens, law, critical,
            critical * Math.Exp(-Both(Coefficient(law.Coefficient.Low), Exponent(law.Exponent.Low))),
            critical * Math.Exp(Both(Coefficient(law.Coefficient.High), Exponent(law.Exponent.High))));

        double Critical(CriticalBatchLaw with) => CriticalBatch.Tokens(with, parameters, minimumTokens);

        double Both(CriticalBatchLaw one, CriticalBatchLaw other) =>
            IndependentRatios.Together(Critical(one) / critical, Critical(other) / critical);
    }

    /// <summary>
    /// Tokens that a small batch would need, over those that this batch needs.
    /// Equation: <c>1 / (1 + B / Bcrit)</c>. Assumption: as <see cref="CriticalBatch.TokensNeeded"/>. Source: mccandlish-2018.
    /// </summary>
    public double StatisticalEfficiency(double batchTokens) =>
        MinimumTokens / CriticalBatch.TokensNeeded(MinimumTokens, batchTokens, CriticalTokens);

    /// <summary>Without failures and restarts.</summary>
    public Seconds Time(TrainingEstimate estimate) =>
        CriticalBatch.TimeToTrain(MinimumTokens, estimate.Workload.TokensPerStep, CriticalTokens, estimate.Iteration);
}
