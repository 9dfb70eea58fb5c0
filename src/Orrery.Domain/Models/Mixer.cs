namespace Orrery.Domain.Models;

/// <summary>How a layer mixes tokens.</summary>
public abstract record Mixer
{
    /// <summary>Heads that tensor parallelism deals out to its ranks.</summary>
    public abstract int DealtHeads { get; }
}

/// <summary>Where a layer's values come from.</summary>
public enum KeyValueOrigin
{
    /// <summary>Its own key and value projections.</summary>
    Own,

    /// <summary>Its keys double as values: one projection, one cached vector.</summary>
    KeysAreValues,

    /// <summary>The keys and values of an earlier layer: no projection and no cache of its own.</summary>
    EarlierLayer,
}

/// <summary>MHA, GQA or MQA. <paramref name="Window"/> 0 means all earlier tokens.</summary>
/// <param name="Bias">Query, key, value and output projections have biases.</param>
public sealed record Attention(
    int Heads, int KeyValueHeads, int HeadDimension, int Window = 0, bool Bias = false) : Mixer
{
    public override int DealtHeads => Heads;

    public KeyValueOrigin KeyValues { get; init; }

    /// <summary>Width that queries are compressed to; 0 where they are not.</summary>
    public int QueryRank { get; init; }

    /// <summary>The query projection yields a gate for the output as well.</summary>
    public bool OutputGate { get; init; }

    /// <summary>The window does not slide but starts anew every <see cref="Window"/> tokens.</summary>
    public bool Chunked { get; init; }
}

/// <summary>Multi-head latent attention; <paramref name="QueryRank"/> 0 means queries are not compressed.</summary>
public sealed record LatentAttention(
    int Heads, int QueryRank, int KeyValueRank, int NopeDimension, int RopeDimension, int ValueDimension, int Window = 0) : Mixer
{
    public override int DealtHeads => Heads;

    /// <summary>Picks the keys that a query attends to (DSA); null where it attends to all.</summary>
    public SparseIndexer? Indexer { get; init; }

    public int QueryKeyDimension => NopeDimension + RopeDimension;
}

/// <summary>A small attention whose scores pick <paramref name="TopK"/> keys for the main one.</summary>
public sealed record SparseIndexer(int Heads, int Dimension, int TopK);

/// <summary>
/// Attention over a window of tokens and over older tokens compressed <paramref name="Compression"/> to one (DeepSeek V4):
/// one vector per position is key and value of every head; queries and the output are low-rank.
/// </summary>
/// <param name="Compression">Tokens in one compressed entry; 0 for a layer that sees its window only.</param>
public sealed record CompressedAttention(
    int Heads, int HeadDimension, int QueryRank, int OutputRank, int OutputGroups, int Window, int Compression) : Mixer
{
    public override int DealtHeads => Heads;

    /// <summary>Picks compressed entries; null where a query attends to all of them.</summary>
    public SparseIndexer? Indexer { get; init; }
}

/// <summary>Mamba-2 state-space mixer.</summary>
public sealed record StateSpace(int Heads, int HeadDimension, int StateSize, int Groups, int ConvolutionWidth) : Mixer
{
    public override int DealtHeads => Heads;

    public int Inner => Heads * HeadDimension;
}

/// <summary>Linear attention (lightning, gated delta net, KDA): a matrix state per value head instead of a growing cache.</summary>
/// <param name="KeyHeads">Heads of the keys, and as many of the queries.</param>
/// <param name="Gated">An output gate as wide as the values.</param>
/// <param name="ConvolutionWidth">Short convolution on queries, keys and values; 0 for none.</param>
public sealed record LinearAttention(
    int KeyHeads, int ValueHeads, int KeyDimension, int ValueDimension, bool Gated, int ConvolutionWidth = 0) : Mixer
{
    public override int DealtHeads => KeyHeads;
}
