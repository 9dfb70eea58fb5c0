namespace Orrery.Analysis.Models;

/// <summary>What a source counts as model FLOPs; ours is <see cref="Causal"/>.</summary>
public enum FlopConvention
{
    /// <summary>Products of every weight a token meets, head included, and attention over the keys it sees (Megatron-Bridge, later MaxText).</summary>
    Causal,

    /// <summary>The same with attention over all s keys (NeMo 24.07, earlier MaxText, Megatron's examples).</summary>
    FullAttention,

    /// <summary>Two FLOPs for every active parameter, embeddings too, and attention over all s keys (llm-foundry, PaLM).</summary>
    ParametersAndFullAttention,

    /// <summary>Two FLOPs for every active parameter and nothing for attention: 6 N in training.</summary>
    ParametersOnly,
}
