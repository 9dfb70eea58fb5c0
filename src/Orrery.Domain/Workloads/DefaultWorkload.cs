using Orrery.Domain.Models;

namespace Orrery.Domain.Workloads;

/// <summary>What is trained where a question names only a model: steps of about the size that frontier runs end on.</summary>
public static class DefaultWorkload
{
    /// <summary>Tokens in a step that a batch is rounded to; the published Llama 3.1 405B run ended on 16 Mi.</summary>
    public const int TokensPerStep = 16 * 1024 * 1024;

    /// <summary>Tokens of a run where a question names none; the published Llama 3.1 405B run took some 15 trillion.</summary>
    public const double TokensPerRun = 15e12;

    private const int LongestSequence = 8192;

    public static int SequenceLength(Transformer model) =>
        model.MaxSequence > 0 ? Math.Min(LongestSequence, model.MaxSequence) : LongestSequence;

    /// <summary>
    /// For so many chips: the nearest multiple of them where there are no more chips than sequences, so that every chip may be a
    /// data-parallel rank; the plain number of sequences where there are, which the largest cluster does not change.
    /// </summary>
    public static int GlobalBatchOn(int sequenceLength, int chips) =>
        GlobalBatch(sequenceLength, (long)chips * sequenceLength <= TokensPerStep ? chips : 1);

    /// <summary>The multiple of a number of sequences that comes nearest to <see cref="TokensPerStep"/>, at least one.</summary>
    public static int GlobalBatch(int sequenceLength, long multipleOf)
    {
        var sequences = (double)TokensPerStep / sequenceLength;
        return (int)Math.Min(int.MaxValue, Math.Max(1, Math.Round(sequences / multipleOf)) * multipleOf);
    }
}
