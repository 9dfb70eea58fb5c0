using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence.Training;
using Xunit;

namespace Orrery.Evidence.Tests.Training;

/// <summary>The training contract: any file with the columns, every row predicted or skipped with the name of what is missing.</summary>
public sealed class TrainingValidationTests
{
    private const string Header =
        "id,source,date,task,system,chip,chips,model,precision,gbs_sequences,mbs,seq_len,tp,pp,cp,vp,ep,etp,dp,sharding,recompute,recompute_modules,"
        + "cpu_offload_layers,moe_dispatcher,moe_a2a_overlap,dp_overlap,tp_comm_overlap,cuda_graph,pp_layout,recipe_match,recipe_ref,other_settings,"
        + "tokens_per_s_per_chip,model_tflops_per_s_per_chip,mfu_percent,iteration_s,notes,verified";

    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(CatalogRoot.FindAbove(AppContext.BaseDirectory)!);
    private static readonly string Evidence = Path.Combine(Path.GetDirectoryName(Catalog.Folder)!, "evidence");
    private static readonly Lazy<ValidationReport> Shipped = new(() => TrainingValidation.Run(
        Catalog, Path.Combine(Evidence, "training.csv"), Path.Combine(Evidence, "training-sources.yaml")));

    /// <summary>The floor of this release; a change that makes predictions worse than this fails here.</summary>
    [Theory]
    [InlineData("class:dense", 0.06)]
    [InlineData("class:moe", 0.09)]
    [InlineData("class:fsdp", 0.05)]
    [InlineData("class:tpu", 0.07)]
    public void MedianError_OfTheShippedRows_StaysUnderItsBudget(string group, double budget) =>
        Assert.InRange(Shipped.Value.ByGroup[group].MedianApe, 0, budget);

    /// <summary>Every row ran. The most that this release calls out of memory; fewer is better.</summary>
    [Theory]
    [InlineData("class:dense", 5)]
    [InlineData("class:fsdp", 0)]
    [InlineData("class:moe", 2)]
    [InlineData("class:tpu", 10)]
    public void RowsThatRan_ArePredictedToFit_ButForAFew(string group, int budget) =>
        Assert.InRange(Shipped.Value.Rows.Count(row => row.Group == group && row.Fits is false), 0, budget);

    /// <summary>Generations with kernel tables of their own, nothing of their training rows seen by the fit.</summary>
    [Theory]
    [InlineData("ampere", 0.07)]
    [InlineData("hopper", 0.07)]
    [InlineData("blackwell", 0.1)]
    [InlineData("blackwell-ultra", 0.1)]
    public void MedianError_OfAGenerationLeftOut_StaysUnderItsBudget(string generation, double budget) =>
        Assert.InRange(LeftOutErrors.Of(ResidualTable.Load(Path.Combine(Evidence, "residuals.csv"))).ByGeneration[generation].MedianApe, 0.001, budget);

    /// <summary>What a row takes of memory says by how much a run that ran was called too large, and only then is above one.</summary>
    [Fact]
    public void MemoryShare_IsAboveOneWhereARunIsSaidNotToFit() =>
        Assert.All(Shipped.Value.Rows, row => Assert.Equal(row.Fits, row.MemoryShare <= 1));

    [Fact]
    public void Coverage_OfRowsThatStateChipsModelBatchLengthAndDegrees_IsAboveNineTenths()
    {
        var diagnostics = new DiagnosticList();
        var stating = TrainingRow.Load(Path.Combine(Evidence, "training.csv"), diagnostics)
            .Where(row => row.Chips is not null && row.SequenceLength is not null && (row.GlobalBatch is not null || row.Derived("gbs") is not null)
                && ((row.TensorParallel is not null && row.PipelineParallel is not null) || row.Sharding.Length > 0))
            .Select(row => row.Id).ToHashSet();
        var simulated = Shipped.Value.Rows.Count(row => stating.Contains(row.Id));
        Assert.True(stating.Count > 600);
        Assert.True(simulated >= 0.95 * stating.Count, $"{simulated} of {stating.Count}");
    }

    [Fact]
    public void EveryShippedRow_IsEitherPredictedOrSkippedWithAReason()
    {
        var report = Shipped.Value;
        var lines = File.ReadLines(Path.Combine(Evidence, "training.csv")).Count(line => line.Length > 0) - 1;
        Assert.Equal(lines, report.Rows.Count + report.Skipped.Count);
        Assert.All(report.Skipped, row => Assert.NotEmpty(row.Reason));
        Assert.All(report.Rows, row => Assert.True(double.IsFinite(row.Predicted) && row.Predicted > 0, row.Id));
    }

    [Theory]
    [InlineData("llama-3.1-405b", "llama-3.1")]
    [InlineData("llama-3.1-405b-30-layers", "llama-3.1")]
    [InlineData("qwen3-235b-a22b", "qwen3")]
    [InlineData("mixtral-8x22b", "mixtral")]
    [InlineData("mpt-125m", "mpt")]
    [InlineData("deepseek-v3", "deepseek-v3")]
    public void Family_OfAModel_IsItsNameUpToItsSize(string model, string family) => Assert.Equal(family, TrainingValidation.FamilyOf(model));

    [Fact]
    public void ARow_IsJudgedOnTheFirstQuantityItStates()
    {
        Assert.Equal("tokens_per_s_per_chip", Judge("x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,800,400,40,10,,yes").Metric);
        Assert.Equal("iteration_s", Judge("x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,,400,40,10,,yes").Metric);
        Assert.Equal("model_tflops_per_s_per_chip", Judge("x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,,400,40,,,yes").Metric);
        Assert.Equal("mfu_percent", Judge("x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,,,40,,,yes").Metric);
    }

    [Fact]
    public void OneRun_JudgedOnAnyQuantity_IsOneRun()
    {
        var tokens = Judge("x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,800,,,,,yes").Predicted;
        var seconds = Judge("x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,,,,10,,yes").Predicted;
        Assert.Equal(tokens, 128.0 * 8192 / 64 / seconds, 1e-6 * tokens);
    }

    [Theory]
    [InlineData("x,Some paper,2025,pretrain,,H100,,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "chips")]
    [InlineData("x,Some paper,2025,pretrain,,H100,64,LLAMA3_70B,bf16,,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "gbs_sequences")]
    [InlineData("x,Some paper,2025,pretrain,,H100,64,LLAMA3_70B,bf16,128,1,,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "seq_len")]
    [InlineData("x,Some paper,2025,pretrain,,H100,64,LLAMA3_70B,bf16,128,1,8192,,,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "tp, pp")]
    [InlineData("x,Some paper,2025,pretrain,,H100,64,LLAMA3_70B,,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "precision")]
    [InlineData("x,Some paper,2025,pretrain,,H100,64,No such model,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "unknown model 'No such model'")]
    [InlineData("x,Some paper,2025,pretrain,,Nochip 9,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "unknown chip 'Nochip 9'")]
    [InlineData("x,Some paper,2025,pretrain,,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,,,,,,yes", "tokens_per_s_per_chip")]
    [InlineData("x,Some paper,2025,pretrain,,H100,60,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes", "does not divide")]
    public void ARowThatLeavesAFactOut_IsSkippedWithItsName(string row, string named)
    {
        var report = Run(row);
        Assert.Empty(report.Rows);
        Assert.Contains(named, Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void BadCells_AreAllReportedAtTheirLines()
    {
        var error = Assert.Throws<InvalidInputException>(() => Run(
            "a,s,2025,pretrain,,H100,many,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes",
            "b,s,2025,pretrain,,H100,64,LLAMA3_70B,bf16,-3,1,8192,4,4,1,1,,,,,,,,,,,,,,,,,NaN,,,,,yes",
            "c,s,2025,pretrain,,H100,64,LLAMA3_70B,bf16,1e30,1,8192.5,4,4,1,1,,,,,,,,,,,,,,,,,800,,,,,yes",
            "d,too,short"));
        var found = error.Diagnostics.Select(d => (d.Line, d.Message)).ToList();
        Assert.Contains(found, d => d.Line == 2 && d.Message.Contains("chips is 'many'", StringComparison.Ordinal));
        Assert.Contains(found, d => d.Line == 3 && d.Message.Contains("gbs_sequences is '-3'", StringComparison.Ordinal));
        Assert.Contains(found, d => d.Line == 3 && d.Message.Contains("'NaN'", StringComparison.Ordinal));
        Assert.Contains(found, d => d.Line == 4 && d.Message.Contains("'1e30'", StringComparison.Ordinal));
        Assert.Contains(found, d => d.Line == 4 && d.Message.Contains("'8192.5'", StringComparison.Ordinal));
        Assert.Contains(found, d => d.Line == 5 && d.Message.Contains("cells", StringComparison.Ordinal));
    }

    [Fact]
    public void AMissingColumn_IsNamed()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "id,source,chip\nx,y,z\n");
            var error = Assert.Throws<InvalidInputException>(() => TrainingValidation.Run(Catalog, path, Path.Combine(Evidence, "training-sources.yaml")));
            Assert.Contains(error.Diagnostics, d => d.Message.Contains("'gbs_sequences'", StringComparison.Ordinal));
            Assert.Contains(error.Diagnostics, d => d.Message.Contains("'iteration_s'", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ValidationRow Judge(string row)
    {
        var report = Run(row);
        return Assert.Single(report.Rows);
    }

    private static ValidationReport Run(params string[] rows)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Header + "\n" + string.Join("\n", rows) + "\n");
            return TrainingValidation.Run(Catalog, path, Path.Combine(Evidence, "training-sources.yaml"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
