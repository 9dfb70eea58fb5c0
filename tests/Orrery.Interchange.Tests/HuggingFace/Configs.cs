namespace Orrery.Interchange.Tests.HuggingFace;

/// <summary>Small configurations, each as its model type writes the facts of a model in the catalog.</summary>
internal static class Configs
{
    public static readonly Dictionary<string, string> ByCatalogId = new()
    {
        ["llama-3.1-8b"] = """
            {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
             "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072, "tie_word_embeddings": false,
             "attention_bias": false, "mlp_bias": false, "rope_scaling": {"factor": 8.0, "rope_type": "llama3"}, "torch_dtype": "bfloat16"}
            """,
        ["qwen3-8b"] = """
            {"model_type": "qwen3", "hidden_size": 4096, "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8,
             "head_dim": 128, "intermediate_size": 12288, "vocab_size": 151936, "max_position_embeddings": 40960, "use_sliding_window": false}
            """,
        ["qwen3-30b-a3b"] = """
            {"model_type": "qwen3_moe", "hidden_size": 2048, "num_hidden_layers": 48, "num_attention_heads": 32, "num_key_value_heads": 4,
             "head_dim": 128, "intermediate_size": 6144, "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
             "decoder_sparse_step": 1, "mlp_only_layers": [], "vocab_size": 151936, "max_position_embeddings": 40960}
            """,
        ["mixtral-8x7b"] = """
            {"model_type": "mixtral", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
             "intermediate_size": 14336, "num_local_experts": 8, "num_experts_per_tok": 2, "sliding_window": null, "vocab_size": 32000,
             "max_position_embeddings": 32768}
            """,
        ["deepseek-v3"] = """
            {"model_type": "deepseek_v3", "hidden_size": 7168, "num_hidden_layers": 61, "num_attention_heads": 128,
             "num_key_value_heads": 128, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
             "v_head_dim": 128, "intermediate_size": 18432, "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
             "num_experts_per_tok": 8, "first_k_dense_replace": 3, "num_nextn_predict_layers": 1, "vocab_size": 129280,
             "max_position_embeddings": 163840, "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}
            """,
        ["gpt-oss-20b"] = """
            {"model_type": "gpt_oss", "hidden_size": 2880, "num_hidden_layers": 24, "num_attention_heads": 64, "num_key_value_heads": 8,
             "head_dim": 64, "intermediate_size": 2880, "num_local_experts": 32, "num_experts_per_tok": 4, "sliding_window": 128,
             "attention_bias": true, "vocab_size": 201088, "max_position_embeddings": 131072}
            """,
        ["gemma-3-27b"] = """
            {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "hidden_size": 5376, "num_hidden_layers": 62,
             "num_attention_heads": 32, "num_key_value_heads": 16, "head_dim": 128, "intermediate_size": 21504, "sliding_window": 1024,
             "vocab_size": 262144, "max_position_embeddings": 131072}, "vision_config": {"hidden_size": 1152}}
            """,
        ["glm-4.5-air"] = """
            {"model_type": "glm4_moe", "hidden_size": 4096, "num_hidden_layers": 46, "num_attention_heads": 96, "num_key_value_heads": 8,
             "head_dim": 128, "attention_bias": true, "intermediate_size": 10944, "moe_intermediate_size": 1408, "n_routed_experts": 128,
             "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 1, "num_nextn_predict_layers": 1,
             "vocab_size": 151552, "max_position_embeddings": 131072}
            """,
        ["llama-4-maverick"] = """
            {"model_type": "llama4", "text_config": {"model_type": "llama4_text", "hidden_size": 5120, "num_hidden_layers": 48,
             "num_attention_heads": 40, "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 8192, "intermediate_size_mlp": 16384,
             "interleave_moe_layer_step": 2, "num_local_experts": 128, "num_experts_per_tok": 1, "attention_chunk_size": 8192,
             "no_rope_layer_interval": 4, "vocab_size": 202048, "max_position_embeddings": 1048576}}
            """,
        ["nemotron-3-nano"] = """
            {"model_type": "nemotron_h", "hidden_size": 2688, "num_hidden_layers": 52,
             "hybrid_override_pattern": "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME", "mamba_num_heads": 64, "mamba_head_dim": 64,
             "ssm_state_size": 128, "n_groups": 8, "conv_kernel": 4, "num_attention_heads": 32, "num_key_value_heads": 2, "head_dim": 128,
             "n_routed_experts": 128, "num_experts_per_tok": 6, "moe_intermediate_size": 1856, "n_shared_experts": 1,
             "moe_shared_expert_intermediate_size": 3712, "vocab_size": 131072, "max_position_embeddings": 1048576}
            """,
        ["qwen3.5-397b-a17b"] = """
            {"model_type": "qwen3_5_moe", "tie_word_embeddings": false, "text_config": {"model_type": "qwen3_5_moe_text", "hidden_size": 4096,
             "num_hidden_layers": 60, "num_attention_heads": 32, "num_key_value_heads": 2, "head_dim": 256, "attn_output_gate": true,
             "full_attention_interval": 4, "linear_num_key_heads": 16, "linear_num_value_heads": 64, "linear_key_head_dim": 128,
             "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "moe_intermediate_size": 1024, "num_experts": 512,
             "num_experts_per_tok": 10, "shared_expert_intermediate_size": 1024, "mtp_num_hidden_layers": 1, "vocab_size": 248320,
             "max_position_embeddings": 262144}}
            """,
        ["olmoe-7b"] = """
            {"model_type": "olmoe", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 16, "num_key_value_heads": 16,
             "intermediate_size": 1024, "num_experts": 64, "num_experts_per_tok": 8, "vocab_size": 50304, "max_position_embeddings": 4096}
            """,
        ["minimax-m2"] = """
            {"model_type": "minimax_m2", "hidden_size": 3072, "num_hidden_layers": 62, "num_attention_heads": 48, "num_key_value_heads": 8,
             "head_dim": 128, "intermediate_size": 1536, "num_local_experts": 256, "num_experts_per_tok": 8, "vocab_size": 200064,
             "max_position_embeddings": 204800}
            """,
        ["glm-5"] = """
            {"model_type": "glm_moe_dsa", "hidden_size": 6144, "num_hidden_layers": 78, "num_attention_heads": 64, "q_lora_rank": 2048,
             "kv_lora_rank": 512, "qk_nope_head_dim": 192, "qk_rope_head_dim": 64, "v_head_dim": 256, "index_n_heads": 32,
             "index_head_dim": 128, "index_topk": 2048, "intermediate_size": 12288, "moe_intermediate_size": 2048, "n_routed_experts": 256,
             "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3, "num_nextn_predict_layers": 1,
             "vocab_size": 154880, "max_position_embeddings": 202752}
            """,
        ["falcon-180b"] = """
            {"model_type": "falcon", "hidden_size": 14848, "num_hidden_layers": 80, "num_attention_heads": 232, "num_kv_heads": 8,
             "new_decoder_architecture": true, "bias": false, "vocab_size": 65024, "max_position_embeddings": 2048, "tie_word_embeddings": false}
            """,
        ["bloom-176b"] = """
            {"model_type": "bloom", "n_embed": 14336, "n_layer": 70, "num_attention_heads": 112, "vocab_size": 250880, "seq_length": 2048}
            """,
        ["opt-175b"] = """
            {"model_type": "opt", "hidden_size": 12288, "num_hidden_layers": 96, "num_attention_heads": 96, "ffn_dim": 49152,
             "word_embed_proj_dim": 12288, "vocab_size": 50272, "max_position_embeddings": 2048}
            """,
        ["pythia-2.8b"] = """
            {"model_type": "gpt_neox", "hidden_size": 2560, "num_hidden_layers": 32, "num_attention_heads": 32, "intermediate_size": 10240,
             "vocab_size": 50304, "max_position_embeddings": 2048, "tie_word_embeddings": false}
            """,
        ["mpt-7b"] = """
            {"model_type": "mpt", "d_model": 4096, "n_layers": 32, "n_heads": 32, "expansion_ratio": 4, "no_bias": true,
             "learned_pos_emb": true, "attn_config": {"alibi": false}, "max_seq_len": 2048, "vocab_size": 50368}
            """,
        ["gpt-j-6b"] = """
            {"model_type": "gptj", "n_embd": 4096, "n_layer": 28, "n_head": 16, "n_inner": null, "n_positions": 2048, "vocab_size": 50400}
            """,
        ["starcoderbase-15b"] = """
            {"model_type": "gpt_bigcode", "n_embd": 6144, "n_layer": 40, "n_head": 48, "n_inner": 24576, "multi_query": true,
             "n_positions": 8192, "vocab_size": 49152}
            """,
        ["nemotron-4-340b"] = """
            {"model_type": "nemotron", "hidden_size": 18432, "num_hidden_layers": 96, "num_attention_heads": 96, "num_key_value_heads": 8,
             "head_dim": 192, "intermediate_size": 73728, "vocab_size": 256000, "max_position_embeddings": 4096}
            """,
        ["ernie-4.5-300b-a47b"] = """
            {"model_type": "ernie4_5_moe", "hidden_size": 8192, "num_hidden_layers": 54, "num_attention_heads": 64, "num_key_value_heads": 8,
             "intermediate_size": 28672, "moe_intermediate_size": 3584, "moe_num_experts": 64, "moe_k": 8, "moe_layer_start_index": 3,
             "use_bias": false, "vocab_size": 103424, "max_position_embeddings": 131072}
            """,
    };
}
