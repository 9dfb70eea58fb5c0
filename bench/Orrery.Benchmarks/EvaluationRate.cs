using System.Diagnostics;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Benchmarks;

/// <summary>How many candidates one core evaluates: the innermost loop of a search, fed with plans that it cannot rule out.</summary>
internal static class EvaluationRate
{
    private const int Plans = 400_000;

    public static double PerSecond()
    {
        var question = Searches.Ask("deepseek-v3", "dgx-h100", 2048, 15360, 4096, TrainingPrecision.Fp8Block);
        var space = new StrategySpace(question);
        var costs = new ShardCosts(question, space);
        var policies = new PolicyTable(space.Policies, costs.Sample());
        var columns = new LayoutColumns(policies.Count);
        var layout = new Layout(2, 1, 4, 256, 16, 1, 4);
        var dense = costs.Dense(layout)[0];
        var body = dense.Body.Total;
        body.Add(costs.Routed(layout)![space.Experts(layout).First(choice => choice.Of(layout) == layout).Index].Body.Total, 1);
        default(GroupExchange).AddTo(ref body, costs.Parameters, Overlap.None);
        columns.Fill(policies, dense, body, dense.HostSeconds, costs.Age, space.Layers, double.PositiveInfinity);
        var plan = new StepPlan<Scalar>(
            new(0.25), new(0.25), new(1), new(0), new(0.25), new(0.1), new(15), new(3), new(0.1), new(0), new(50e9), new(30e9), new(16), new(4), new(1.04));
        var traffic = new DataTraffic(new DataExchange(0.1, 0.05, 0, 0), false, (true, true), (true, true), 0, 0.18, 0.06);

        var best = 0.0;
        for (var run = 0; run < 5; run++)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < Plans; i++)
            {
                var fastest = double.PositiveInfinity;
                _ = columns.Fastest(plan, traffic, 80e9, 250e9, 15, ref fastest, out _);
            }

            best = Math.Max(best, (double)policies.Count * Plans / clock.Elapsed.TotalSeconds);
        }

        return best;
    }
}
