using Orrery.Catalog;
using Orrery.Evidence.Training;
using Xunit;

namespace Orrery.Evidence.Tests.Training;

/// <summary>What a row says of its run beside degrees and sizes reaches the prediction.</summary>
public sealed class RowInputTests
{
    private const string Header =
        "id,source,date,task,chip,chips,model,precision,gbs_sequences,mbs,seq_len,tp,pp,cp,vp,ep,etp,sharding,moe_dispatcher,other_settings,tokens_per_s_per_chip,notes,model_tflops_per_s_per_chip,mfu_percent,iteration_s";

    private const string Experts = "x,Megatron-Bridge,2026-02-25,pretrain,GB200,64,Qwen3_235B_a22B,mxfp8,1024,1,4096,2,1,1,1,64,1,,,";
    private const string Tuning = "x,NVIDIA/NeMo,2024-08-13,lora,H100,8,LLAMA2-7B,fp8,32,1,4096,1,1,1,1,,,,,";
    private const string Pods = "x,maxtext,2023-11-01,pretrain,TPUv5e,1024,LLAMA2-7B,bf16,4096,4,2048,,,,,,,fsdp,,";

    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(CatalogRoot.FindAbove(AppContext.BaseDirectory)!);

    [Fact]
    public void ExpertsThatDropTokens_DoNotMakeTheHostWait() => Assert.True(Predicted(Experts + "moe_token_drop,800,") > 1.2 * Predicted(Experts + ",800,"));

    [Fact]
    public void WithoutADispatcher_EveryCopyTravels()
    {
        const string Network = "x,Megatron-Bridge,2026-02-25,pretrain,H100,256,Qwen3_235B_a22B,fp8,2048,1,4096,2,8,1,4,32,1,,";
        Assert.Equal(Predicted(Network + "alltoall,,800,"), Predicted(Network + ",,800,"));
        Assert.True(Predicted(Network + "flex/deepep,,800,") > 1.1 * Predicted(Network + ",,800,"));
    }

    [Fact]
    public void PackedSamples_HaveHardlyAnyAttention()
    {
        var (whole, packed) = (Predicted(Tuning + ",800,"), Predicted(Tuning + ",800,packed SQuAD sequences"));
        Assert.InRange(packed / whole, 1.15, 1.5);
    }

    [Fact]
    public void AContainer_DatesTheSoftware() =>
        Assert.Equal(Predicted(Tuning.Replace("2024-08-13", "2024-03-01", StringComparison.Ordinal) + ",800,"), Predicted(Tuning + "container=NeMo24.03.01,800,"), 0.01);

    [Fact]
    public void SlicesOverADataCentreNetwork_AreSlowerThanOne()
    {
        var (one, four) = (Predicted(Pods + "dcn_data=1,800,"), Predicted(Pods + "dcn_data=4,800,"));
        Assert.InRange(four / one, 0.9, 0.999);
    }

    [Fact]
    public void AttentionInFp8_IsFasterWhereTheRowSaysSo() => Assert.True(Predicted(Experts + "fp8_attention,800,") > Predicted(Experts + ",800,"));

    private static double Predicted(string row)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Header + "\n" + row + ",,,\n");
            var report = TrainingValidation.Run(Catalog, path, Path.Combine(Path.GetDirectoryName(Catalog.Folder)!, "evidence", "training-sources.yaml"));
            Assert.Empty(report.Skipped);
            return Assert.Single(report.Rows).Predicted;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
