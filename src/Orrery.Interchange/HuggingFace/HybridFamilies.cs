using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>Models that mix attention with linear attention or state spaces.</summary>
internal static class HybridFamilies
{
    /// <summary>Linear attention but for every n-th layer, which has a gated output.</summary>
    public static Architecture Qwen(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden, fields.Flag("attention_bias", false)) with { OutputGate = fields.Flag("attn_output_gate", true) };
        var linear = new LinearAttention(
            fields.Count("linear_num_key_heads"), fields.Count("linear_num_value_heads"), fields.Count("linear_key_head_dim"),
            fields.Count("linear_value_head_dim"), Gated: true, fields.Count("linear_conv_kernel_dim"));
        var full = fields.FullAttention(layers, fields.Optional("full_attention_interval") ?? 4);
        var blocks = ExpertFamilies.QwenBlocks(fields, layers);
        return new Architecture(
            hidden, [.. full.Zip(blocks, (sees, block) => new TransformerLayer(sees ? attention : linear, block))], Tied: false)
        {
            MultiTokenPrediction = fields.Optional("mtp_num_hidden_layers") ?? 0,
        };
    }

    /// <summary>One mixer or one block a layer, as a pattern of letters says: M state space, * attention, - dense, E experts.</summary>
    public static Architecture Nemotron(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var pattern = fields.Text("hybrid_override_pattern") ?? "";
        if (pattern.Length != layers || pattern.AsSpan().ContainsAnyExcept("M*-E"))
        {
            fields.Error(
                "hybrid_override_pattern",
                $"'hybrid_override_pattern' has {pattern.Length} letters, expected one of M, *, - and E for each of the {layers} layers");
            return new Architecture(hidden, [], Tied: false);
        }

        var kinds = pattern.Distinct().ToDictionary(letter => letter, letter => Layer(fields, hidden, letter));
        return new Architecture(hidden, [.. pattern.Select(letter => kinds[letter])], Tied: false)
        {
            MultiTokenPrediction = fields.Optional("num_nextn_predict_layers") ?? 0,
        };
    }

    private static TransformerLayer Layer(ConfigFields fields, int hidden, char letter) => letter switch
    {
        'M' => new TransformerLayer(
            new StateSpace(
                fields.Count("mamba_num_heads"), fields.Count("mamba_head_dim"), fields.Count("ssm_state_size"), fields.Count("n_groups"),
                fields.Count("conv_kernel")),
            null),
        '*' => new TransformerLayer(fields.Attention(hidden, fields.Flag("attention_bias", false)), null),
        '-' => new TransformerLayer(null, new DenseFeedForward(fields.Count("intermediate_size"), Gated: false)),
        _ => new TransformerLayer(null, ExpertFamilies.Experts(fields, fields.Count("moe_intermediate_size"), gated: false) with
        {
            SharedInner = fields.Product(
                "n_shared_experts", fields.Optional("n_shared_experts") ?? 0, fields.Optional("moe_shared_expert_intermediate_size") ?? 0),
            LatentHidden = fields.Optional("moe_latent_size") ?? 0,
        }),
    };
}
