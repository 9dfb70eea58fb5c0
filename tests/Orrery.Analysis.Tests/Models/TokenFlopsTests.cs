using Orrery.Analysis.Models;
using Orrery.Domain.Models;
using Xunit;

namespace Orrery.Analysis.Tests.Models;

/// <summary>FLOPs per token against what published tables imply: their model TFLOP/s over their tokens/s.</summary>
/// <remarks>Not checked: hybrid models (Nemotron 3), for which the tables' convention is not known and ours is 2 to 7 % lower.</remarks>
public sealed class TokenFlopsTests
{
    /// <summary>Rows of the training measurements by their id.</summary>
    [Theory]
    [InlineData("MB2511-010", "llama-3.1-8b", 8192, 51.5)]
    [InlineData("MB2511-012", "llama-3.1-70b", 8192, 449.2)]
    [InlineData("MB2511-004", "llama-3.1-405b", 8192, 2524.5)]
    [InlineData("MB2606-017", "qwen3-30b-a3b", 4096, 23.0)]
    [InlineData("MB2606-021", "kimi-k2", 4096, 204.6)]
    [InlineData("MB2606-014", "gpt-oss-120b", 4096, 32.6)]
    [InlineData("MB2509-011", "qwen3-235b-a22b", 4096, 148.0)]
    [InlineData("MB2509-017", "deepseek-v3", 4096, 260.0)]
    [InlineData("MB2608-004", "deepseek-v4-flash", 4096, 90.8)]
    [InlineData("TPUR-010", "gpt-oss-120b", 8192, 34.5)]
    [InlineData("TPUR-018", "llama-3.1-70b", 131072, 932.4)]
    [InlineData("TPUR-045", "llama-4-scout", 8192, 108.9)]
    public void Causal_count_matches_the_table(string row, string model, int sequence, double gigaflops) =>
        AssertClose(row, gigaflops, ModelCounts.Training(CatalogModels.Get(model), sequence));

    [Theory]
    [InlineData("MB2511-005", "deepseek-v3", 4096, 249.7)]
    [InlineData("TPUR-042", "deepseek-v3", 8192, 281.2)]
    public void Causal_count_without_multi_token_prediction_matches_the_table(string row, string model, int sequence, double gigaflops) =>
        AssertClose(row, gigaflops, ModelCounts.Training(CatalogModels.Get(model) with { MultiTokenPrediction = 0 }, sequence));

    [Theory]
    [InlineData("NEMO-001", "gpt3-5b", 2048, 32.7)]
    [InlineData("NEMO-002", "gpt3-20b", 2048, 128.2)]
    [InlineData("NEMO-003", "gpt3-175b", 2048, 1077.1)]
    [InlineData("NEMO-005", "llama-2-7b", 4096, 46.1)]
    [InlineData("NEMO-006", "llama-2-13b", 4096, 87.2)]
    [InlineData("NEMO-008", "nemotron-3-8b", 4096, 51.4)]
    [InlineData("NEMO-009", "nemotron-22b", 4096, 130.2)]
    [InlineData("NEMO-010", "nemotron-4-340b", 4096, 2105.6)]
    [InlineData("NEMO-011", "llama-3.1-8b", 8192, 57.9)]
    [InlineData("TPUR-027", "llama-2-70b", 4096, 444.5)]
    [InlineData("TPUR-039", "mistral-7b", 8192, 55.5)]
    [InlineData("TPUR-040", "mixtral-8x22b", 4096, 250.7)]
    [InlineData("TPUR-041", "mixtral-8x7b", 4096, 82.9)]
    [InlineData("TPUR-044", "llama-4-maverick", 8192, 121.1)]
    public void Full_attention_count_matches_the_table(string row, string model, int sequence, double gigaflops) =>
        AssertClose(row, gigaflops, ModelCounts.Training(CatalogModels.Get(model), sequence, FlopConvention.FullAttention));

    [Theory]
    [InlineData("LF-210", "mpt-125m", 2048, 0.970)]
    [InlineData("LF-127", "mpt-350m", 2048, 2.74)]
    [InlineData("LF-188", "mpt-760m", 2048, 5.47)]
    [InlineData("LF-051", "mpt-1b", 65536, 47.2)]
    [InlineData("LF-166", "mpt-3b", 2048, 17.8)]
    [InlineData("LF-010", "mpt-7b", 2048, 43.1)]
    [InlineData("LF-035", "mpt-7b", 65536, 144.2)]
    [InlineData("LF-089", "mpt-13b", 2048, 81.8)]
    [InlineData("LF-082", "mpt-30b", 2048, 187.8)]
    [InlineData("LF-001", "mpt-70b", 2048, 405.2)]
    public void Parameter_count_with_full_attention_matches_the_table(string row, string model, int sequence, double gigaflops) =>
        AssertClose(row, gigaflops, ModelCounts.Training(CatalogModels.Get(model), sequence, FlopConvention.ParametersAndFullAttention));

    [Fact]
    public void Six_times_the_parameters_is_the_count_without_attention()
    {
        var model = CatalogModels.Get("llama-2-7b");

        Assert.Equal(6 * ModelCounts.Parameters(model).Active, ModelCounts.Training(model, 4096, FlopConvention.ParametersOnly), 1.0);
    }

    [Fact]
    public void Frozen_weights_save_their_gradient_and_nothing_of_attention()
    {
        var model = CatalogModels.Get("llama-3.1-70b");
        var forward = ModelCounts.Forward(model, 4096);

        Assert.Equal((2 * forward.Total) + forward.Mixing, ModelCounts.Training(model, 4096, frozenWeights: true), 1.0);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 3)]
    [InlineData(8, 20)]
    public void Mean_keys_of_a_window_equal_counting(int sequence, int window)
    {
        var counted = Enumerable.Range(1, sequence).Average(query => window == 0 ? query : Math.Min(query, window));

        Assert.Equal(counted, MeanKeys.Causal(sequence, window), 1e-12);
    }

    [Theory]
    [InlineData(10, 4)]
    [InlineData(8, 4)]
    [InlineData(3, 4)]
    public void Mean_keys_of_chunks_equal_counting(int sequence, int chunk) =>
        Assert.Equal(Enumerable.Range(0, sequence).Average(at => (at % chunk) + 1), MeanKeys.Chunked(sequence, chunk), 1e-12);

    [Theory]
    [InlineData(11, 4, 0)]
    [InlineData(11, 2, 3)]
    [InlineData(3, 4, 0)]
    public void Mean_compressed_entries_equal_counting(int sequence, int compression, int limit)
    {
        var counted = Enumerable.Range(1, sequence).Average(at => limit == 0 ? at / compression : Math.Min(limit, at / compression));

        Assert.Equal(counted, MeanKeys.Compressed(sequence, compression, limit), 1e-12);
    }

    private static void AssertClose(string row, double gigaflops, double computed)
    {
        var ratio = computed / (gigaflops * 1e9);
        Assert.True(Math.Abs(ratio - 1) < 0.01, FormattableString.Invariant($"{row}: ours is {ratio:0.0000} of the table's"));
    }
}
