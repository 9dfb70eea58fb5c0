using Orrery.Analysis.Collectives;
using Orrery.Analysis.Kernels;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>One rank of a served model and the rates it works at: what every op of a step needs to know.</summary>
internal sealed record ServingRank
{
    public required Transformer Model { get; init; }
    public required ServingLayout Layout { get; init; }
    public required ServingPrecision Precision { get; init; }
    public required AiSystem System { get; init; }
    public required EngineParameters Engine { get; init; }
    public required KernelProfile Kernels { get; init; }
    public required double Bandwidth { get; init; }

    /// <summary>Dense BF16 peak, FLOP/s: what attention counts against.</summary>
    public required double AttentionPeak { get; init; }
    public required Products Dense { get; init; }
    public required Products Wide { get; init; }

    public int TensorParallel => Layout.TensorParallel;
    public double Hidden => Model.Hidden;
    public double CacheBytes => CacheRecipe.Bytes(Precision.Cache);
    public RankGroup TensorGroup => new(Layout.TensorParallel);
    public RankGroup StageGroup => new(Layout.StageRanks);

    public static ServingRank Create(ServingWorkload workload, ServingLayout layout, AiSystem system, ServingEngine engine)
    {
        var chip = system.Chip;
        var kernels = chip.Kernels ?? throw new MissingFactException($"chip '{chip.Id}' has no kernel profile");
        var parameters = EngineParameters.For(engine, chip, workload.Precision);
        var bandwidth = chip.MemoryBandwidth.Value.Value;
        return new ServingRank
        {
            Model = workload.Model,
            Layout = layout,
            Precision = workload.Precision,
            System = system,
            Engine = parameters,
            Kernels = kernels,
            Bandwidth = bandwidth,
            AttentionPeak = WeightRecipe.Of(WeightFormat.Bf16, chip, "GEMM", kernels.Gemm.ContainsKey).Peak,
            Dense = Products.Of(workload.Precision.Dense, chip, kernels, bandwidth, parameters.GemmTime),
            Wide = Products.Of(WeightFormat.Bf16, chip, kernels, bandwidth, parameters.WideTime),
        };
    }

    /// <summary>Seconds a streaming kernel needs for so many bytes; small kernels' floors are in the engine's time a layer.</summary>
    public double Stream(double bytes) => bytes / (Bandwidth * Kernels.Streaming.Memory);

    /// <summary>The sum over the tensor-parallel ranks of so many tokens' hidden vectors.</summary>
    public double TensorReduce(double tokens) => TensorParallel == 1
        ? 0
        : Engine.ExchangeTime * Collectives.Collectives.CustomAllReduce(2 * tokens * Hidden, TensorGroup, System).Seconds;
}

/// <summary>Dense matrix products in one weight format on one chip.</summary>
internal readonly record struct Products(GemmKernel Kernel, WeightRecipe Recipe, double Bandwidth, double Time)
{
    public static Products Of(WeightFormat format, Chip chip, KernelProfile kernels, double bandwidth, double time)
    {
        var recipe = WeightRecipe.Of(format, chip, "GEMM", kernels.Gemm.ContainsKey);
        return new Products(kernels.Gemm[recipe.Kernel], recipe, bandwidth, time);
    }

    /// <summary>Seconds of <c>[m, k] x [k, n]</c>, activations and result in 16 bits where the format does not say otherwise.</summary>
    public double Seconds(double m, double n, double k, double groups = 1) => m <= 0 || n <= 0 || k <= 0
        ? 0
        : Time * Gemm.Seconds(Kernel, Recipe.Peak, Bandwidth, m, n, k, Recipe.ActivationBytes, Recipe.WeightBytes, 2, groups);
}
