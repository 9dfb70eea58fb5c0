using Orrery.Domain.Workloads;

namespace Orrery.Domain.Models;

/// <summary>A language model's architecture: what is computed, not how.</summary>
public sealed record Transformer
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required int Hidden { get; init; }
    public required int Vocabulary { get; init; }
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Learned position embeddings: rows of the table, 0 for none.</summary>
    public int PositionEmbeddings { get; init; }

    /// <summary>The stack in order, as runs of equal layers.</summary>
    public required IReadOnlyList<LayerRun> Layers { get; init; }

    /// <summary>Multi-token-prediction modules, each one further layer of the last kind plus a projection.</summary>
    public int MultiTokenPrediction { get; init; }

    /// <summary>Parameters outside the layers and embeddings that no token is multiplied with (per-layer input tables and the like).</summary>
    public double OtherParameters { get; init; }

    /// <summary>Weights outside the layers that every token is multiplied with (projections of per-layer inputs).</summary>
    public double OtherProjections { get; init; }

    /// <summary>Copies of the residual stream that layers read from and write to (hyper-connections); 1 for an ordinary one.</summary>
    public int ResidualStreams { get; init; } = 1;

    /// <summary>Total and active parameter counts as published, where they are.</summary>
    public Sourced<double>? PublishedParameters { get; init; }
    public Sourced<double>? PublishedActiveParameters { get; init; }

    /// <summary>Formats that the weights are published in; null where the catalog does not say.</summary>
    public ModelCheckpoint? Checkpoint { get; init; }

    /// <summary>Longest sequence the model is made for; 0 where the catalog does not say.</summary>
    public int MaxSequence { get; init; }

    /// <summary>The least sure of the facts above.</summary>
    public Confidence Confidence { get; init; } = Confidence.Published;

    public int LayerCount => Layers.Sum(run => run.Count);
    public bool IsMixtureOfExperts => Layers.Any(run => run.Layer.FeedForward is MixtureOfExperts);

    /// <summary>The same model with more or fewer layers; what was published of it is not said of that one.</summary>
    /// <exception cref="MissingFactException">Its layers are not all alike, so that it is not known which to repeat.</exception>
    public Transformer WithLayers(int count) => Layers.Count == 1
        ? Unpublished() with { Layers = [Layers[0] with { Count = count }] }
        : throw new MissingFactException($"the layers of {Name} are not all alike: which of them would be {count}?");

    /// <summary>
    /// The same model of another width: as many more heads of the same dimension, the same key-value heads, and a feed-forward block as
    /// many times wider, to the next 256. What was published of it is not said of that one.
    /// </summary>
    /// <exception cref="MissingFactException">It is not made of equal layers of attention and a dense block, or that width is not one of whole groups of heads.</exception>
    public Transformer WithHidden(int hidden)
    {
        if (Layers is not [{ Layer: { Mixer: Attention attention, FeedForward: DenseFeedForward dense } } layers])
        {
            throw new MissingFactException($"{Name} is not made of equal layers of attention and a dense block: its width alone does not say its shape");
        }

        var heads = (long)attention.Heads * hidden / Hidden;
        if (heads * Hidden != (long)attention.Heads * hidden || heads % attention.KeyValueHeads != 0)
        {
            throw new MissingFactException($"expected a multiple of {(long)Hidden * attention.KeyValueHeads / attention.Heads}, for whole groups of {Name}'s heads");
        }

        const int Step = 256;
        var inner = (int)Math.Round((double)dense.Inner * hidden / Hidden / Step) * Step;
        return Unpublished() with
        {
            Hidden = hidden,
            Layers = [layers with { Layer = new TransformerLayer(attention with { Heads = (int)heads }, dense with { Inner = inner }) }],
        };
    }

    private Transformer Unpublished() => this with { PublishedParameters = null, PublishedActiveParameters = null, Confidence = Confidence.Assumed };
}

/// <summary>The formats of a published checkpoint.</summary>
/// <param name="Dense">Projections, dense blocks and shared experts.</param>
/// <param name="Experts">Routed experts.</param>
/// <param name="Source">Who says so.</param>
public sealed record ModelCheckpoint(WeightFormat Dense, WeightFormat Experts, string Source);

/// <summary>Equal layers in a row.</summary>
public readonly record struct LayerRun(int Count, TransformerLayer Layer);

/// <summary>One layer: a token mixer, a feed-forward block, or both (hybrids have layers of one only).</summary>
public sealed record TransformerLayer(Mixer? Mixer, FeedForward? FeedForward);
