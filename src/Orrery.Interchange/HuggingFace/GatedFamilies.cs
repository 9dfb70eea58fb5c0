using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>Dense models with a gated feed-forward block.</summary>
internal static class GatedFamilies
{
    public static Architecture Llama(ConfigFields fields) => Plain(fields, fields.Flag("attention_bias", false), tied: false);

    /// <summary>Queries, keys and values have biases, which the configuration does not say.</summary>
    public static Architecture Qwen2(ConfigFields fields) => Plain(fields, bias: true, tied: false);

    public static Architecture Gemma(ConfigFields fields) => Plain(fields, bias: false, tied: true, usualDimension: 256);

    /// <summary>A sliding window, where there is one, holds in every layer.</summary>
    public static Architecture Mistral(ConfigFields fields) => Windowed(fields, interval: 0, tied: false);

    /// <summary>Every second layer attends to all earlier tokens.</summary>
    public static Architecture Gemma2(ConfigFields fields) => Windowed(fields, interval: 2, tied: true, usualDimension: 256);

    /// <summary>Every sixth layer does, unless the file says otherwise.</summary>
    public static Architecture Gemma3(ConfigFields fields) => Windowed(
        fields, fields.Optional("sliding_window_pattern", "_sliding_window_pattern") ?? 6, tied: true, usualDimension: 256) with
    {
        UsualVocabulary = 262208,
    };

    private static Architecture Plain(ConfigFields fields, bool bias, bool tied, int usualDimension = 0)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden, bias, usualDimension);
        return new Architecture(hidden, CommonParts.Repeat(layers, attention, Block(fields)), tied);
    }

    private static Architecture Windowed(ConfigFields fields, int interval, bool tied, int usualDimension = 0)
    {
        var (hidden, layers, block) = (fields.Hidden(), fields.Layers(), Block(fields));
        var attention = fields.Attention(hidden, usualDimension: usualDimension);
        var window = fields.Optional("sliding_window") ?? 0;
        var full = fields.FullAttention(layers, interval);
        return new Architecture(
            hidden, [.. full.Select(sees => new TransformerLayer(sees ? attention : attention with { Window = window }, block))], tied);
    }

    private static DenseFeedForward Block(ConfigFields fields) => new(fields.Count("intermediate_size"), Gated: true, fields.Flag("mlp_bias", false));
}
