using BenchmarkDotNet.Attributes;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Benchmarks;

/// <summary>Exact searches, as a process that has already made one runs them.</summary>
public class Searches
{
    private readonly PlanQuestion _gpt3 = Ask("gpt3-175b", "dgx-a100", 512, 512, 2048, TrainingPrecision.Bf16);
    private readonly PlanQuestion _megatron = Ask("megatron-1t", "dgx-a100", 4096, 4096, 2048, TrainingPrecision.Bf16);
    private readonly PlanQuestion _deepSeek = Ask("deepseek-v3", "dgx-h100", 2048, 15360, 4096, TrainingPrecision.Fp8Block);
    private readonly PlanQuestion _tenTrillion = Ask("custom-10t-moe", "atlas-950", 100_000, 2048, 8192, TrainingPrecision.Bf16);

    [Benchmark(Description = "plan: gpt3-175b on 512 A100")]
    public PlanResult Gpt3() => TrainingPlanner.Best(_gpt3);

    [Benchmark(Description = "plan: megatron-1t on 4,096 A100")]
    public PlanResult Megatron() => TrainingPlanner.Best(_megatron);

    [Benchmark(Description = "plan: deepseek-v3 on 2,048 H100")]
    public PlanResult DeepSeek() => TrainingPlanner.Best(_deepSeek);

    [Benchmark(Description = "plan: a 10-trillion MoE on 100,000 Ascend 950DT")]
    public PlanResult TenTrillion() => TrainingPlanner.Best(_tenTrillion);

    internal static PlanQuestion Ask(string model, string system, int chips, int batch, int sequence, TrainingPrecision precision)
    {
        var catalog = Checkout.OpenCatalog();
        var cluster = new Cluster(catalog.System(system), chips);
        return new PlanQuestion(new TrainingWorkload(catalog.Model(model), batch, sequence, precision), cluster, catalog.DefaultStack(cluster.Chip));
    }
}
