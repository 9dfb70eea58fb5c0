using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Tests.Training;
using Orrery.Simulation.Requests;
using Xunit;

namespace Orrery.Planning.Tests.Serving;

/// <summary>The queueing approximation of a prefill pool against requests simulated one by one.</summary>
public sealed class PrefillQueueTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Waits_of_prompts_are_those_of_the_simulation(double busy)
    {
        var question = ServingSearchTests.Question("llama-3.1-8b", "dgx-h100", 1, default, input: 8192, output: 1);
        var workload = question.Workload;
        var layout = new ServingLayout();
        var step = ServingStep.Create(workload, layout, question.Cluster.System, question.Engine);
        var pool = PrefillPool.Of(step, workload, layout);
        var rate = busy * pool.MostPromptsPerSecond;
        var watcher = new Waits();
        var replica = new Replica(step, ServingMemory.Of(workload, layout, question.Cluster.Chip, step.Engine), new ReplicaRules(question.Engine.Batching, question.Engine.Caching));
        replica.Run(OpenLoop.Poisson(new RequestLengths(workload, 1), rate, 20_000, 1), ref watcher);

        var unwaited = step.Engine.RequestS + pool.Alone.Total;
        watcher.Ttft.Sort();
        Assert.InRange((watcher.Ttft.Average() - unwaited) / pool.Wait(rate), 0.9, 1.15);

        // The tail is an approximation: an exponential one is somewhat heavier than that of a fixed service.
        foreach (var share in new[] { 0.9, 0.99 })
        {
            var simulated = watcher.Ttft[(int)(share * watcher.Ttft.Count)];
            Assert.InRange((unwaited + pool.WaitOf(share, rate)) / simulated, 0.85, 1.3);
        }
    }

    private struct Waits : IRequestWatcher
    {
        public Waits()
        {
        }

        public List<double> Ttft { get; } = [];

        public readonly void Finished(in FinishedRequest request) => Ttft.Add(request.Ttft);

        public readonly void Stepped(in ReplicaSample sample)
        {
        }
    }
}
