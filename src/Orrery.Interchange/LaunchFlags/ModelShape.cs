using Orrery.Domain.Models;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>A model as frameworks take it: one kind of attention, one dense block and one mixture of experts for all layers.</summary>
internal sealed record ModelShape
{
    public Attention? Plain { get; private init; }
    public LatentAttention? Latent { get; private init; }
    public DenseFeedForward? Dense { get; private init; }
    public MixtureOfExperts? Experts { get; private init; }

    /// <summary>The window of every layer, 0 where it attends to all earlier tokens.</summary>
    public required IReadOnlyList<int> Windows { get; init; }

    /// <summary>Which layers are mixtures of experts.</summary>
    public required IReadOnlyList<bool> ExpertLayers { get; init; }

    /// <summary>What of the model does not fit this shape, a sentence each.</summary>
    public required IReadOnlyList<string> Oddities { get; init; }

    public bool Gated => Dense?.Gated ?? Experts?.Gated ?? false;
    public bool AttentionBias => Plain is { Bias: true };
    public bool FeedForwardBias => Dense is { Bias: true } || Experts is { Bias: true };

    /// <summary>Leading layers without experts where all later ones have them; null for any other pattern.</summary>
    public int? LeadingDense
    {
        get
        {
            var leading = ExpertLayers.TakeWhile(expert => !expert).Count();
            return ExpertLayers.Skip(leading).All(expert => expert) ? leading : null;
        }
    }

    public static ModelShape Of(Transformer model)
    {
        var layers = model.Layers.SelectMany(run => Enumerable.Repeat(run.Layer, run.Count)).ToList();
        var mixers = layers.Select(layer => layer.Mixer).OfType<Mixer>().Select(WithoutWindow).Distinct().ToList();
        var blocks = layers.Select(layer => layer.FeedForward).OfType<FeedForward>().Distinct().ToList();
        return new ModelShape
        {
            Plain = mixers.OfType<Attention>().FirstOrDefault(),
            Latent = mixers.OfType<LatentAttention>().FirstOrDefault(),
            Dense = blocks.OfType<DenseFeedForward>().FirstOrDefault(),
            Experts = blocks.OfType<MixtureOfExperts>().FirstOrDefault(),
            Windows = [.. layers.Select(layer => Window(layer.Mixer))],
            ExpertLayers = [.. layers.Select(layer => layer.FeedForward is MixtureOfExperts)],
            Oddities = [.. Odd(model, layers, mixers, blocks)],
        };
    }

    private static IEnumerable<string> Odd(
        Transformer model, List<TransformerLayer> layers, List<Mixer> mixers, List<FeedForward> blocks)
    {
        var rules = new (bool Applies, string Sentence)[]
        {
            (mixers.Exists(mixer => mixer is not (Attention or LatentAttention)), "Layers with a state-space, linear or compressed mixer are not written; only attention is."),
            (mixers.Count > 1, "Layers mix tokens in more than one way; only the first kind of attention is written."),
            (layers.Exists(layer => layer.Mixer is null || layer.FeedForward is null), "Layers that hold a mixer or a feed-forward block alone count as whole layers."),
            (blocks.OfType<DenseFeedForward>().Count() > 1, "Dense blocks differ from layer to layer; the first is written."),
            (blocks.OfType<MixtureOfExperts>().Count() > 1, "Mixtures of experts differ from layer to layer; the first is written."),
            (blocks.OfType<MixtureOfExperts>().Any(moe => moe.LatentHidden > 0), "The width that routed experts work in is not written."),
            (mixers.OfType<Attention>().Any(at => at.QueryRank > 0 || at.OutputGate || at.Chunked || at.KeyValues != KeyValueOrigin.Own),
                "Compressed queries, output gates, chunked windows and shared keys and values of the attention are not written."),
            (mixers.OfType<LatentAttention>().Any(at => at.Indexer is not null), "The indexer that picks keys for sparse attention is not written."),
            (model.ResidualStreams > 1, "Residual streams beyond the first are not written."),
            (model.OtherParameters > 0 || model.OtherProjections > 0, "Per-layer inputs are not written."),
        };
        return rules.Where(rule => rule.Applies).Select(rule => rule.Sentence);
    }

    private static Mixer WithoutWindow(Mixer mixer) => mixer switch
    {
        Attention attention => attention with { Window = 0 },
        LatentAttention latent => latent with { Window = 0 },
        _ => mixer,
    };

    private static int Window(Mixer? mixer) => mixer switch
    {
        Attention attention => attention.Window,
        LatentAttention latent => latent.Window,
        _ => 0,
    };
}
