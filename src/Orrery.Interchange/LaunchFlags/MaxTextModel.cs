using Orrery.Domain.Models;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Architecture in MaxText's settings.</summary>
internal static class MaxTextModel
{
    public static void Write(MaxTextLaunch.Settings yaml, GapList gaps, Transformer model)
    {
        var shape = ModelShape.Of(model);
        foreach (var oddity in shape.Oddities)
        {
            gaps.Add("model", $"{oddity}");
        }

        Decoder(yaml, gaps, model, shape);
        yaml.Add("base_emb_dim", model.Hidden);
        yaml.Add("base_num_decoder_layers", model.LayerCount);
        yaml.Add("vocab_size", model.Vocabulary);
        yaml.Add("logits_via_embedding", model.TiedEmbeddings);
        yaml.Add("mlp_activations", shape.Gated ? "[\"silu\", \"linear\"]" : "[\"gelu\"]");
        yaml.Add("base_mlp_dim", shape.Dense?.Inner ?? shape.Experts?.ExpertInner ?? 0);
        yaml.Add("attention_bias", shape.AttentionBias);
        yaml.Add("mlp_bias", shape.FeedForwardBias);
        if (model.PositionEmbeddings > 0)
        {
            yaml.Add("trainable_position_size", model.PositionEmbeddings);
        }

        Attend(yaml, gaps, shape);
        Experts(yaml, gaps, shape);
        if (model.MultiTokenPrediction > 0)
        {
            yaml.Add("mtp_num_layers", model.MultiTokenPrediction);
        }
    }

    private static void Decoder(MaxTextLaunch.Settings yaml, GapList gaps, Transformer model, ModelShape shape)
    {
        var block = shape switch
        {
            { Latent: not null } => "deepseek",
            { Plain: not null, Experts: { SharedInner: 0, Bias: true }, LeadingDense: 0 } => "gpt_oss",
            { Plain: not null, Experts.SharedInner: 0, LeadingDense: 0 } => "mixtral",
            { Plain: not null, Experts: null, Gated: true } => "llama2",
            { Plain: not null, Experts: null, Gated: false } when model.PositionEmbeddings > 0 => "gpt3",
            _ => null,
        };
        if (block is not null)
        {
            yaml.Add("decoder_block", block);
            gaps.Add("model", $"MaxText's decoder_block fixes normalization, positions and routing, which are not among a model's facts; {block} is the nearest by shape.");
        }
        else
        {
            gaps.Add("model", $"No decoder_block of MaxText is known to have this shape; choose one.");
        }
    }

    private static void Attend(MaxTextLaunch.Settings yaml, GapList gaps, ModelShape shape)
    {
        var windows = shape.Windows.Distinct().ToList();
        if (shape.Latent is { } latent)
        {
            yaml.Add("attention_type", "mla");
            yaml.Add("base_num_query_heads", latent.Heads);
            yaml.Add("base_num_kv_heads", latent.Heads);
            yaml.Add("q_lora_rank", latent.QueryRank);
            yaml.Add("kv_lora_rank", latent.KeyValueRank);
            yaml.Add("qk_nope_head_dim", latent.NopeDimension);
            yaml.Add("qk_rope_head_dim", latent.RopeDimension);
            yaml.Add("v_head_dim", latent.ValueDimension);
            gaps.AddWhen(windows is not [0], "model", $"Windows of latent attention are not written.");
        }
        else if (shape.Plain is { } attention)
        {
            yaml.Add("base_num_query_heads", attention.Heads);
            yaml.Add("base_num_kv_heads", attention.KeyValueHeads);
            yaml.Add("head_dim", attention.HeadDimension);
            if (windows is [> 0 and var window])
            {
                yaml.Add("attention_type", "local_sliding");
                yaml.Add("sliding_window_size", window);
            }

            gaps.AddWhen(windows.Count > 1, "model", $"Which layers attend over a window is fixed by MaxText's decoder_block; windows are not written.");
        }
    }

    private static void Experts(MaxTextLaunch.Settings yaml, GapList gaps, ModelShape shape)
    {
        if (shape.Experts is not { } experts)
        {
            return;
        }

        yaml.Add("num_experts", experts.Experts);
        yaml.Add("num_experts_per_tok", experts.TopK);
        yaml.Add("base_moe_mlp_dim", experts.ExpertInner);
        yaml.Add("shared_experts", experts.SharedInner / experts.ExpertInner);
        gaps.AddWhen(
            experts.SharedInner % experts.ExpertInner != 0, "model", $"MaxText's shared experts are as wide as routed ones; {experts.SharedInner} is no multiple of {experts.ExpertInner}.");
        yaml.Add("first_num_dense_layers", shape.LeadingDense ?? 0);
        gaps.AddWhen(shape.LeadingDense is null, "model", $"MaxText takes leading dense layers only; the pattern of dense and expert layers is not written.");
    }
}
