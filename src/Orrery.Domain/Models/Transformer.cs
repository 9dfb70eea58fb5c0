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
