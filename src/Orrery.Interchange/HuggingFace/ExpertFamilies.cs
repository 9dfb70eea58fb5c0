using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>Mixtures of experts with ordinary attention.</summary>
internal static class ExpertFamilies
{
    /// <summary>Every layer is a mixture; the block's inner size is an expert's.</summary>
    public static Architecture Mixtral(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden) with { Window = fields.Optional("sliding_window") ?? 0 };
        return new Architecture(hidden, CommonParts.Repeat(layers, attention, Experts(fields, fields.Count("intermediate_size"))), Tied: false);
    }

    public static Architecture Olmoe(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        return new Architecture(
            hidden, CommonParts.Repeat(layers, fields.Attention(hidden), Experts(fields, fields.Count("intermediate_size"))), Tied: false);
    }

    /// <summary>Windowed and full attention take turns; everything has biases.</summary>
    public static Architecture GptOss(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden, fields.Flag("attention_bias", true));
        var experts = Experts(fields, fields.Count("intermediate_size")) with { Bias = true };
        var window = fields.Count("sliding_window");
        var full = fields.FullAttention(layers, interval: 2);
        return new Architecture(
            hidden, [.. full.Select(sees => new TransformerLayer(sees ? attention : attention with { Window = window }, experts))], Tied: false);
    }

    public static Architecture QwenMoe(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden, fields.Flag("attention_bias", false) || fields.Text("model_type") == "qwen2_moe");
        return new Architecture(hidden, [.. QwenBlocks(fields, layers).Select(block => new TransformerLayer(attention, block))], Tied: false);
    }

    public static Architecture Glm(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        return new Architecture(hidden, LeadingDense(fields, layers, fields.Attention(hidden, fields.Flag("attention_bias", false))), Tied: false)
        {
            MultiTokenPrediction = fields.Optional("num_nextn_predict_layers") ?? 0,
        };
    }

    public static Architecture Ernie(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden, fields.Flag("use_bias", false));
        var inner = fields.Count("moe_intermediate_size");
        var experts = new MixtureOfExperts(
            fields.Count("moe_num_experts"), fields.Count("moe_k"), inner, fields.Product("moe_num_shared_experts", inner, fields.Optional("moe_num_shared_experts") ?? 0), Gated: true);
        var dense = new DenseFeedForward(fields.Count("intermediate_size"), Gated: true);
        var start = fields.Optional("moe_layer_start_index") ?? 0;
        return new Architecture(
            hidden, [.. Enumerable.Range(0, layers).Select(at => new TransformerLayer(attention, at < start ? dense : experts))], Tied: false);
    }

    /// <summary>Attention in chunks but for every fourth layer; experts in every n-th.</summary>
    public static Architecture Llama4(ConfigFields fields)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var attention = fields.Attention(hidden);
        var chunked = attention with { Window = fields.Count("attention_chunk_size"), Chunked = true };
        var full = fields.FullAttention(layers, fields.OrDefault(4, "no_rope_layer_interval"));
        var step = fields.Count("interleave_moe_layer_step");
        var inner = fields.Count("intermediate_size");
        var experts = Experts(fields, inner) with { SharedInner = inner };
        FeedForward dense = step > 1 ? new DenseFeedForward(fields.Count("intermediate_size_mlp"), Gated: true) : experts;
        return new Architecture(
            hidden,
            [.. Enumerable.Range(0, layers).Select(at => new TransformerLayer(full[at] ? attention : chunked, (at + 1) % step == 0 ? experts : dense))],
            Tied: false);
    }

    /// <summary>Blocks of a stack whose first layers are dense.</summary>
    public static TransformerLayer[] LeadingDense(ConfigFields fields, int layers, Mixer mixer)
    {
        var first = fields.Optional("first_k_dense_replace", "num_dense_layers") ?? 0;
        var inner = fields.Count("moe_intermediate_size");
        var shared = fields.Optional("n_shared_experts", "num_shared_experts") ?? 0;
        var experts = Experts(fields, inner) with { SharedInner = fields.Product("n_shared_experts", inner, shared) };
        FeedForward dense = first > 0 ? new DenseFeedForward(fields.Count("intermediate_size"), Gated: true) : experts;
        return [.. Enumerable.Range(0, layers).Select(at => new TransformerLayer(mixer, at < first ? dense : experts))];
    }

    /// <summary>Experts in every n-th layer but those that are named dense; all dense where there are no experts.</summary>
    public static IEnumerable<FeedForward> QwenBlocks(ConfigFields fields, int layers)
    {
        if (!fields.Has("num_experts"))
        {
            return Enumerable.Repeat<FeedForward>(new DenseFeedForward(fields.Count("intermediate_size"), Gated: true), layers);
        }

        var experts = Experts(fields, fields.Count("moe_intermediate_size")) with { SharedInner = fields.Optional("shared_expert_intermediate_size") ?? 0 };
        var step = fields.Optional("decoder_sparse_step") ?? 1;
        var named = fields.LayerNumbers("mlp_only_layers");
        var sparse = Enumerable.Range(0, layers).Select(at => !named.Contains(at) && (at + 1) % step == 0).ToArray();
        FeedForward dense = sparse.Contains(false) ? new DenseFeedForward(fields.Count("intermediate_size"), Gated: true) : experts;
        return sparse.Select(isSparse => isSparse ? experts : dense);
    }

    /// <summary>The routed experts, of the inner size given.</summary>
    public static MixtureOfExperts Experts(ConfigFields fields, int inner, bool gated = true)
    {
        var experts = fields.Count("n_routed_experts", "num_experts", "num_local_experts", "num_routed_experts");
        var chosen = fields.Count("num_experts_per_tok", "experts_per_token");
        if (chosen > experts)
        {
            fields.Error("num_experts_per_tok", $"{chosen} experts are chosen for each token, expected at most the {experts} there are");
        }

        return new MixtureOfExperts(experts, chosen, inner, 0, gated);
    }
}
