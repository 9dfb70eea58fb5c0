using BenchmarkDotNet.Attributes;
using Orrery.Analysis.Training;
using Orrery.Planning.Training;

namespace Orrery.Benchmarks;

/// <summary>One prediction, and the search over strategies that makes thousands of them.</summary>
public class Estimates
{
    private readonly Question _dense = Question.Dense();
    private readonly Question _experts = Question.Experts();

    [Benchmark(Description = "estimate, dense: llama-3.1-405b on 1,024 H100")]
    public TrainingEstimate Dense() => _dense.Estimate();

    [Benchmark(Description = "estimate, MoE: deepseek-v3 on 256 GB200")]
    public TrainingEstimate Experts() => _experts.Estimate();

    [Benchmark(Description = "plan, dense: best strategy for llama-3.1-405b on 1,024 H100")]
    public PlanResult PlanDense() => _dense.Plan();

    [Benchmark(Description = "plan, MoE: best strategy for deepseek-v3 on 256 GB200")]
    public PlanResult PlanExperts() => _experts.Plan();
}
