using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>Dense models with a plain feed-forward block, four times as wide as the model where unstated.</summary>
internal static class GptFamilies
{
    public static Architecture Gpt2(ConfigFields fields)
    {
        var architecture = Plain(fields, bias: true, blockBias: true, tied: true) with { PositionEmbeddings = fields.Count("n_positions", "n_ctx") };
        return fields.Flag("multi_query", false) ? OneKeyHead(architecture) : architecture;
    }

    public static Architecture GptJ(ConfigFields fields) => Plain(fields, bias: false, blockBias: true, tied: false);

    public static Architecture NeoX(ConfigFields fields) => Plain(fields, fields.Flag("attention_bias", true), blockBias: true, tied: false);

    public static Architecture Bloom(ConfigFields fields) => Plain(fields, bias: true, blockBias: true, tied: true);

    public static Architecture Nemotron(ConfigFields fields) =>
        Plain(fields, fields.Flag("attention_bias", false), fields.Flag("mlp_bias", false), tied: false);

    public static Architecture Opt(ConfigFields fields)
    {
        var bias = fields.Flag("enable_bias", true);
        var architecture = Plain(fields, bias, bias, tied: true);
        if ((fields.Optional("word_embed_proj_dim") ?? architecture.Hidden) != architecture.Hidden)
        {
            fields.Error("word_embed_proj_dim", "embeddings narrower than the model are not supported, expected 'word_embed_proj_dim' to be 'hidden_size'");
        }

        // The table keeps two rows for padding.
        return architecture with { PositionEmbeddings = fields.Count("max_position_embeddings") + 2 };
    }

    public static Architecture Mpt(ConfigFields fields)
    {
        var bias = !fields.Flag("no_bias", true);
        var attention = fields.Inside("attn_config");
        var learned = fields.Flag("learned_pos_emb", true) && attention?.Flag("alibi", false) != true && attention?.Flag("rope", false) != true;
        var architecture = Plain(fields, bias, bias, tied: true, ratio: fields.Optional("expansion_ratio") ?? 4);
        return architecture with { PositionEmbeddings = learned ? fields.Count("max_seq_len") : 0 };
    }

    public static Architecture Falcon(ConfigFields fields)
    {
        var bias = fields.Flag("bias", false);
        var grouped = fields.Flag("new_decoder_architecture", false);
        var architecture = Plain(fields, bias, bias, tied: true);
        return fields.Flag("multi_query", true) && !grouped ? OneKeyHead(architecture) : architecture;
    }

    private static Architecture Plain(ConfigFields fields, bool bias, bool blockBias, bool tied, int ratio = 4)
    {
        var (hidden, layers) = (fields.Hidden(), fields.Layers());
        var inner = fields.Optional("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size") ?? fields.Product("expansion_ratio", ratio, hidden);
        return new Architecture(
            hidden, CommonParts.Repeat(layers, fields.Attention(hidden, bias), new DenseFeedForward(inner, Gated: false, blockBias)), tied);
    }

    private static Architecture OneKeyHead(Architecture architecture) => architecture with
    {
        Layers = [.. architecture.Layers.Select(layer => layer with { Mixer = ((Attention)layer.Mixer!) with { KeyValueHeads = 1 } })],
    };
}
