using Orrery.Analysis.Kernels;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Training;

/// <summary>What one rank holds of one micro-batch, and the rates it works at.</summary>
internal sealed record Shard
{
    public required TrainingWorkload Workload { get; init; }
    public required Strategy Strategy { get; init; }
    public required AiSystem System { get; init; }
    public required TrainingParameters Parameters { get; init; }

    /// <summary>Tokens of a micro-batch on one context-parallel rank.</summary>
    public required double Tokens { get; init; }

    /// <summary>Tokens outside the tensor-parallel regions: a share of them with sequence parallelism, all without.</summary>
    public required double OuterTokens { get; init; }

    /// <summary>Tokens a rank sends to experts: tensor-parallel ranks share them out, with sequence parallelism or without.</summary>
    public double RoutedTokens => Tokens / Strategy.TensorParallel;

    /// <summary>Width that routed experts of a mixture work in.</summary>
    public int RoutedWidth(MixtureOfExperts moe) => moe.LatentHidden > 0 ? moe.LatentHidden : Workload.Model.Hidden;

    /// <summary>Tokens' worth of the residual stream that a rank keeps for the backward pass.</summary>
    public required double KeptTokens { get; init; }

    public required ProductRate Dense { get; init; }
    public required ProductRate Expert { get; init; }

    /// <summary>Head, router and other products that always run in 16 bits.</summary>
    public required ProductRate Wide { get; init; }
    public required KernelProfile Kernels { get; init; }
    public required double AttentionPeak { get; init; }
    public required double Bandwidth { get; init; }

    /// <summary>What streaming kernels reach of it.</summary>
    public required double StreamBandwidth { get; init; }

    public bool Frozen => Workload.Task == TrainingTask.Lora;

    public static Shard Create(TrainingWorkload workload, Strategy strategy, AiSystem system, TrainingParameters parameters)
    {
        var chip = system.Chip;
        var kernels = chip.Kernels ?? throw new MissingFactException($"chip '{chip.Id}' has no kernel profile");
        var tokens = (double)strategy.MicroBatch * workload.SequenceLength / strategy.ContextParallel;
        var hasExperts = workload.Model.IsMixtureOfExperts;
        var bandwidth = chip.MemoryBandwidth.Value.Value;
        var wide = ProductRate.Of(chip, kernels, PrecisionRecipe.Of(workload.Precision == TrainingPrecision.Fp16 ? TrainingPrecision.Fp16 : TrainingPrecision.Bf16), parameters, 1);
        return new Shard
        {
            Workload = workload,
            Strategy = strategy,
            System = system,
            Parameters = parameters,
            Tokens = tokens,
            OuterTokens = strategy.SequenceParallel ? tokens / strategy.TensorParallel : tokens,
            KeptTokens = strategy.SequenceParallel || parameters.KeptSplit > 0 ? tokens / strategy.TensorParallel : tokens,
            Dense = ProductRate.Of(chip, kernels, PrecisionRecipe.OutsideExperts(workload.Precision, hasExperts), parameters, 1),
            Expert = ProductRate.Of(chip, kernels, PrecisionRecipe.Of(workload.Precision), parameters, parameters.ExpertReach),
            Wide = wide,
            Kernels = kernels,
            AttentionPeak = wide.Peak,
            Bandwidth = bandwidth,
            StreamBandwidth = bandwidth * kernels.Streaming.Memory,
        };
    }

    /// <summary>
    /// The fused attention kernel of a head size. The profile's extra passes over keys and values belong to paged serving
    /// caches and its launch floor to the host term: neither is in training.
    /// </summary>
    public AttentionKernel Attention(int headDimension) =>
        ForTraining(KernelProfile.AtHead(Kernels.Prefill, AttentionFormat, headDimension)
            ?? throw new MissingFactException($"kernel profile of '{System.Chip.Id}' lacks prefill attention '{AttentionFormat}'"));

    /// <summary>The kernel of latent attention; a chip whose profile has none uses its general one.</summary>
    public AttentionKernel LatentAttention(int headDimension) =>
        Kernels.MlaPrefill.TryGetValue(AttentionFormat, out var latent) ? ForTraining(latent) : Attention(headDimension);

    private string AttentionFormat => Workload.Fp8Attention ? "fp8" : "bf16";

    private static AttentionKernel ForTraining(AttentionKernel kernel) => kernel with { LaunchS = 0, KeyValuePasses = 1, IgnoresWindow = false };

    /// <summary>Micro-batches of a step on one data-parallel rank.</summary>
    public double MicroBatches => (double)Workload.GlobalBatch / (Strategy.DataParallel * Strategy.MicroBatch);

    /// <summary>Of the ranks that replicate a weight, those that share one copy of what is sharded.</summary>
    public double Sharers(double replicas) =>
        Strategy.Sharding == Sharding.Hsdp && Strategy.ShardRanks > 0 ? Math.Min(Strategy.ShardRanks, replicas) : replicas;

    /// <summary>Seconds a streaming kernel needs for so many bytes.</summary>
    public double Stream(double bytes) => bytes / StreamBandwidth;
}

/// <summary>The rate of matrix products in one precision on one chip.</summary>
internal readonly record struct ProductRate(GemmKernel Kernel, double Peak, double Bandwidth, double Bytes, bool Quantizes)
{
    public static ProductRate Of(Chip chip, KernelProfile kernels, PrecisionRecipe recipe, TrainingParameters parameters, double reach)
    {
        if (!kernels.Gemm.TryGetValue(recipe.Kernel, out var kernel))
        {
            throw new MissingFactException($"kernel profile of '{chip.Id}' lacks GEMM '{recipe.Kernel}'");
        }

        var peak = chip.MatmulPeak(recipe.Format)
            ?? throw new MissingFactException($"chip '{chip.Id}' states no {recipe.Format} peak: it cannot train in {recipe.Key}");
        var compute = kernel.Compute * parameters.GemmReach * reach * (recipe.Quantizes ? parameters.LowPrecisionReach : 1);

        // Training is always in the sustained, power-limited state and launches run ahead of the device:
        // both are in the fitted reach and the host term, not in each product.
        var trained = kernel with { Compute = compute, LaunchS = 0, Sustained = 1, QuantizeBytes = 0 };
        return new ProductRate(trained, peak.Value.Value, chip.MemoryBandwidth.Value.Value, recipe.Bytes, recipe.Quantizes);
    }

    public double Seconds(double m, double n, double k, double bytesOut, double groups) =>
        Gemm.Seconds(Kernel, Peak, Bandwidth, m, n, k, Bytes, Bytes, bytesOut, groups);
}
