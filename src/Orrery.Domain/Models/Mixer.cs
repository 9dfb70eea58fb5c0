namespace Orrery.Domain.Models;

/// <summary>How a layer mixes tokens.</summary>
public abstract record Mixer;

/// <summary>MHA, GQA or MQA. <paramref name="Window"/> 0 means all earlier tokens.</summary>
/// <param name="Bias">Query, key, value and output projections have biases.</param>
/// <param name="SharesKeyValue">Keys double as values (one projection), or come from an earlier layer.</param>
public sealed record Attention(
    int Heads, int KeyValueHeads, int HeadDimension, int Window = 0, bool Bias = false, bool SharesKeyValue = false) : Mixer;

/// <summary>Multi-head latent attention; <paramref name="QueryRank"/> 0 means queries are not compressed.</summary>
public sealed record LatentAttention(
    int Heads, int QueryRank, int KeyValueRank, int NopeDimension, int RopeDimension, int ValueDimension, int Window = 0) : Mixer
{
    public int QueryKeyDimension => NopeDimension + RopeDimension;
}

/// <summary>Mamba-2 state-space mixer.</summary>
public sealed record StateSpace(int Heads, int HeadDimension, int StateSize, int Groups, int ConvolutionWidth) : Mixer
{
    public int Inner => Heads * HeadDimension;
}

/// <summary>Linear attention (lightning, gated delta net, KDA): a matrix state per head instead of a growing cache.</summary>
public sealed record LinearAttention(int Heads, int KeyValueHeads, int KeyDimension, int ValueDimension, bool Gated) : Mixer;
