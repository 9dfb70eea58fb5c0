using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Requests;
using Xunit;

namespace Orrery.Simulation.Tests.Requests;

public sealed class DeterminismTests
{
    [Fact]
    public void The_same_seed_gives_the_same_requests_however_many_threads_ask()
    {
        var scenario = Several();
        var first = Served.Finished(scenario, out _);
        var all = new List<FinishedRequest>[6];
        Parallel.For(0, all.Length, at => all[at] = Served.Finished(Several(), out _));
        Assert.All(all, one => Assert.Equal(first, one));
        Assert.NotEqual(first, Served.Finished(scenario with { Seed = 8 }, out _));
        Assert.Equal([0, 1, 2], first.Select(one => one.Replica).Distinct().Order());
    }

    [Theory]
    [InlineData(Routing.RoundRobin)]
    [InlineData(Routing.LeastOutstanding)]
    public void Equal_replicas_share_out_requests(Routing routing)
    {
        var done = Served.Finished(Several() with { Routing = routing }, out _);
        Assert.All(done.GroupBy(one => one.Replica), group => Assert.InRange(group.Count(), 600, 730));
    }

    [Fact]
    public void A_run_that_is_stopped_says_so_and_keeps_what_is_finished()
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var outcome = ServingSimulation.Run(
            Served.Scenario(Served.Workload(), new Arrivals.AtRate(5), 100_000), _ =>
            {
                if (++seen == 3000)
                {
                    stop.Cancel();
                }
            }, stop: stop.Token);
        Assert.False(outcome.IsWhole);
        Assert.InRange(outcome.Log.Finished, 3000, 10_000);
        Assert.Equal(seen, outcome.Log.Finished);
    }

    [Fact]
    public void A_trace_faster_by_some_factor_comes_closer_together()
    {
        var rows = Enumerable.Range(0, 500).Select(at => new TraceRequest(at, 1000, 50)).ToArray();
        Served.Finished(Served.Scenario(Served.Workload(), new Arrivals.Recorded(rows, 1, 1, 0), 500), out var slow);
        Served.Finished(Served.Scenario(Served.Workload(), new Arrivals.Recorded(rows, 10, 10, 0), 500), out var fast);
        Assert.Equal(499, slow.Log.LastArrival, 1e-9);
        Assert.Equal(49.9, fast.Log.LastArrival, 1e-9);
        Assert.True(fast.Log.Ttft.Mean > slow.Log.Ttft.Mean);
    }

    [Fact]
    public void Blocks_that_prompts_share_are_computed_once()
    {
        const int Block = 256;
        var rows = Enumerable.Range(0, 40).Select(at => new TraceRequest(5 * at, 8 * Block, 20, [1, 2, 3, 4, 5, 6, 7, 100 + at])).ToArray();
        var done = Served.Finished(Served.Scenario(Served.Workload(), new Arrivals.Recorded(rows, 1, 0.2, Block), 40), out _);
        Assert.Equal(0, done[0].Request.Cached);
        Assert.All(done.Skip(1), one => Assert.Equal(7 * Block, one.Request.Cached));
        Assert.True(done[1].Ttft < done[0].Ttft);
    }

    private static ServingScenario Several() => Served.Scenario(
        Served.Workload() with { Input = new TokenRange(200, 2000), Output = new TokenRange(20, 400) }, new Arrivals.AtRate(20, 2), 2000, replicas: 3, new ServingLayout { TensorParallel = 2 });
}
