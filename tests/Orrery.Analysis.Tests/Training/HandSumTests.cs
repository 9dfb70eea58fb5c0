using Orrery.Analysis.Collectives;
using Orrery.Analysis.Kernels;
using Orrery.Analysis.Training;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;
using Collective = Orrery.Analysis.Collectives.Collectives;

namespace Orrery.Analysis.Tests.Training;

/// <summary>Parts of a step of Llama 3.1 8B on one DGX H100, written out as the model book has them; eight chips have no jitter.</summary>
public sealed partial class HandSumTests
{
    private const double Hidden = 4096, Heads = 32, KeyHeads = 8, Head = 128, Inner = 14336, Layers = 32, Vocabulary = 128256;
    private const int Sequence = 8192;

    private static readonly AiSystem Box = Runs.Catalog.System("dgx-h100");
    private static readonly Chip H100 = Box.Chip;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MatrixProducts_OfADenseModel_AreThreeProductsOfEachShape(int tensor)
    {
        const int MicroBatches = 2;
        var estimate = Run(tensor, 1, MicroBatches, TrainingPrecision.Bf16);
        var layer = Shapes(tensor).Sum(shape => Seconds(shape.M, shape.N, shape.K));
        var head = Seconds(Sequence, Vocabulary / tensor, Hidden);
        Close(MicroBatches * ((Layers * layer) + head), estimate.Parts[StepPart.Gemm]);
    }

    [Fact]
    public void Casts_OfADenseModel_MoveTheirBytesForwardAndBackward()
    {
        var estimate = Run(1, 1, 1, TrainingPrecision.Fp8);
        var half = Value("quantize_bytes.fp8") / 2;
        var bytes = Shapes(1).Sum(shape => half * ((shape.M * shape.K) + (shape.M * shape.N) + (shape.M * shape.K / 2)));
        Close(Layers * bytes / Stream, estimate.Parts[StepPart.Quantization]);
    }

    [Fact]
    public void ElementWiseOps_OfADenseModel_MoveTheirBytes()
    {
        var estimate = Run(1, 1, 1, TrainingPrecision.Bf16);
        var rotary = 4 * Sequence * (Heads + (2 * KeyHeads)) * Head;
        var norms = 10 * 2 * Hidden * Sequence;
        var activation = 6 * Sequence * Inner;
        var layer = Value("element_passes") * ((2.5 * (rotary + norms)) + ((1 + (10.0 / 6)) * activation)) / Stream;
        var loss = 14 * Value("head_passes") * Sequence * Vocabulary / Stream;
        Close((Layers * layer) + loss, estimate.Parts[StepPart.ElementWise]);
    }

    [Fact]
    public void TensorParallelTraffic_GathersAndScattersTwiceABlock_AndOnceMoreBackward()
    {
        const int Tensor = 4;
        var estimate = Run(Tensor, 1, 1, TrainingPrecision.Bf16);
        var (bytes, group) = (2.0 * Sequence * Hidden, new RankGroup(Tensor));
        var (gather, scatter) = (Collective.AllGather(bytes, group, Box).Seconds, Collective.ReduceScatter(bytes, group, Box).Seconds);
        Close(Layers * 2 * Value("tensor_exposed_overlapped") * ((3 * gather) + (2 * scatter)), estimate.Parts[StepPart.TensorParallelCommunication]);
    }

    [Fact]
    public void KeptGathers_SaveTheGatherBackwardAndHoldWholeInputs()
    {
        const int Tensor = 4;
        var again = Run(Tensor, 1, 1, TrainingPrecision.Bf16);
        var kept = Estimate(Strategy(Tensor, 1) with { KeepGathered = true }, 1, TrainingPrecision.Bf16, Megatron);
        var (bytes, group) = (2.0 * Sequence * Hidden, new RankGroup(Tensor));
        var (gather, scatter) = (Collective.AllGather(bytes, group, Box).Seconds, Collective.ReduceScatter(bytes, group, Box).Seconds);
        Close(Layers * 2 * Value("tensor_exposed_overlapped") * ((2 * gather) + (2 * scatter)), kept.Parts[StepPart.TensorParallelCommunication]);

        // Two blocks a layer keep their input whole instead of a quarter of it.
        Close(Layers * 2 * bytes * 3 / 4, kept.Memory.Activations.Value - again.Memory.Activations.Value);
    }

    [Fact]
    public void TensorParallelTraffic_OfRanksThatLieApart_CrossesTheNetwork()
    {
        const int Tensor = 8, Data = 8;
        var strategy = Strategy(Tensor, Data) with { Order = RankOrder.Parse("dp-tp-cp-ep-pp")!.Value };
        var estimate = Estimate(strategy, Data, TrainingPrecision.Bf16, Megatron);
        var (bytes, group) = (2.0 * Sequence * Hidden, new RankGroup(Tensor, Data));
        var (gather, scatter) = (Collective.AllGather(bytes, group, Box).Seconds, Collective.ReduceScatter(bytes, group, Box).Seconds);
        Close(Layers * 2 * Value("tensor_exposed_overlapped") * ((3 * gather) + (2 * scatter)), estimate.Parts[StepPart.TensorParallelCommunication]);
        Assert.True(gather > 2 * Collective.AllGather(bytes, new RankGroup(Tensor), Box).Seconds);
    }

    [Fact]
    public void ContextParallelTraffic_HidesBehindItsAttention()
    {
        const int Context = 4;
        var estimate = Estimate(Strategy(1, 1) with { ContextParallel = Context }, 1, TrainingPrecision.Bf16, Megatron);
        var ring = Collective.AllGather(2 * Sequence * 2 * KeyHeads * Head, new RankGroup(Context), Box).Seconds;
        var forward = estimate.Parts[StepPart.Attention] / Layers / (1 + (2.5 / Value("attention_backward")));
        var backward = forward * 2.5 / Value("attention_backward");
        var shown = Math.Max(0, ring - (0.9 * forward)) + Math.Max(0, (2 * ring) - (0.9 * backward)) + (Value("context_exposed") * 3 * ring);
        Close(Layers * shown, estimate.Parts[StepPart.ContextParallelCommunication]);
    }

    [Fact]
    public void DataParallelTraffic_WithoutOverlap_IsAReduceScatterAndAnAllGather()
    {
        const int Data = 8;
        var estimate = Estimate(Strategy(1, Data) with { Overlap = Overlap.None }, Data, TrainingPrecision.Bf16, Megatron);
        var weights = Weights();
        var expected = Collective.ReduceScatter(weights * Value("gradient_bytes"), new RankGroup(Data), Box).Seconds
            + Collective.AllGather(weights * 2, new RankGroup(Data), Box).Seconds;
        Close(expected, estimate.Parts[StepPart.DataParallelCommunication]);
    }

    [Fact]
    public void ExpertTraffic_InOneNode_SendsEachTokenOnceToEachRankThatNeedsIt()
    {
        const int Ranks = 8, TopK = 8, Width = 2048, ExpertLayers = 48; // qwen3-30b-a3b
        var estimate = TrainingEstimator.Estimate(
            Runs.Workload("qwen3-30b-a3b", Ranks, 4096), Strategy(1, Ranks) with { ExpertParallel = Ranks }, new Cluster(Box, Ranks), Megatron);
        var tier = Box.Tiers[0];
        var copies = Ranks * (1 - Math.Pow(1 - (1.0 / Ranks), TopK));
        var bytes = 2.0 * 4096 * Width * copies * (Ranks - 1) / Ranks;
        var time = tier.Reach.Startup.Value.Value + tier.Latency.Value.Value + (bytes / (tier.Bandwidth.Value.Value * tier.Reach.Fraction.Value.Value));
        Close(ExpertLayers * 4 * Value("expert_exposed") * time, estimate.Parts[StepPart.ExpertParallelCommunication]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExpertTraffic_OverTwoTiers_AddsUpOnSharedLinksAndElseTakesTheLonger(bool shared)
    {
        const int Ranks = 16, TopK = 8, Width = 2048, ExpertLayers = 48; // qwen3-30b-a3b on two nodes
        var system = Box with { Tiers = [Box.Tiers[0], Box.Tiers[1] with { SharesLinks = shared }] };
        var estimate = TrainingEstimator.Estimate(
            Runs.Workload("qwen3-30b-a3b", Ranks, 4096), Strategy(1, Ranks) with { ExpertParallel = Ranks }, new Cluster(system, Ranks), Megatron);
        double Across(FabricTier tier, double groups) => tier.Reach.Startup.Value.Value + tier.Latency.Value.Value
            + (2.0 * 4096 * Width * groups * (1 - Math.Pow(1 - (1 / groups), TopK)) * (groups - 1) / groups
                / (tier.Bandwidth.Value.Value * tier.Reach.Fraction.Value.Value / tier.Oversubscription.Value.Value));
        var (node, network) = (Across(system.Tiers[0], 16), Across(system.Tiers[1], 2)); // sixteen ranks, two nodes
        var time = shared ? node + network : Math.Max(node, network);
        Close(ExpertLayers * 4 * Value("expert_exposed") * time, estimate.Parts[StepPart.ExpertParallelCommunication]);
    }

    [Fact]
    public void HostFloor_IsASixthPowerMaximumOfHostAndDevice_ForwardAndBackward()
    {
        var slow = With("host_dense_s", 0.03);
        var workload = Runs.Workload("llama-3.1-8b", 1, Sequence);
        var estimate = Estimate(Strategy(1, 1), 1, TrainingPrecision.Bf16, slow);
        var body = BodyCost.Dense(Shard.Create(workload, Strategy(1, 1), Box, TrainingParameters.For(slow, H100, PrecisionRecipe.Of(workload.Precision)))).Total;
        double Waits(double device, double host) => Math.Pow(Math.Pow(device, 6) + Math.Pow(host, 6), 1.0 / 6) - device;
        var host = Layers * 0.03;
        Close(Waits(body.Forward.Total, host / 3) + Waits(body.Backward.Total, 2 * host / 3), estimate.Parts[StepPart.Host]);
        Assert.True(estimate.Parts[StepPart.Host] > 0.1);
    }

    [Fact]
    public void Maturity_OnTheFirstDay_AddsItsExcessAndFades()
    {
        var system = Runs.Catalog.System("dgx-b200");
        double Gemm(double? date) => TrainingEstimator.Estimate(
            Runs.Workload("llama-3.1-8b", 1, Sequence), Strategy(1, 1), new Cluster(system, 1), Megatron with { Date = date }).Parts[StepPart.Gemm];

        var start = Value("maturity_start.blackwell");
        Close(1 + Value("maturity_excess"), Gemm(start) / Gemm(null));
        Close(1 + (Value("maturity_excess") / Math.E), Gemm(start + Value("maturity_years")) / Gemm(null));
    }

    [Fact]
    public void Jitter_GrowsWithEachDoublingBeyondANode()
    {
        var estimate = TrainingEstimator.Estimate(
            Runs.Workload("llama-3.1-8b", 64, Sequence), Strategy(1, 64), new Cluster(Box, 64), Megatron);
        var rest = estimate.Parts.Total - estimate.Parts[StepPart.Jitter];
        Close(3 * Value("jitter_per_doubling") * rest, estimate.Parts[StepPart.Jitter]);
    }

    [Fact]
    public void Fsdp_ThatNothingDisturbs_IsAFourthPowerMaximumOfComputeAndTraffic()
    {
        var calm = Replace(Replace(With("fsdp_contention", 0), "fsdp_exposed", 0), "host_dense_s", 0);
        const int Data = 8;
        var estimate = Estimate(Strategy(1, Data) with { Sharding = Sharding.Zero3 }, Data, TrainingPrecision.Bf16, calm);
        var single = Estimate(Strategy(1, 1), 1, TrainingPrecision.Bf16, calm);
        var weights = Weights();
        var (gather, scatter) = (
            Collective.AllGather(weights * 2, new RankGroup(Data), Box).Seconds, Collective.ReduceScatter(weights * 2, new RankGroup(Data), Box).Seconds);
        var compute = single.Parts.Total - single.Parts[StepPart.Optimizer];

        // Forward and backward are hidden apart; together they lie between these two.
        var shown = estimate.Parts[StepPart.DataParallelCommunication];
        Assert.InRange(shown, Math.Pow(Math.Pow(compute, 4) + Math.Pow((2 * gather) + scatter, 4), 0.25) - compute, (2 * gather) + scatter);
        Close(compute, estimate.Parts.Total - shown - estimate.Parts[StepPart.Optimizer]);
    }

    private static SoftwareStack Megatron => Runs.Megatron;

    private static double Stream => H100.MemoryBandwidth.Value.Value * H100.Kernels!.Streaming.Memory;

    private static double Value(string parameter) => Megatron.Parameters[parameter].Value;

    private static SoftwareStack With(string parameter, double value) => Replace(Megatron, parameter, value);

    private static SoftwareStack Replace(SoftwareStack stack, string parameter, double value) => stack with
    {
        Parameters = new Dictionary<string, Sourced<double>>(stack.Parameters) { [parameter] = new(value, "TEST", Confidence.Assumed) },
    };

    private static Strategy Strategy(int tensor, int data) => Runs.Layout(tensor, 1, data);

    private static TrainingEstimate Run(int tensor, int data, int batch, TrainingPrecision precision) =>
        Estimate(Strategy(tensor, data), batch, precision, Megatron);

    private static TrainingEstimate Estimate(Strategy strategy, int batch, TrainingPrecision precision, SoftwareStack stack) =>
        TrainingEstimator.Estimate(Runs.Workload("llama-3.1-8b", batch, Sequence, precision), strategy, new Cluster(Box, strategy.Chips), stack);

    private static IEnumerable<(double M, double N, double K)> Shapes(int tensor) =>
    [
        (Sequence, (Heads + (2 * KeyHeads)) * Head / tensor, Hidden),
        (Sequence, Hidden, Heads * Head / tensor),
        (Sequence, 2 * Inner / tensor, Hidden),
        (Sequence, Hidden, Inner / tensor),
    ];

    /// <summary>Forward, input gradient and weight gradient in BF16.</summary>
    private static double Seconds(double m, double n, double k)
    {
        var fitted = H100.Kernels!.Gemm["bf16"];
        var kernel = fitted with { Compute = fitted.Compute * Value("gemm_reach.hopper"), LaunchS = 0, Sustained = 1, QuantizeBytes = 0 };
        double One(double a, double b, double c, double bytesOut) => Gemm.Seconds(
            kernel, H100.MatmulPeak(NumberFormat.Bf16)!.Value.Value, H100.MemoryBandwidth.Value.Value, a, b, c, 2, 2, bytesOut);
        return One(m, n, k, 2) + One(m, k, n, 2) + One(n, k, m, Value("weight_gradient_bytes"));
    }

    private static double Weights() => (Layers * Shapes(1).Sum(shape => shape.N * shape.K)) + (2 * Vocabulary * Hidden);

    private static double HeadSeconds() =>
        Seconds(Sequence, Vocabulary, Hidden) + (14 * Value("head_passes") * Sequence * Vocabulary / Stream);

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Abs(expected));
}
