namespace Orrery.Analysis.Serving;

/// <summary>What one step of a replica computes, over all its attention-data-parallel groups.</summary>
/// <param name="DecodeSequences">Sequences that get a token.</param>
/// <param name="DecodeKeys">Their cached tokens, all together.</param>
/// <param name="PrefillSequences">Prompts of which a part is computed.</param>
/// <param name="PrefillTokens">Prompt tokens computed.</param>
/// <param name="PrefillPairs">Query-key pairs of those tokens, causal.</param>
/// <param name="PrefillKeys">Keys that those tokens look at, cached ones and their own, all together.</param>
/// <param name="FirstTokens">Prompts that end in this step and yield their first token.</param>
public readonly record struct StepLoad(
    double DecodeSequences, double DecodeKeys, double PrefillSequences = 0, double PrefillTokens = 0, double PrefillPairs = 0, double PrefillKeys = 0,
    double FirstTokens = 0)
{
    /// <summary>Share of the prompts' work that the busiest group has; 0 where prompts are alike and dealt whole, one group after another.</summary>
    public double BusiestShare { get; init; }

    /// <summary>
    /// What the busiest of so many groups computes, decoding sequences being spread evenly.
    /// Equation: of p prompts, <c>ceil(p / groups) / p</c>, where the load does not say.
    /// Assumption: a prompt is one group's, which holds its keys. Source: definition.
    /// </summary>
    public StepLoad OfBusiest(int groups)
    {
        var prompts = Math.Max(1, PrefillSequences);
        var share = BusiestShare > 0 ? BusiestShare : Math.Ceiling(prompts / groups) / prompts;
        var sequences = Math.Ceiling(DecodeSequences / groups);
        return new StepLoad(
            sequences, DecodeSequences > 0 ? DecodeKeys / DecodeSequences * sequences : 0, PrefillTokens > 0 ? Math.Max(1, prompts * share) : 0,
            Math.Ceiling((PrefillTokens * share) - 1e-6), PrefillPairs * share, PrefillKeys * share, FirstTokens * share);
    }

    /// <summary>Decoding only: <paramref name="sequences"/> of <paramref name="keys"/> cached tokens each.</summary>
    public static StepLoad Decode(double sequences, double keys) => new(sequences, sequences * keys);

    /// <summary>Whole prompts only, <paramref name="cached"/> tokens of each found in the cache.</summary>
    public static StepLoad Prefill(double sequences, double tokens, double cached = 0) => Chunk(0, 0, sequences, tokens, cached, sequences);

    /// <summary>
    /// Equation: pairs of a chunk of n tokens behind c others: <c>n c + n (n + 1) / 2</c>.
    /// Assumption: causal. Source: counting.
    /// </summary>
    public static StepLoad Chunk(
        double decodeSequences, double decodeKeys, double prefillSequences, double tokens, double before, double firstTokens) => new(
        decodeSequences, decodeKeys, prefillSequences, prefillSequences * tokens,
        prefillSequences * ((tokens * before) + (tokens * (tokens + 1) / 2)), prefillSequences * (before + tokens), firstTokens);

    /// <summary>Rows that need the head: one a sequence that gets a token.</summary>
    public double HeadRows(double tokensPerSequence) => (DecodeSequences * tokensPerSequence) + FirstTokens;
}
