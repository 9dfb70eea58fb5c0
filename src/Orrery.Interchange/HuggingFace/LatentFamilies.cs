using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>Models with multi-head latent attention.</summary>
internal static class LatentFamilies
{
    public static Architecture DeepSeek(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = new LatentAttention(
            fields.Count("num_attention_heads"), fields.Optional("q_lora_rank") ?? 0, fields.Count("kv_lora_rank"),
            fields.Count("qk_nope_head_dim"), fields.Count("qk_rope_head_dim"), fields.Count("v_head_dim"))
        {
            Indexer = fields.Has("index_topk")
                ? new SparseIndexer(fields.Count("index_n_heads"), fields.Count("index_head_dim"), fields.Count("index_topk"))
                : null,
        };
        return new Architecture(hidden, ExpertFamilies.LeadingDense(fields, layers, attention), Tied: false)
        {
            MultiTokenPrediction = fields.Optional("num_nextn_predict_layers") ?? 0,
        };
    }
}
