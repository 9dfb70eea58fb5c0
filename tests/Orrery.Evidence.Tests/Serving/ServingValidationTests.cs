using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence.Serving;
using Xunit;

namespace Orrery.Evidence.Tests.Serving;

/// <summary>What becomes of measured serving runs, row by row.</summary>
public sealed class ServingValidationTests
{
    private const string Header =
        "id,source,system,chip,chips,model,weight_precision,kv_precision,engine,parallelism,isl,osl,concurrency_or_batch,request_rate,ttft_ms,tpot_ms,throughput_tokens_per_s_total,per_chip_tokens_per_s,load_mode,notes";

    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));

    [Fact]
    public void EveryQuantityOfARow_IsPredicted()
    {
        var report = Run(Row());
        Assert.Empty(report.Skipped);
        Assert.Equal(["ttft_ms", "tpot_ms", "tokens_per_s_per_chip"], report.Rows.Select(row => row.Metric));
        Assert.All(report.Rows, row => Assert.True(row.Predicted > 0));
    }

    [Theory]
    [InlineData("dgx-h100,", "", "")]
    [InlineData("H100", "H1000", "unknown chip 'H1000'")]
    [InlineData("llama-3.1-8b", "llama-8000b", "unknown model 'llama-8000b'")]
    [InlineData(",1024,256,", ",,256,", "isl")]
    [InlineData(",1024,256,", ",1024,,", "osl")]
    [InlineData(",TP1,", ",,", "parallelism")]
    [InlineData(",vllm,", ",,", "engine")]
    [InlineData("closed_loop_concurrency", "", "load_mode")]
    public void ARowThatCannotBeSimulated_SaysWhatIsMissing(string right, string wrong, string said)
    {
        if (said.Length == 0)
        {
            Assert.Empty(Run(Row().Replace(right, wrong + ",", StringComparison.Ordinal)).Skipped); // the chip alone says the system
            return;
        }

        Assert.Contains(said, Assert.Single(Run(Row().Replace(right, wrong, StringComparison.Ordinal)).Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ACellThatIsNoNumber_IsAnErrorAtItsLine()
    {
        var error = Assert.Throws<InvalidInputException>(() => Run(Row(), Row(input: "many")));
        Assert.Equal(3, Assert.Single(error.Diagnostics).Line);
    }

    [Fact]
    public void ABatchThatDoesNotFit_IsNotPredictedAsIfItDid()
    {
        // 5,000 requests of 17,000 tokens at 128 KiB a token do not fit on one chip of 80 GB: those that do not run wait.
        var (few, many) = (Predicted("tokens_per_s_per_chip", Row(input: "16384", inFlight: 20)), Predicted("tokens_per_s_per_chip", Row(input: "16384", inFlight: 5000)));
        Assert.InRange(many / few, 0.8, 1.6);
        Assert.True(Predicted("ttft_ms", Row(input: "16384", inFlight: 5000)) > 50 * Predicted("ttft_ms", Row(input: "16384", inFlight: 20)));
    }

    [Fact]
    public void MoreInFlight_IsMoreThroughputAndSlowerTokens()
    {
        Assert.True(Predicted("tokens_per_s_per_chip", Row(inFlight: 32)) > 4 * Predicted("tokens_per_s_per_chip", Row(inFlight: 1)));
        Assert.True(Predicted("tpot_ms", Row(inFlight: 32)) > Predicted("tpot_ms", Row(inFlight: 1)));
    }

    [Fact]
    public void ReplicasShareOutTheRequests() =>
        Assert.Equal(Predicted("tpot_ms", Row(inFlight: 8)), Predicted("tpot_ms", Row(inFlight: 32, chips: 4, layout: "TP1 x 4 replicas")), 0.1);

    [Fact]
    public void NarrowerWeights_AreReadFaster() => Assert.True(Predicted("tpot_ms", Row(weights: "fp8")) < 0.8 * Predicted("tpot_ms", Row()));

    private static string Row(string input = "1024", int inFlight = 1, int chips = 1, string layout = "TP1", string weights = "bf16") => FormattableString.Invariant(
        $"x,somebody,dgx-h100,H100,{chips},llama-3.1-8b,{weights},bf16,vllm,{layout},{input},256,{inFlight},,50,8,900,900,closed_loop_concurrency,");

    private static double Predicted(string metric, string row) => Run(row).Rows.Single(one => one.Metric == metric).Predicted;

    private static ValidationReport Run(params string[] rows)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, [Header, .. rows]);
            return ServingValidation.Run(Catalog, path, Path.Combine(Repository.Folder("evidence"), "serving-sources.yaml"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
