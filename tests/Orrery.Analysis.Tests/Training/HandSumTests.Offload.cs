using Orrery.Analysis.Training;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>What waits in host memory: where it is counted, and what it costs on the link.</summary>
public sealed partial class HandSumTests
{
    private const int Replicas = 8;
    private static readonly Strategy Replicated = Strategy(1, Replicas);

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void OffloadedOptimizer_TakesTheLongerOfItsMemoryAndItsLink(double slower)
    {
        var box = Linked(Link / slower);
        var estimate = On(box, Replicated with { Offload = Offload.OptimizerState }, Replicas);
        var (share, state) = (Weights() / Replicas, Value("optimizer_state_bytes") * Weights() / Replicas);
        var (stream, link) = (share * Value("optimizer_bytes") / Stream, state / (Link / slower));
        Close(Math.Max(stream, link) + Value("fixed_step_s"), estimate.Parts[StepPart.Optimizer]);
        Assert.Equal(0, estimate.Memory.OptimizerState.Value);
        Close(state, estimate.Memory.Host.Value);
        Close(On(box, Replicated, Replicas).Memory.Total.Value - state, estimate.Memory.Total.Value);
    }

    [Fact]
    public void OffloadedWeights_ComeInForwardAndBackwardBesideCompute()
    {
        const double Rate = 1e9; // so slow that neither pass hides it
        var (plain, offloaded) = (On(Linked(Rate), Strategy(1, 1), 1), On(Linked(Rate), Strategy(1, 1) with { Offload = Offload.Weights }, 1));
        var weights = Value("weight_bytes") * Weights();
        Close((2 * weights / Rate) - Body(plain), offloaded.Parts[StepPart.Host] - plain.Parts[StepPart.Host]);

        // On the chip stay the layer at work and the next one.
        Close(weights, offloaded.Memory.Host.Value);
        Close(2 * weights / Layers, offloaded.Memory.Weights.Value);
    }

    [Fact]
    public void OffloadedWeights_OverAFastLink_CostNothing()
    {
        var (plain, offloaded) = (On(Linked(1e13), Strategy(1, 1), 1), On(Linked(1e13), Strategy(1, 1) with { Offload = Offload.Weights }, 1));
        Close(plain.Iteration.Value, offloaded.Iteration.Value);
    }

    [Fact]
    public void OffloadedWeightsAndActivations_GoOppositeWaysForwardAndTheSameWayBackward()
    {
        const double Rate = 1e9;
        const int Away = 20;
        var plain = On(Linked(Rate), Strategy(1, 1), 1);
        var offloaded = On(Linked(Rate), Strategy(1, 1) with { Offload = Offload.Weights, OffloadedLayers = Away }, 1);
        var (weights, activations) = (Value("weight_bytes") * Weights(), plain.Memory.Activations.Value * Away / Layers);
        Close((Math.Max(weights, activations) / Rate) + ((weights + activations) / Rate) - Body(plain), offloaded.Parts[StepPart.Host] - plain.Parts[StepPart.Host]);
        Close(weights + activations, offloaded.Memory.Host.Value);
        Close(plain.Memory.Activations.Value - activations, offloaded.Memory.Activations.Value);
    }

    [Fact]
    public void AHostWithTooLittleMemory_DoesNotHoldWhatFitsTheChip()
    {
        var strategy = Replicated with { Offload = Offload.OptimizerState, Recompute = Recompute.Full };
        var memory = On(Box, strategy, Replicas).Memory;
        AiSystem Host(double bytes) => Box with { HostMemory = new(new Bytes(bytes), "TEST", Confidence.Assumed) };
        Assert.True(On(Host(memory.Host.Value), strategy, Replicas).Memory.Fits);
        Assert.False(On(Host(memory.Host.Value - 1), strategy, Replicas).Memory.Fits);
        Assert.True(On(Box with { HostMemory = null }, strategy, Replicas).Memory.Fits); // nobody says that it does not
        Assert.True(memory.Total.Value <= memory.Capacity.Value);
    }

    private static double Link => Box.HostBandwidth!.Value.Value;

    private static AiSystem Linked(double rate) => Box with { HostBandwidth = new(new BytesPerSecond(rate), "TEST", Confidence.Assumed) };

    private static TrainingEstimate On(AiSystem system, Strategy strategy, int batch) =>
        TrainingEstimator.Estimate(Runs.Workload("llama-3.1-8b", batch, Sequence, TrainingPrecision.Bf16), strategy, new Cluster(system, strategy.Chips), Megatron);

    /// <summary>Forward and backward passes of the layers in one micro-batch on one chip: what offload can hide under.</summary>
    private static double Body(TrainingEstimate estimate) =>
        estimate.Parts.Total - estimate.Parts[StepPart.Optimizer] - estimate.Parts[StepPart.Host] - HeadSeconds();
}
