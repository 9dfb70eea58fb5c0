using Orrery.Domain.Workloads;
using Orrery.Evidence.Serving;
using Xunit;

namespace Orrery.Evidence.Tests.Serving;

/// <summary>What the texts of serving rows mean.</summary>
public sealed class ServingWordsTests
{
    [Theory]
    [InlineData("TP8", 8, 1, 1, 1, 1)]
    [InlineData("TP4 PP2", 4, 1, 2, 1, 1)]
    [InlineData("TP8 attention-DP on EP8", 1, 8, 1, 8, 1)]
    [InlineData("TP8 attention-DP8 EP4", 1, 8, 1, 4, 1)]
    [InlineData("TP2 x 4 replicas", 2, 1, 1, 1, 4)]
    [InlineData("8 replicas x TP1", 1, 1, 1, 1, 8)]
    [InlineData("TP2 EP on", 2, 1, 1, 2, 1)]
    public void ALayout_IsReadFromItsDegrees(string text, int tensor, int groups, int stages, int experts, int replicas)
    {
        var (layout, count) = Assert.NotNull(ServingWords.Layout(text));
        Assert.Equal((tensor, groups, stages, experts, replicas), (layout.TensorParallel, layout.AttentionDataParallel, layout.PipelineParallel, layout.ExpertParallel, count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("disagg: some of it")]
    public void WhatStatesNoLayout_IsNone(string text) => Assert.Null(ServingWords.Layout(text));

    [Fact]
    public void TwoPools_AreReadWithTheirReplicas()
    {
        var pools = ServingWords.Pools("disagg: 2 prefill x (TP1 attnDP4 EP4) + 4 decode x TP8");
        Assert.NotNull(pools);
        Assert.Equal((2, 4), (pools.Prefill!.Replicas, pools.Prefill.Layout.Chips));
        Assert.Equal((4, 8), (pools.Main.Replicas, pools.Main.Layout.Chips));
        Assert.Equal(40, pools.Chips);
    }

    [Theory]
    [InlineData("fp8", WeightFormat.Fp8, WeightFormat.Fp8)]
    [InlineData("gemm=fp8_block, moe=nvfp4", WeightFormat.Fp8Block, WeightFormat.Nvfp4)]
    [InlineData("int4_wo", WeightFormat.Int4WeightOnly, WeightFormat.Int4WeightOnly)]
    public void Formats_AreThoseStated(string text, WeightFormat dense, WeightFormat experts) => Assert.Equal((dense, experts), ServingWords.Weights(text));

    [Fact]
    public void AFormatThatNobodyKnows_IsNone() => Assert.Null(ServingWords.Weights("fp5"));

    [Fact]
    public void Drafts_AreReadWithTheirAcceptance()
    {
        var drafts = ServingWords.Speculation("batch 96, MTP1 70%");
        Assert.NotNull(drafts);
        Assert.Equal((1, 0.7), (drafts.DraftTokens, drafts.Acceptance));
    }

    [Fact]
    public void AModel_IsAlsoCalledByItsNameAlone() => Assert.Contains("Llama-3.1-8B", ServingWords.ModelNames("meta-llama/Llama-3.1-8B-Instruct-FP8"));
}
