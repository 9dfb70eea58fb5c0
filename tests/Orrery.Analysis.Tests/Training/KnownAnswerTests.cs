using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>Hand calculations and printed figures.</summary>
public sealed class KnownAnswerTests
{
    /// <summary>The bubble of 1F1B over m micro-batches is (p - 1) / m of the work; v chunks a stage divide it by v.</summary>
    [Theory]
    [InlineData(4, 1, 16, 3.0 / 16)]
    [InlineData(8, 1, 8, 7.0 / 8)]
    [InlineData(4, 5, 16, 3.0 / 16 / 5)]
    [InlineData(8, 5, 64, 7.0 / 64 / 5)]
    public void Bubble_OfOneForwardOneBackward_IsTheTextbookFraction(int stages, int chunks, int microBatches, double expected)
    {
        var estimate = Runs.Estimate(
            Runs.Workload("llama-3.1-70b", microBatches, 8192),
            Runs.Layout(8, stages, 1) with { VirtualStages = chunks }, Runs.Cluster("dgx-h100", 8 * stages));
        var perStage = Work(estimate) / microBatches;

        // The head sits on the last stage, so the mean stage is a little shorter than the slowest one that the work counts.
        Assert.InRange(estimate.Parts[StepPart.Bubble] / microBatches / perStage, 0.9 * expected, expected);
    }

    [Fact]
    public void Bubble_OfZeroBubbleAndDualPipe_IsSmallerThanOneForwardOneBackward()
    {
        double Bubble(PipelineSchedule schedule) => Runs.Estimate(
            Runs.Workload("llama-3.1-70b", 16, 8192), Runs.Layout(8, 8, 1) with { Schedule = schedule }, Runs.Cluster("dgx-h100", 64)).Parts[StepPart.Bubble];

        var plain = Bubble(PipelineSchedule.OneForwardOneBackward);
        Assert.Equal(plain / 3, Bubble(PipelineSchedule.ZeroBubble), 1e-9 * plain);
        Assert.Equal(plain * 2 * 3 / 3 / 7, Bubble(PipelineSchedule.DualPipe), 1e-9 * plain); // 2 (8/2 - 1) / 3 against 8 - 1
    }

    /// <summary>
    /// Core attention run again costs one more forward pass of it: 4 s h FLOPs a token and layer over the whole square. (The
    /// printed hardware FLOPs of Korthikanti et al. 2022 hold three times that, so their HFU over MFU is larger.)
    /// </summary>
    [Theory]
    [InlineData("megatron-22b", 8, 1, 4)]
    [InlineData("gpt3-175b", 8, 8, 64)]
    [InlineData("megatron-1t", 8, 64, 512)]
    public void Recompute_OfCoreAttention_AddsOneForwardPassOfIt(string name, int tensor, int pipeline, int batch)
    {
        const double Sequence = 2048;
        var model = Runs.Catalog.Model(name);
        var estimate = Runs.Estimate(
            Runs.Workload(name, batch, (int)Sequence, TrainingPrecision.Fp16),
            Runs.Layout(tensor, pipeline, 1) with { Recompute = Recompute.CoreAttention }, Runs.Cluster("dgx-a100", tensor * pipeline), Runs.Catalog.Stack("megatron-2021"));
        var again = 4 * Sequence * model.Hidden * model.LayerCount;
        Assert.Equal(1 + (again / estimate.ModelFlopsPerToken.Value), estimate.Hfu / estimate.Mfu, 1e-9);
    }

    /// <summary>
    /// Korthikanti et al. 2022, table 2: sbh/t (34 + 5 a s / h) bytes a layer with tensor and sequence parallelism, 34 sbh/t
    /// when core attention runs again. Two of the 34 are dropout masks, which today's stacks do not keep.
    /// </summary>
    [Theory]
    [InlineData("megatron-22b", Recompute.None)]
    [InlineData("megatron-22b", Recompute.CoreAttention)]
    [InlineData("gpt3-175b", Recompute.None)]
    [InlineData("gpt3-175b", Recompute.CoreAttention)]
    public void Activations_OfALayer_AreThosePrinted(string name, Recompute policy)
    {
        const double Sequence = 2048, Tensor = 8;
        var model = Runs.Catalog.Model(name);
        var heads = ((Domain.Models.Attention)model.Layers[0].Layer.Mixer!).Heads;
        var estimate = Runs.Estimate(
            Runs.Workload(name, 1, (int)Sequence, TrainingPrecision.Fp16),
            Runs.Layout((int)Tensor, 1, 1) with { Recompute = policy }, Runs.Cluster("dgx-a100", 8), Runs.Catalog.Stack("megatron-2021"));
        var scores = policy == Recompute.None ? 5.0 * heads * Sequence / model.Hidden : 0;
        var printed = Sequence * model.Hidden / Tensor * (34 + scores) * model.LayerCount;
        Assert.InRange(estimate.Memory.Activations.Value / printed, 0.92, 1.0);
    }

    /// <summary>16 bytes a parameter: 2 weights, 2 gradients, 12 states, the states over the replicas.</summary>
    [Fact]
    public void ModelState_OfZero1_SplitsTheOptimizerOnly()
    {
        var eight = Runs.Estimate(Runs.Workload("llama-3.1-8b", 8, 8192), Runs.Layout(1, 1, 8), Runs.Cluster("dgx-h100", 8)).Memory;
        var weights = Analysis.Models.ModelCounts.Parameters(Runs.Catalog.Model("llama-3.1-8b")).Total;
        Assert.Equal(2 * weights, eight.Weights.Value, 0.01 * weights);
        Assert.Equal(2 * weights, eight.Gradients.Value, 0.01 * weights);
        Assert.Equal(12 * weights / 8, eight.OptimizerState.Value, 0.01 * weights);
    }

    [Fact]
    public void ModelState_OfZero3_SplitsEverything()
    {
        var memory = Runs.Estimate(
            Runs.Workload("llama-3.1-8b", 8, 8192), Runs.Layout(1, 1, 8) with { Sharding = Sharding.Zero3, Recompute = Recompute.Full }, Runs.Cluster("dgx-h100", 8)).Memory;
        var weights = Analysis.Models.ModelCounts.Parameters(Runs.Catalog.Model("llama-3.1-8b")).Total;
        Assert.Equal(2 * weights / 8, memory.Gradients.Value, 0.01 * weights);
        Assert.InRange(memory.Weights.Value, 2 * weights / 8, (2 * weights / 8) + (5 * weights / 32));
    }

    [Fact]
    public void AModelTooLargeForItsChips_DoesNotFit()
    {
        var memory = Runs.Estimate(Runs.Workload("llama-3.1-405b", 8, 8192), Runs.Layout(8, 1, 1), Runs.Cluster("dgx-h100", 8)).Memory;
        Assert.False(memory.Fits);
        Assert.True(memory.Weights.Value > memory.Capacity.Value);
    }

    /// <summary>80 GB of stacks of 16 GiB are 85.9e9 bytes.</summary>
    [Fact]
    public void Capacity_OfAChip_IsCountedInPowersOfTwo() => Assert.Equal(
        80.0 * 1024 * 1024 * 1024,
        Runs.Estimate(Runs.Workload("llama-3.1-8b", 8, 8192), Runs.Layout(8, 1, 1), Runs.Cluster("dgx-h100", 8)).Memory.Capacity.Value);

    /// <summary>Weights that no step changes need no copy in 16 bits: one byte each in FP8, two in BF16.</summary>
    [Theory]
    [InlineData(TrainingPrecision.Fp8, 1)]
    [InlineData(TrainingPrecision.Bf16, 2)]
    public void FrozenWeights_AreHeldAsTheyAreMultiplied(TrainingPrecision precision, double bytes)
    {
        var weights = Analysis.Models.ModelCounts.Parameters(Runs.Catalog.Model("llama-3.1-8b")).Total;
        var workload = Runs.Workload("llama-3.1-8b", 8, 8192, precision) with { Task = TrainingTask.Lora };
        Assert.Equal(bytes * weights, Runs.Estimate(workload, Runs.Layout(1, 1, 8), Runs.Cluster("dgx-h100", 8)).Memory.Weights.Value, 0.01 * weights);
    }

    /// <summary>A compiler that splits the residual stream over 8 tensor-parallel ranks keeps an eighth of 2 s h L.</summary>
    [Fact]
    public void KeptSplit_OverTensorRanks_DividesWhatAFullRecomputeKeeps()
    {
        double Activations(string stack, Recompute policy) => Runs.Estimate(
            Runs.Workload("llama-3.1-8b", 1, 8192), Runs.Layout(8, 1, 1) with { SequenceParallel = false, Recompute = policy },
            Runs.Cluster("dgx-h100", 8), Runs.Catalog.Stack(stack)).Memory.Activations.Value;
        var input = 2.0 * 8192 * 4096;
        double Kept(string stack) => Activations(stack, Recompute.Full) - (Activations(stack, Recompute.None) / 32);
        Assert.Equal(32 * input, Kept("megatron"), 1);
        Assert.Equal(32 * input / 8, Kept("maxtext-gpu"), 1);
    }

    private static double Work(TrainingEstimate estimate) => estimate.Parts.Total
        - estimate.Parts[StepPart.Bubble] - estimate.Parts[StepPart.Optimizer] - estimate.Parts[StepPart.Jitter]
        - estimate.Parts[StepPart.PipelineCommunication] - estimate.Parts[StepPart.DataParallelCommunication];
}
