using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>A model read from a configuration, with what the file says beside the architecture.</summary>
/// <param name="ModelType">As the file calls the architecture.</param>
/// <param name="WeightType">The type weights are stored in ("bfloat16"); empty where the file does not say.</param>
/// <param name="Quantization">The method of <c>quantization_config</c> ("fp8", "mxfp4"); empty for none.</param>
/// <param name="Warnings">Defaults that were taken for unstated fields.</param>
public sealed record ImportedModel(
    Transformer Model, string ModelType, string WeightType, string Quantization, IReadOnlyList<Diagnostic> Warnings);

/// <summary>What a family of model types makes of a configuration.</summary>
/// <param name="Tied">Whether input and output share their table where the file does not say.</param>
internal sealed record Architecture(int Hidden, IReadOnlyList<TransformerLayer> Layers, bool Tied)
{
    public int PositionEmbeddings { get; init; }

    public int MultiTokenPrediction { get; init; }

    /// <summary>Vocabulary, where the model type has a default for it.</summary>
    public int UsualVocabulary { get; init; }
}
