using Orrery.Analysis.Serving;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Simulation.Requests;

/// <summary>How requests come to a deployment.</summary>
public abstract record Arrivals
{
    private Arrivals()
    {
    }

    /// <summary>So many a second, with gaps that vary: 1 is a Poisson process.</summary>
    public sealed record AtRate(double PerSecond, double Variation = 1) : Arrivals;

    /// <summary>So many in flight, the next one sent when one is done.</summary>
    public sealed record InFlight(int Requests) : Arrivals;

    /// <summary>All at the start.</summary>
    public sealed record AtOnce : Arrivals;

    /// <summary>As recorded.</summary>
    /// <param name="Rows">In order of time.</param>
    /// <param name="Speed">Trace seconds that pass in a second.</param>
    /// <param name="Mean">Requests a second at that speed, over the trace.</param>
    /// <param name="BlockTokens">Tokens of a block where rows name theirs, else 0.</param>
    public sealed record Recorded(IEnumerable<TraceRequest> Rows, double Speed, double Mean, int BlockTokens) : Arrivals;
}

/// <summary>A deployment and the requests it gets.</summary>
public sealed record ServingScenario
{
    public required ServingWorkload Workload { get; init; }
    public required ServingDeployment Deployment { get; init; }
    public required AiSystem System { get; init; }
    public required ServingEngine Engine { get; init; }
    public required Arrivals Arrivals { get; init; }

    /// <summary>Requests in all; of a trace at most so many.</summary>
    public required long Requests { get; init; }
    public required ulong Seed { get; init; }

    /// <summary>Requests, the first ones, that latencies and goodput leave out.</summary>
    public long WarmUp { get; init; }
    public Routing Routing { get; init; } = Routing.LeastOutstanding;
    public LatencyTargets Targets { get; init; }

    /// <summary>The same load for the closed form; null where it has none for it.</summary>
    public ServingLoad? SteadyLoad => Arrivals switch
    {
        Arrivals.AtRate rate => ServingLoad.Rate(rate.PerSecond),
        Arrivals.InFlight loop => ServingLoad.Concurrency(loop.Requests),
        Arrivals.Recorded trace when trace.Mean > 0 => ServingLoad.Rate(trace.Mean),
        _ => null,
    };

    internal IRequestLoad Load()
    {
        var lengths = new RequestLengths(Workload, Seed);
        return Arrivals switch
        {
            Arrivals.AtRate rate => OpenLoop.Gamma(lengths, rate.PerSecond, rate.Variation, Requests, Seed),
            Arrivals.InFlight loop => new ClosedLoop(lengths, loop.Requests, Requests),
            Arrivals.AtOnce => OpenLoop.AtOnce(lengths, Requests),
            Arrivals.Recorded trace => new TraceLoad(trace.Rows, trace.Speed, Requests, Workload.PrefixHitRate),
            _ => throw new NotSupportedException($"no load for {Arrivals.GetType().Name}"),
        };
    }
}

/// <summary>A scenario, played.</summary>
/// <param name="Log">What became of the requests.</param>
/// <param name="IsWhole">False where it was stopped on the way.</param>
/// <param name="Memory">Of a chip of the main pool.</param>
/// <param name="DecodeStep">A step as the run had them in the mean, by part.</param>
/// <param name="Steps">Of decoding, over all replicas.</param>
public sealed record ServingOutcome(
    ServingScenario Scenario, RequestLog Log, bool IsWhole, ServingMemory Memory, ServingTimes DecodeStep, long Steps)
{
    /// <summary>The closed form for the same load, in the mean; null where it has none. Worked out when it is first asked for.</summary>
    public ServingEstimate? Estimate => field ??= Scenario.SteadyLoad is { } steady
        ? ServingEstimator.Estimate(new ServingQuestion(AsPlayed, Scenario.Deployment, steady, Scenario.System, Scenario.Engine))
        : null;

    /// <summary>The workload with the share of prompt tokens found again, where blocks of the trace decided that.</summary>
    private ServingWorkload AsPlayed => Scenario.Arrivals is Arrivals.Recorded { BlockTokens: > 0 } && Log.InputTokens > 0
        ? Scenario.Workload with { PrefixHitRate = Log.CachedTokens / Log.InputTokens }
        : Scenario.Workload;
}
