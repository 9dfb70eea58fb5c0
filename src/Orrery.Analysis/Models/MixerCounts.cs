using Orrery.Domain.Models;

namespace Orrery.Analysis.Models;

/// <summary>Weights of a token mixer, and what it computes beside them.</summary>
internal static class MixerCounts
{
    /// <summary>Weights that a token is multiplied with, by kind of mixer; each line is one projection.</summary>
    public static double Projections(Mixer? mixer, double hidden) => mixer switch
    {
        null => 0,
        Attention a => Queries(a, hidden) + (hidden * KeyValueWidth(a)) + (hidden * a.Heads * a.HeadDimension),
        LatentAttention a =>
            LowRank(hidden, a.QueryRank, (double)a.Heads * a.QueryKeyDimension)
            + (hidden * (a.KeyValueRank + a.RopeDimension))
            + ((double)a.KeyValueRank * a.Heads * (a.NopeDimension + a.ValueDimension))
            + (hidden * a.Heads * a.ValueDimension)
            + Indexing(a.Indexer, hidden, a.QueryRank, hidden),
        CompressedAttention a =>
            LowRank(hidden, a.QueryRank, (double)a.Heads * a.HeadDimension)
            + (hidden * a.HeadDimension)
            + ((double)a.Heads * a.HeadDimension * a.OutputRank)
            + ((double)a.OutputGroups * a.OutputRank * hidden)
            + Compressing(a, hidden)
            + Indexing(a.Indexer, hidden, a.QueryRank, 4 * hidden),
        StateSpace m => (hidden * ((2.0 * m.Inner) + (2.0 * m.Groups * m.StateSize) + m.Heads)) + (hidden * m.Inner),
        LinearAttention l =>
            (hidden * 2 * l.KeyHeads * l.KeyDimension)
            + (hidden * l.ValueHeads * l.ValueDimension * (l.Gated ? 3 : 2))
            + (hidden * 2 * l.ValueHeads),
        _ => throw new NotSupportedException($"no parameter count for {mixer.GetType().Name}"),
    };

    /// <summary>Norms, biases and short convolutions: parameters too few to count as products.</summary>
    public static double Vectors(Mixer? mixer, double hidden) => mixer switch
    {
        null => 0,
        Attention { Bias: true } a => (2 * hidden) + (a.Heads * a.HeadDimension) + KeyValueWidth(a) + hidden,
        LatentAttention a => hidden + a.QueryRank + a.KeyValueRank,
        StateSpace m => hidden + m.Inner + (3.0 * m.Heads) + ((m.Inner + (2.0 * m.Groups * m.StateSize)) * (m.ConvolutionWidth + 1)),
        LinearAttention l => hidden + l.ValueDimension
            + (((2.0 * l.KeyHeads * l.KeyDimension) + (l.ValueHeads * l.ValueDimension)) * l.ConvolutionWidth),
        _ => hidden,
    };

    /// <summary>
    /// FLOPs of one token's attention or state, averaged over a sequence.
    /// Equation: attention <c>2 H (d_qk + d_v) keys</c>, index scores <c>2 H_i d_i keys</c>; a matrix state <c>6 H d_k d_v</c>
    /// (write, correct, read); Mamba-2 <c>7 inner state</c> (decay, input, write and read of the scan).
    /// Assumption: attention in its expanded form; soft-max, rotations and convolutions not counted. Source: counting;
    /// state factors as Megatron-LM counts them.
    /// </summary>
    public static double Mixing(Mixer? mixer, double sequence, bool full) => mixer switch
    {
        Attention a => 4.0 * a.Heads * a.HeadDimension * Keys(sequence, a.Window, a.Chunked, full),
        LatentAttention { Indexer: { } i } a =>
            (2.0 * a.Heads * (a.QueryKeyDimension + a.ValueDimension) * Keys(sequence, i.TopK, false, full))
            + (2.0 * i.Heads * i.Dimension * Keys(sequence, 0, false, full)),
        LatentAttention a => 2.0 * a.Heads * (a.QueryKeyDimension + a.ValueDimension) * Keys(sequence, a.Window, false, full),
        CompressedAttention a =>
            (4.0 * a.Heads * a.HeadDimension * (Keys(sequence, a.Window, false, full) + Entries(a, sequence)))
            + (a.Indexer is { } i ? 2.0 * i.Heads * i.Dimension * MeanKeys.Compressed(sequence, a.Compression) : 0),
        StateSpace m => 7.0 * m.Inner * m.StateSize,
        LinearAttention l => 6.0 * l.ValueHeads * l.KeyDimension * l.ValueDimension,
        _ => 0,
    };

    private static double Keys(double sequence, double window, bool chunked, bool full) =>
        full ? (window > 0 ? Math.Min(window, sequence) : sequence)
        : chunked ? MeanKeys.Chunked(sequence, window)
        : MeanKeys.Causal(sequence, window);

    private static double Entries(CompressedAttention attention, double sequence) => attention.Compression == 0
        ? 0
        : MeanKeys.Compressed(sequence, attention.Compression, attention.Indexer?.TopK ?? 0);

    private static double Queries(Attention attention, double hidden) => LowRank(
        hidden, attention.QueryRank, (double)attention.Heads * attention.HeadDimension * (attention.OutputGate ? 2 : 1));

    private static double KeyValueWidth(Attention attention) => (double)attention.KeyValueHeads * attention.HeadDimension * attention.KeyValues switch
    {
        KeyValueOrigin.EarlierLayer => 0,
        KeyValueOrigin.KeysAreValues => 1,
        _ => 2,
    };

    private static double LowRank(double from, double rank, double to) => rank > 0 ? (from * rank) + (rank * to) : from * to;

    /// <summary>Values and weights of the entries; entries that an indexer picks overlap, which doubles both.</summary>
    private static double Compressing(CompressedAttention attention, double hidden) =>
        attention.Compression == 0 ? 0 : hidden * attention.HeadDimension * (attention.Indexer is null ? 2 : 4);

    private static double Indexing(SparseIndexer? indexer, double hidden, double queryRank, double keyRows) => indexer is null
        ? 0
        : ((queryRank > 0 ? queryRank : hidden) * indexer.Heads * indexer.Dimension) + (keyRows * indexer.Dimension) + (hidden * indexer.Heads);
}
