using Orrery.Analysis.Models;
using Orrery.Catalog;
using Orrery.Evidence.Training;
using Xunit;

namespace Orrery.Evidence.Tests.Training;

/// <summary>Rows that contradict themselves, say "none" in a number's place or name figures nobody can mean.</summary>
public sealed class RowContradictionTests
{
    private const string Header =
        "id,source,date,task,chip,chips,model,precision,gbs_sequences,mbs,seq_len,tp,pp,cp,vp,ep,etp,sharding,recompute,cpu_offload_layers,"
        + "moe_a2a_overlap,tp_comm_overlap,other_settings,tokens_per_s_per_chip,model_tflops_per_s_per_chip,mfu_percent,iteration_s,notes";

    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(CatalogRoot.FindAbove(AppContext.BaseDirectory)!);

    [Theory]
    [InlineData("x,Paper,2025,pretrain,H100,64,Qwen3_30B_a3B,bf16,128,1,4096,1,1,1,1,32,4,,,,,,,800,,,,", "ep 32 x etp 4 does not divide the 64 ranks")]
    [InlineData("x,Paper,2025,pretrain,H100,2048,Qwen3_30B_a3B,bf16,2048,1,4096,1,1,1,1,512,1,,,,,,,800,,,,", "ep 512 is more than the 128 experts")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,70000,,,,,,,,,800,,,,", "pp 4 x vp 70000 is more than the layers")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,3,1,8192,4,4,1,1,,,,,,,,,800,,,,", "gbs_sequences 3 is less than the 4")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,1,4,4,4,1,,,,,,,,,800,,,,", "seq_len 1 is less than cp 4")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,65536,65536,65536,1,,,,,,,,,800,,,,", "does not divide chips 64")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,fp32,128,1,8192,4,4,1,1,,,,,,,,,800,,,,", "unknown precision 'fp32'")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,,1,8192,4,4,1,1,,,,,,,,,800,,,,derived: gbs=1e30", "gbs_sequences")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,,,,,,,,,,,,,derived: iteration_s=0", "iteration_s")]
    public void ARowThatCannotBeOneRun_IsSkippedWithTheContradiction(string row, string named)
    {
        var report = Run(row);
        Assert.Empty(report.Rows);
        Assert.Contains(named, Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
    }

    /// <summary>Noughts and words for "nothing" in optional columns, degrees a dense model has no use for, texts of absurd numbers.</summary>
    [Theory]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,0,0,0,0,,,0,,,,800,,,,")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,unknown,8192,4,4,none,n/a,-,,,,,,,,800,,,,")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,1,64,8,,,,,,,800,,,,")]
    [InlineData("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,,,,,,,,,mtp_num_layers=99999999999,800,,,,interleave 99999999999 ETP99999999999")]
    public void ARowWithOddTexts_IsPredictedAsTheRowWithout(string row)
    {
        var plain = Assert.Single(Run("x,Paper,2025,pretrain,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,800,,,,").Rows);
        Assert.Equal(plain.Predicted, Assert.Single(Run(row).Rows).Predicted, 0.15 * plain.Predicted);
    }

    [Fact]
    public void FewerSequencesThanRanks_AreSpreadOverThem()
    {
        var spread = Assert.Single(Run("x,Paper,2025,pretrain,H100,64,LLAMA3_8B,bf16,8,1,65536,1,1,1,1,,,fsdp,full,,,,,800,,,,").Rows);
        var stated = Assert.Single(Run("x,Paper,2025,pretrain,H100,64,LLAMA3_8B,bf16,8,1,65536,1,1,8,1,,,fsdp,full,,,,,800,,,,").Rows);
        Assert.Equal(stated.Predicted, spread.Predicted, 1e-9 * stated.Predicted);
    }

    [Theory]
    [InlineData("x,Any paper,2025,pretrain,TPUv5p,256,LLAMA3_8B,bf16,256,1,8192,,,,,,,fsdp,full,,,,,800,,,,")]
    [InlineData("x,Any paper,2025,pretrain,Trainium1,64,LLAMA2-7B,bf16,256,1,4096,8,1,,,,,,full,,,,,800,,,,")]
    public void AChipOfAnyVendor_FromASourceWithoutRulesOfItsOwn_IsPredicted(string row) => Assert.Single(Run(row).Rows);

    [Fact]
    public void Flops_OfALoraRow_LeaveOutTheWeightGradients()
    {
        const string Columns = "x,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,lora,H100,8,LLAMA3_70B,bf16,32,1,4096,2,4,1,20,,,,,,,,,";
        var tokens = Assert.Single(Run(Columns + "800,,,,").Rows).Predicted;
        var tera = Assert.Single(Run(Columns + ",400,,,").Rows).Predicted;
        var perToken = ModelCounts.Training(Catalog.FindModel("LLAMA3_70B")!, 4096, frozenWeights: true);
        Assert.Equal(tokens * perToken / 1e12, tera, 1e-9 * tera);
    }

    [Fact]
    public void HardwareFlops_CountTheLayersAgainButNotTheHead()
    {
        const string Columns = "x,Narayanan et al. SC21,,pretrain,A100-80GB,64,GPT3-175B,fp16,64,1,2048,8,8,1,1,,,,full,,,,,";
        var tokens = Assert.Single(Run(Columns + "100,,,,").Rows).Predicted;
        var tera = Assert.Single(Run(Columns + ",140,,,").Rows).Predicted;
        var forward = ModelCounts.Forward(Catalog.FindModel("GPT3-175B")!, 2048, FlopConvention.FullAttention);
        Assert.Equal(tokens * ((4 * forward.Total) - forward.Head) / 1e12, tera, 1e-9 * tera);
    }

    [Fact]
    public void AnMfuThatAnotherPaperRestates_LeavesRecomputeOut()
    {
        const string Columns = ",,pretrain,A100-80GB,64,GPT3-175B,fp16,64,1,2048,8,8,1,1,,,,full,,,,,,,30,,";
        var own = Assert.Single(Run("x,MT-NLG (arXiv 2201.11990)" + Columns).Rows).Predicted;
        var restated = Assert.Single(Run("x,PaLM (arXiv 2204.02311) Table 3" + Columns).Rows).Predicted;
        Assert.InRange(own / restated, 1.3, 1.34);
    }

    private static ValidationReport Run(string row)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Header + "\n" + row + "\n");
            return TrainingValidation.Run(Catalog, path, Path.Combine(Path.GetDirectoryName(Catalog.Folder)!, "evidence", "training-sources.yaml"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
