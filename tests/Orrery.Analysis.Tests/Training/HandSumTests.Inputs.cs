using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;
using Collective = Orrery.Analysis.Collectives.Collectives;

namespace Orrery.Analysis.Tests.Training;

/// <summary>What a workload, a strategy or a stack says of itself moves the part it is about, by what the model book says.</summary>
public sealed partial class HandSumTests
{
    [Fact]
    public void AGatherOfACastInput_MovesTheBytesOfItsFormat()
    {
        const int Tensor = 4;
        var (cast, group) = (1.0 * Sequence * Hidden, new RankGroup(Tensor));
        var scatter = Collective.ReduceScatter(2 * cast, group, Box).Seconds;
        double Traffic(double stated) => Estimate(Strategy(Tensor, 1), 1, TrainingPrecision.Fp8, With("quantized_gather", stated)).Parts[StepPart.TensorParallelCommunication];
        double Expected(double bytes) => Layers * 2 * Value("tensor_exposed_overlapped") * ((3 * Collective.AllGather(bytes, group, Box).Seconds) + (2 * scatter));
        Close(Expected(cast), Traffic(1));
        Close(Expected(2 * cast), Traffic(0));
    }

    [Fact]
    public void DroppedTokens_SpareTheHostItsWait()
    {
        var body = new LayerCost { HostS = 1, ExpertHostS = 2 };
        var parameters = TrainingParameters.For(Megatron, H100, PrecisionRecipe.Of(TrainingPrecision.Bf16));
        Close(3, StepPlans.HostSeconds(body, parameters, Overlap.None, GraphCapture.None));
        Close(1 + (2 * Value("host_dropped_tokens")), StepPlans.HostSeconds(body, parameters, Overlap.None, GraphCapture.None, dropsTokens: true));
    }

    [Fact]
    public void Jitter_InsideADomainAndBetween_HasRatesOfItsOwn()
    {
        var stack = Replace(With("jitter_inside_per_doubling", 0.001), "jitter_per_doubling", 0.01);
        var parameters = TrainingParameters.For(stack, H100, PrecisionRecipe.Of(TrainingPrecision.Bf16));
        Close(1, StepPlans.Jitter(parameters, 8, domain: 64));
        Close(1.003, StepPlans.Jitter(parameters, 64, domain: 64));
        Close(1.003 + 0.02, StepPlans.Jitter(parameters, 256, domain: 64));
        Close(1 + 0.05, StepPlans.Jitter(parameters, 256, domain: 1));
    }

    [Fact]
    public void AttentionInFp8_RunsAtTheRateOfItsOwnKernel()
    {
        var system = Runs.Catalog.System("gb300-nvl72");
        double Attention(bool fp8) => TrainingEstimator.Estimate(
            Runs.Workload("llama-3.1-8b", 1, Sequence) with { Fp8Attention = fp8 }, Strategy(1, 1), new Cluster(system, 1), Megatron).Parts[StepPart.Attention];
        var (own, plain) = (system.Chip.Kernels!.Prefill["fp8"].Compute, system.Chip.Kernels!.Prefill["bf16"].Compute);
        Assert.InRange(Attention(false) / Attention(true), 1 + ((own / plain - 1) / 2), own / plain * 1.1);
    }

    [Fact]
    public void LowPrecisionReach_OfAGeneration_ComesBeforeThatOfTheFormat()
    {
        double Reach(string chip) => TrainingParameters.For(
            Replace(With("low_precision_reach.fp8", 0.5), "low_precision_reach.fp8.hopper", 0.7), Runs.Catalog.Chip(chip), PrecisionRecipe.Of(TrainingPrecision.Fp8)).LowPrecisionReach;
        Close(0.7, Reach("h100-sxm"));
        Close(0.5, Reach("mi300x"));
    }
}
