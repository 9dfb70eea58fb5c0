using Xunit;

namespace Orrery.Analysis.Tests.Models;

/// <summary>The names that measured rows use lead to the architecture they mean.</summary>
public sealed class ModelNameTests
{
    [Theory]
    [InlineData("GPT 175B (h12288 L96 a128)", "megascale-175b")]
    [InlineData("GPT 175B (h12288 L96 a96)", "gpt3-175b")]
    [InlineData("GPT 1.7B (h2304 L24 a24 vocab51200)", "gpt-1.7b-2021")]
    [InlineData("GPT 1.7B (h2048 L24 a16 vocab131072)", "gpt-1.7b-mcore")]
    [InlineData("GPT 462B (h18432 L112 a144 vocab131072)", "gpt-462b-mcore")]
    [InlineData("MLM2021-GPT-1T", "megatron-1t")]
    [InlineData("MLM2021-GPT-18B", "gpt-18.4b-2021")]
    [InlineData("SP-turing-530B", "mt-nlg-530b")]
    [InlineData("GPT 530B (MT-NLG)", "mt-nlg-530b")]
    [InlineData("Llama-3.1-405B pretrain (MLPerf)", "llama-3.1-405b")]
    [InlineData("Llama-3.1-405B proxy 62 layers", "llama-3.1-405b-62-layers")]
    [InlineData("Llama-3.1-405B amd/...-FP8-KV (Quark)", "llama-3.1-405b")]
    [InlineData("LLAMA3_70B", "llama-3.1-70b")]
    [InlineData("Llama-3.3-70B", "llama-3.1-70b")]
    [InlineData("llama3_1-70b-fp8_trtllm", "llama-3.1-70b")]
    [InlineData("Llama-2-70B (MaxText)", "llama-2-70b")]
    [InlineData("GPT OSS 120B", "gpt-oss-120b")]
    [InlineData("DeepSeek-R1-0528 (CSV label deepseek-ai/DeepSeek-V3)", "deepseek-r1")]
    [InlineData("/workspace/DeepSeek-R1-0528", "deepseek-r1")]
    [InlineData("nvidia/DeepSeek-V3.1-NVFP4", "deepseek-v3")]
    [InlineData("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "qwen3-235b-a22b")]
    [InlineData("vllm-ascend/Qwen3-8B-W8A8", "qwen3-8b")]
    [InlineData("zai-org/GLM-5.2-FP8", "glm-5")]
    [InlineData("MPT-125m", "mpt-125m")]
    public void A_name_as_rows_write_it_resolves(string name, string id) => Assert.Equal(id, CatalogModels.Resolve(name));

    [Theory]
    [InlineData("MaxText-1160B")]
    [InlineData("not stated")]
    [InlineData("GPT 1.7B")]
    [InlineData("Llama-3.1-405B proxy 40 layers")]
    public void A_name_without_a_known_architecture_stays_unknown(string name) => Assert.Null(CatalogModels.Resolve(name));

    [Fact]
    public void No_two_models_answer_to_one_name()
    {
        var owners = CatalogModels.Ids.Select(id => (Asked: id, Found: CatalogModels.Resolve(CatalogModels.Get(id).Name)));

        Assert.All(owners, owner => Assert.Equal(owner.Asked, owner.Found));
    }
}
