using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Scaling;

/// <summary>What a larger batch costs in tokens and saves in steps.</summary>
public static class CriticalBatch
{
    /// <summary>
    /// The critical batch in tokens: the batch at which a run needs twice the tokens of a small batch.
    /// Equation: <c>Bcrit = coefficient (x / counted_in)^exponent sequence_length / overhead</c>, x the parameters or the tokens.
    /// Assumption: <see cref="TokensNeeded"/> holds, by which a batch that costs a share <c>overhead</c> of tokens more is that
    /// share of the critical one; a batch counts in tokens whatever the sequence length; the power law holds beyond the runs it
    /// was fitted to (models of some 0.1 to 3 billion parameters).
    /// Source: zhang-2024, bergsma-2025, as the law says.
    /// </summary>
    /// <param name="parameters">Of the model, as a number; dense models were measured. Used by laws in parameters only.</param>
    /// <param name="trainingTokens">Tokens of the whole run. Used by laws in tokens only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The one the law uses is not above zero.</exception>
    public static double Tokens(CriticalBatchLaw law, double parameters, double trainingTokens)
    {
        var argument = law.DependsOn == CriticalBatchArgument.Parameters
            ? Positive(parameters, nameof(parameters))
            : Positive(trainingTokens, nameof(trainingTokens));
        var sequences = law.Coefficient.Value * Math.Pow(argument / law.CountedIn.Value, law.Exponent.Value);
        return sequences * law.SequenceLength.Value / law.Overhead.Value;
    }

    /// <summary>
    /// Tokens that reach the same loss with a given batch.
    /// Equation: <c>tokens(B) = tokens_min (1 + B / Bcrit)</c>.
    /// Assumption: one critical batch for the whole run, learning rate tuned to the batch; the noise scale of the gradient in
    /// truth grows during a run, so a batch that grows with it needs fewer.
    /// Source: mccandlish-2018.
    /// </summary>
    /// <param name="minimumTokens">What a small batch needs, in tokens; above zero. So for the two others.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not above zero.</exception>
    public static double TokensNeeded(double minimumTokens, double batchTokens, double criticalTokens) =>
        Positive(minimumTokens, nameof(minimumTokens))
            * (1 + (Positive(batchTokens, nameof(batchTokens)) / Positive(criticalTokens, nameof(criticalTokens))));

    /// <summary>
    /// Time to train, without failures and restarts.
    /// Equation: <c>time = tokens(B) / B iteration</c>; never below <c>tokens_min / Bcrit iteration</c>, however large the batch.
    /// Assumption: as <see cref="TokensNeeded"/>; steps count as a real number. Source: mccandlish-2018.
    /// </summary>
    /// <param name="iteration">One step at that batch, above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not above zero.</exception>
    public static Seconds TimeToTrain(double minimumTokens, double batchTokens, double criticalTokens, Seconds iteration) =>
        new(TokensNeeded(minimumTokens, batchTokens, criticalTokens) / batchTokens * Positive(iteration.Value, nameof(iteration)));

    private static double Positive(double value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "expected above zero");
}
