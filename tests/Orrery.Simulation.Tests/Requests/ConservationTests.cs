using Orrery.Analysis.Serving;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Requests;
using Orrery.Simulation.Tests.Timeline;
using Xunit;

namespace Orrery.Simulation.Tests.Requests;

/// <summary>What comes in goes out: requests, tokens, bytes of cache.</summary>
public sealed class ConservationTests
{
    public static TheoryData<BatchPolicy, CachePolicy, int, int> Policies()
    {
        var data = new TheoryData<BatchPolicy, CachePolicy, int, int>();
        foreach (var batching in Enum.GetValues<BatchPolicy>())
        {
            foreach (var caching in Enum.GetValues<CachePolicy>())
            {
                data.Add(batching, caching, 1, 0);
                data.Add(batching, caching, 2, 3);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_replica_ends_empty_and_has_yielded_every_token(BatchPolicy batching, CachePolicy caching, int stages, int drafted)
    {
        var scenario = Served.Crowded();
        var workload = scenario.Workload with { Speculation = drafted > 0 ? new Speculation(drafted, 0.7) : null };
        var layout = new ServingLayout { PipelineParallel = stages };
        var step = ServingStep.Create(workload, layout, scenario.System, scenario.Engine);
        var memory = ServingMemory.Of(workload, layout, scenario.System.Chip, step.Engine);
        var replica = new Replica(step, memory, new ReplicaRules(batching, caching, stages, workload.TokensPerStep), 1 + drafted);
        var sums = default(Sums);
        var refused = replica.Run(new ClosedLoop(new RequestLengths(workload, 5), 400, 1500), ref sums);

        Assert.Equal(0, refused);
        Assert.Equal(1500, sums.Count);
        var lengths = new RequestLengths(workload, 5);
        Assert.Equal(Enumerable.Range(0, 1500).Sum(_ => (double)lengths.Next(0).Output), sums.OutputTokens);
        Assert.Equal(0, replica.Outstanding);
        Assert.Equal(0, replica.Used / replica.Room, 1e-9);
        Assert.InRange(sums.MostCache / replica.Room, 0.5, 1 + 1e-9);
    }

    [Fact]
    public void Where_the_cache_runs_out_sequences_start_again_and_still_get_all_tokens()
    {
        var done = Served.Finished(Served.Crowded(), out var outcome);
        Assert.True(outcome.Log.Main.Whole.Preemptions > 50);
        Assert.Equal(1500, done.Count);
        Assert.True(outcome.Log.Main.Whole.HeldByCache > 0.5);
        Assert.All(done, one => Assert.True(one.Request.At <= one.FirstTokenAt && one.FirstTokenAt <= one.LastTokenAt));

        var reserved = Served.Crowded() with { Engine = Studies.Catalog.Engine("vllm").With("sequences", 512) with { Caching = CachePolicy.Reserved } };
        Served.Finished(reserved, out var kept);
        Assert.Equal(0, kept.Log.Main.Whole.Preemptions);
    }

    /// <summary>Requests there in the mean = requests a second x seconds that each is there.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(8, 4)]
    public void Littles_law_holds(double rate, double variation)
    {
        var done = Served.Finished(Served.Scenario(Served.Workload(), new Arrivals.AtRate(rate, variation), 4000), out var outcome);
        var step = ServingStep.Create(outcome.Scenario.Workload, new ServingLayout(), outcome.Scenario.System, outcome.Scenario.Engine);
        var whole = outcome.Log.Main.Whole;
        var there = done.Sum(one => one.Latency - step.Engine.RequestS) / outcome.Log.Main.End;
        Assert.InRange((whole.Running + whole.Waiting) / there, 0.97, 1.01); // those that come within a step are seen at its end
    }

    [Fact]
    public void Requests_that_nothing_can_hold_are_refused_and_counted()
    {
        TraceRequest[] rows = [new(0, 100, 10), new(1, 200_000, 10), new(2, 100, 131_000), new(3, 100, 10)];
        var refused = new List<RefusedBy>();
        var done = new List<FinishedRequest>();
        var scenario = Served.Scenario(Served.Workload(), new Arrivals.Recorded(rows, 1, 1, 0), long.MaxValue);
        var outcome = ServingSimulation.Run(scenario, done.Add, (_, reason) => refused.Add(reason), stop: TestContext.Current.CancellationToken);
        Assert.Equal([RefusedBy.Context, RefusedBy.Context], refused);
        Assert.Equal([0L, 3L], done.Select(one => one.Request.Id));
        Assert.Equal(4, outcome.Log.Arrived);
    }

    [Fact]
    public void No_more_are_in_flight_than_there_are_clients()
    {
        Served.Finished(Served.Scenario(Served.Workload(), new Arrivals.InFlight(37), 2000, replicas: 3), out var outcome);
        Assert.Equal(37, outcome.Log.Main.Spans.Max(span => span.Running + span.Waiting), 1.0);
        Assert.True(outcome.Log.Main.Whole.Running + outcome.Log.Main.Whole.Waiting <= 37 + 1e-9);
    }
}
