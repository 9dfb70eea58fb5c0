using FsCheck;
using FsCheck.Fluent;
using Orrery.Analysis.Training;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>What must hold of every estimate, whatever its parameters.</summary>
public sealed class TrainingLawTests
{
    [Fact]
    public void Parts_OfEveryKindOfRun_SumToTheIterationAndAreNeverNegative()
    {
        foreach (var (name, estimate) in Runs.Various())
        {
            var sum = Enum.GetValues<StepPart>().Sum(part => estimate.Parts[part]);
            Assert.True(Math.Abs(sum - estimate.Iteration.Value) < 1e-9 * estimate.Iteration.Value, $"{name}: parts {sum}, iteration {estimate.Iteration.Value}");
            Assert.All(Enum.GetValues<StepPart>(), part => Assert.True(estimate.Parts[part] >= 0, $"{name}: {part} is {estimate.Parts[part]}"));
        }
    }

    [Fact]
    public void MemoryParts_OfEveryKindOfRun_SumToTheTotal()
    {
        foreach (var (_, estimate) in Runs.Various())
        {
            var m = estimate.Memory;
            var sum = m.Weights.Value + m.Gradients.Value + m.OptimizerState.Value + m.Activations.Value + m.Head.Value + m.Communication.Value + m.Reserve.Value;
            Assert.Equal(sum, m.Total.Value, 1.0);
            Assert.Equal(m.Total.Value <= m.Capacity.Value, m.Fits);
        }
    }

    [Fact]
    public void Mfu_OfEveryKindOfRun_IsBelowOneAndHfuNotBelowMfu()
    {
        foreach (var (name, estimate) in Runs.Various())
        {
            Assert.InRange(estimate.Mfu, 0.01, 0.99);
            Assert.True(estimate.Hfu >= estimate.Mfu, $"{name}: HFU {estimate.Hfu}, MFU {estimate.Mfu}");
            Assert.InRange(estimate.Hfu, 0.01, 0.99);
        }
    }

    /// <summary>More of any rate never makes a step longer.</summary>
    [Fact]
    public void MoreOfAnyRate_OnRandomLayouts_IsNeverSlower()
    {
        var layouts =
            from tensor in Gen.Elements(1, 2, 4, 8)
            from pipeline in Gen.Elements(1, 2, 4, 8)
            from micro in Gen.Elements(1, 2)
            from sequence in Gen.Elements(2048, 8192, 32768)
            from model in Gen.Elements("llama-3.1-70b", "qwen3-30b-a3b", "deepseek-v3", "nemotron-3-nano")
            from sharding in Gen.Elements(Sharding.Zero1, Sharding.Zero3)
            from rate in Gen.Choose(0, 3)
            from more in Gen.Choose(101, 400)
            select (tensor, pipeline, micro, sequence, model, sharding, rate, factor: more / 100.0);
        Prop.ForAll(layouts.ToArbitrary(), x =>
        {
            const int Chips = 256;
            var data = Chips / x.tensor / x.pipeline;
            var workload = Runs.Workload(x.model, data * x.micro * 2, x.sequence);
            var strategy = Runs.Layout(x.tensor, x.pipeline, data, x.micro) with { Sharding = x.pipeline == 1 ? x.sharding : Sharding.Zero1 };
            var system = Runs.Catalog.System("dgx-h100");
            var before = Runs.Estimate(workload, strategy, new Cluster(system, Chips));
            var after = Runs.Estimate(workload, strategy, new Cluster(With(system, x.rate, x.factor), Chips));
            return after.Iteration.Value <= before.Iteration.Value * (1 + 1e-12);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void DoubleTheBandwidth_OfMemory_HalvesTheOptimizer()
    {
        var workload = Runs.Workload("llama-3.1-70b", 64, 8192);
        var system = Runs.Catalog.System("dgx-h100");
        var fixedStep = Runs.Megatron.Parameters["fixed_step_s"].Value;
        var once = Runs.Estimate(workload, Runs.Layout(4, 4, 4), new Cluster(system, 64)).Parts[StepPart.Optimizer] - fixedStep;
        var twice = Runs.Estimate(workload, Runs.Layout(4, 4, 4), new Cluster(With(system, 1, 2), 64)).Parts[StepPart.Optimizer] - fixedStep;
        Assert.Equal(once / 2, twice, 1e-9);
    }

    [Fact]
    public void AWindow_OnLongSequences_SavesAttentionTime()
    {
        var full = Runs.Workload("llama-3.1-8b", 8, 32768);
        var windowed = full with
        {
            Model = full.Model with
            {
                Layers = [.. full.Model.Layers.Select(run => new Domain.Models.LayerRun(
                    run.Count, run.Layer with { Mixer = ((Domain.Models.Attention)run.Layer.Mixer!) with { Window = 1024 } }))],
            },
        };
        var strategy = Runs.Layout(1, 1, 8);
        var cluster = Runs.Cluster("dgx-h100", 8);
        Assert.True(Runs.Estimate(windowed, strategy, cluster).Parts[StepPart.Attention] < 0.3 * Runs.Estimate(full, strategy, cluster).Parts[StepPart.Attention]);
    }

    [Fact]
    public void FullRecompute_AgainstNone_CostsTimeAndSavesMemory()
    {
        var workload = Runs.Workload("llama-3.1-70b", 64, 8192);
        var cluster = Runs.Cluster("dgx-h100", 64);
        var none = Runs.Estimate(workload, Runs.Layout(4, 4, 4), cluster);
        var full = Runs.Estimate(workload, Runs.Layout(4, 4, 4) with { Recompute = Recompute.Full }, cluster);
        Assert.True(full.Iteration.Value > 1.15 * none.Iteration.Value);
        Assert.True(full.Memory.Activations.Value < 0.5 * none.Memory.Activations.Value);
        Assert.Equal(4.0 / 3, full.Hfu / full.Mfu, 0.03); // the head is not run again
    }

    [Fact]
    public void LoraTraining_MovesNoGradientsAndKeepsNoOptimizerState()
    {
        var lora = Runs.Various().Single(run => run.Name == "lora").Estimate;
        Assert.Equal(0, lora.Parts[StepPart.DataParallelCommunication]);
        Assert.Equal(0, lora.Memory.OptimizerState.Value);
        Assert.Equal(0, lora.Memory.Gradients.Value);
    }

    [Fact]
    public void APrecisionTheChipLacks_IsAnErrorThatNamesIt()
    {
        var error = Assert.Throws<MissingFactException>(() =>
            Runs.Estimate(Runs.Workload("llama-3.1-8b", 8, 8192, TrainingPrecision.Nvfp4), Runs.Layout(1, 1, 8), Runs.Cluster("dgx-h100", 8)));
        Assert.Contains("nvfp4", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void AStackWithoutParameters_IsAnErrorThatNamesAllOfThem()
    {
        var bare = Runs.Megatron with { Parameters = new Dictionary<string, Sourced<double>>() };
        var error = Assert.Throws<MissingFactException>(() =>
            Runs.Estimate(Runs.Workload("llama-3.1-8b", 8, 8192), Runs.Layout(1, 1, 8), Runs.Cluster("dgx-h100", 8), bare));
        Assert.Contains("element_passes", error.Message, StringComparison.Ordinal);
        Assert.Contains("reserve_bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OffloadOnASystemWithoutHostBandwidth_IsAnErrorThatNamesIt()
    {
        var cluster = new Cluster(Runs.Catalog.System("dgx-h100") with { HostBandwidth = null }, 8);
        var error = Assert.Throws<MissingFactException>(() =>
            Runs.Estimate(Runs.Workload("llama-3.1-8b", 8, 8192), Runs.Layout(1, 1, 8) with { OffloadedLayers = 8 }, cluster));
        Assert.Contains("host bandwidth", error.Message, StringComparison.Ordinal);
    }

    /// <summary>0: peaks, 1: memory, 2: the innermost tier, 3: the outermost tier.</summary>
    private static AiSystem With(AiSystem system, int rate, double factor) => rate switch
    {
        0 => system with
        {
            Chip = system.Chip with
            {
                Peaks = system.Chip.Peaks.ToDictionary(p => p.Key, p => p.Value with { Value = new FlopsPerSecond(p.Value.Value.Value * factor) }),
                MatmulPeaks = system.Chip.MatmulPeaks.ToDictionary(p => p.Key, p => p.Value with { Value = new FlopsPerSecond(p.Value.Value.Value * factor) }),
            },
        },
        1 => system with { Chip = system.Chip with { MemoryBandwidth = system.Chip.MemoryBandwidth with { Value = new BytesPerSecond(system.Chip.MemoryBandwidth.Value.Value * factor) } } },
        2 => system with { Tiers = [Faster(system.Tiers[0], factor), .. system.Tiers.Skip(1)] },
        _ => system with { Tiers = [.. system.Tiers.SkipLast(1), Faster(system.Tiers[^1], factor)] },
    };

    private static FabricTier Faster(FabricTier tier, double factor) =>
        tier with { Bandwidth = tier.Bandwidth with { Value = new BytesPerSecond(tier.Bandwidth.Value.Value * factor) } };
}
