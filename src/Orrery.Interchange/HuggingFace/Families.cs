namespace Orrery.Interchange.HuggingFace;

/// <summary>Which reader understands which <c>model_type</c>.</summary>
internal static class Families
{
    private static readonly Dictionary<string, Func<ConfigFields, Architecture>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["llama"] = GatedFamilies.Llama,
        ["mistral"] = GatedFamilies.Mistral,
        ["qwen2"] = GatedFamilies.Qwen2,
        ["qwen3"] = GatedFamilies.Llama,
        ["phi3"] = GatedFamilies.Mistral,
        ["olmo"] = GatedFamilies.Llama,
        ["olmo2"] = GatedFamilies.Llama,
        ["gemma"] = GatedFamilies.Gemma,
        ["gemma2"] = GatedFamilies.Gemma2,
        ["gemma3"] = GatedFamilies.Gemma3,
        ["gemma3_text"] = GatedFamilies.Gemma3,
        ["gpt2"] = GptFamilies.Gpt2,
        ["gpt_bigcode"] = GptFamilies.Gpt2,
        ["gptj"] = GptFamilies.GptJ,
        ["gpt_neox"] = GptFamilies.NeoX,
        ["bloom"] = GptFamilies.Bloom,
        ["opt"] = GptFamilies.Opt,
        ["mpt"] = GptFamilies.Mpt,
        ["falcon"] = GptFamilies.Falcon,
        ["nemotron"] = GptFamilies.Nemotron,
        ["mixtral"] = ExpertFamilies.Mixtral,
        ["minimax_m2"] = ExpertFamilies.Mixtral,
        ["grok-1"] = ExpertFamilies.Mixtral,
        ["gpt_oss"] = ExpertFamilies.GptOss,
        ["qwen2_moe"] = ExpertFamilies.QwenMoe,
        ["qwen3_moe"] = ExpertFamilies.QwenMoe,
        ["olmoe"] = ExpertFamilies.Olmoe,
        ["glm4_moe"] = ExpertFamilies.Glm,
        ["ernie4_5_moe"] = ExpertFamilies.Ernie,
        ["llama4"] = ExpertFamilies.Llama4,
        ["llama4_text"] = ExpertFamilies.Llama4,
        ["deepseek_v2"] = LatentFamilies.DeepSeek,
        ["deepseek_v3"] = LatentFamilies.DeepSeek,
        ["deepseek_v32"] = LatentFamilies.DeepSeek,
        ["kimi_k2"] = LatentFamilies.DeepSeek,
        ["glm_moe_dsa"] = LatentFamilies.DeepSeek,
        ["nemotron_h"] = HybridFamilies.Nemotron,
        ["qwen3_next"] = HybridFamilies.Qwen,
        ["qwen3_5"] = HybridFamilies.Qwen,
        ["qwen3_5_text"] = HybridFamilies.Qwen,
        ["qwen3_5_moe"] = HybridFamilies.Qwen,
        ["qwen3_5_moe_text"] = HybridFamilies.Qwen,
    };

    public static IEnumerable<string> Types => Readers.Keys;

    public static Func<ConfigFields, Architecture>? Find(string type) => Readers.GetValueOrDefault(type);
}
