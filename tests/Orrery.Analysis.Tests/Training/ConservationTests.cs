using Orrery.Analysis.Training;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>Work that a layout only moves about: no setting may make more or less of it.</summary>
public sealed class ConservationTests
{
    [Fact]
    public void Experts_UnderTensorParallelism_CostTheSameWithAndWithoutSequenceParallelism()
    {
        double Experts(bool sequenceParallel) => Runs.Estimate(
            Runs.Workload("mixtral-8x7b", 16, 4096),
            Runs.Layout(4, 1, 2) with { ExpertTensorParallel = 4, SequenceParallel = sequenceParallel },
            Runs.Cluster("dgx-h100", 8)).Parts[StepPart.Experts];

        Assert.Equal(Experts(true), Experts(false), 1e-9 * Experts(true));
    }

    [Fact]
    public void FullSharding_InAPipeline_DividesTheLayersAndFillsThePipeline()
    {
        var workload = Runs.Workload("llama-3.1-70b", 64, 8192);
        var cluster = Runs.Cluster("dgx-h100", 64);
        var layout = Runs.Layout(4, 8, 2);
        var sharded = Runs.Estimate(workload, layout with { Sharding = Sharding.Zero3 }, cluster);
        var plain = Runs.Estimate(workload, layout, cluster);
        Assert.Equal(plain.Parts[StepPart.Gemm], sharded.Parts[StepPart.Gemm], 1e-9 * plain.Parts[StepPart.Gemm]);
        Assert.Equal(plain.Parts[StepPart.Bubble], sharded.Parts[StepPart.Bubble], 1e-9 * plain.Parts[StepPart.Bubble]);
        Assert.True(sharded.Parts[StepPart.DataParallelCommunication] > plain.Parts[StepPart.DataParallelCommunication], "weights are gathered each micro-batch");
    }

    [Fact]
    public void AHeadLongerThanAStage_NeverMakesATimeNegative()
    {
        var estimate = Runs.Estimate(Runs.Workload("qwen3-0.6b", 64, 4096), Runs.Layout(1, 8, 1), Runs.Cluster("dgx-h100", 8));
        Assert.All(Enum.GetValues<StepPart>(), part => Assert.True(estimate.Parts[part] >= 0, $"{part} is {estimate.Parts[part]}"));
    }

    [Fact]
    public void Optimizer_UnderHybridSharding_DoesTheWorkOfOneReplica()
    {
        var fixedStep = Runs.Megatron.Parameters["fixed_step_s"].Value;
        double Optimizer(int data, Sharding sharding, int ranks) => Runs.Estimate(
            Runs.Workload("llama-3.1-8b", 64, 8192), Runs.Layout(1, 1, data) with { Sharding = sharding, ShardRanks = ranks },
            Runs.Cluster("dgx-h100", data)).Parts[StepPart.Optimizer] - fixedStep;

        Assert.Equal(Optimizer(8, Sharding.Zero3, 0), Optimizer(64, Sharding.Hsdp, 8), 1e-9);
    }

    [Fact]
    public void DualPipe_AgainstOneForwardOneBackward_HoldsTwoStagesOfWeights()
    {
        Analysis.Training.TrainingMemory Memory(PipelineSchedule schedule) => Runs.Estimate(
            Runs.Workload("llama-3.1-70b", 16, 8192), Runs.Layout(8, 8, 1) with { Schedule = schedule }, Runs.Cluster("dgx-h100", 64)).Memory;

        Assert.Equal(2 * Memory(PipelineSchedule.OneForwardOneBackward).Weights.Value, Memory(PipelineSchedule.DualPipe).Weights.Value, 1.0);
        Assert.Equal(2 * Memory(PipelineSchedule.OneForwardOneBackward).Gradients.Value, Memory(PipelineSchedule.DualPipe).Gradients.Value, 1.0);
    }

    [Fact]
    public void FullRecompute_HoldsOneWholeLayerWhileItRuns()
    {
        var workload = Runs.Workload("llama-3.1-70b", 64, 8192);
        var cluster = Runs.Cluster("dgx-h100", 64);
        var layout = Runs.Layout(1, 1, 64) with { Sharding = Sharding.Zero3 };
        var layers = workload.Model.LayerCount;
        var none = Runs.Estimate(workload, layout, cluster).Memory.Activations.Value;
        var full = Runs.Estimate(workload, layout with { Recompute = Recompute.Full }, cluster).Memory.Activations.Value;
        var inputs = 2.0 * workload.Model.Hidden * 8192 * layers;
        Assert.Equal(none / layers, full - inputs, 1e-6 * none);
    }

    [Fact]
    public void CompressedAttention_OverContextParallelRanks_IsDividedWithItsIndexScores()
    {
        double Attention(int context) => Runs.Estimate(
            Runs.Workload("deepseek-v4-flash", 8, 65536),
            Runs.Layout(1, 1, 8 / context) with { ContextParallel = context, ExpertParallel = 8 }, Runs.Cluster("gb200-nvl72", 8)).Parts[StepPart.Attention];

        Assert.Equal(Attention(1), Attention(4), 1e-9 * Attention(1));
    }

    [Fact]
    public void AnIndexer_OnLongSequences_SavesAttentionTime()
    {
        double Attention(string model) => Runs.Estimate(
            Runs.Workload(model, 16, 131072), Runs.Layout(1, 1, 16) with { ExpertParallel = 16 }, Runs.Cluster("gb200-nvl72", 16)).Parts[StepPart.Attention];

        Assert.True(Attention("deepseek-v3.2") < 0.5 * Attention("deepseek-v3"));
    }

    [Fact]
    public void AttentionInChunks_AgainstAWindowOfTheSameSize_MeetsHalfTheKeys()
    {
        var windowed = Runs.Workload("llama-3.1-8b", 8, 65536);
        TrainingWorkload With(bool chunked) => windowed with
        {
            Model = windowed.Model with
            {
                Layers = [.. windowed.Model.Layers.Select(run => new LayerRun(
                    run.Count, run.Layer with { Mixer = ((Attention)run.Layer.Mixer!) with { Window = 8192, Chunked = chunked } }))],
            },
        };
        double Time(bool chunked) => Runs.Estimate(With(chunked), Runs.Layout(1, 1, 8), Runs.Cluster("dgx-h100", 8)).Parts[StepPart.Attention];
        Assert.InRange(Time(true) / Time(false), 0.45, 0.65);
    }
}
