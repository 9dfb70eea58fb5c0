using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Serving;

/// <summary>How the requests of a measurement came.</summary>
internal enum LoadKind
{
    /// <summary>So many in flight, the next one sent when one is done.</summary>
    ClosedLoop,

    /// <summary>More wait than ever fit.</summary>
    Saturated,

    /// <summary>One batch that starts and is computed together.</summary>
    StaticBatch,

    /// <summary>A Poisson process.</summary>
    OpenLoop,

    /// <summary>All at once.</summary>
    AtOnce,

    /// <summary>Prompts only, in steps that are full.</summary>
    PrefillOnly,

    /// <summary>Decoding only, at a batch.</summary>
    DecodeOnly,
}

/// <summary>A measured run ready to be simulated.</summary>
/// <param name="Row">As its source states it.</param>
/// <param name="SourceName">The rules it follows.</param>
/// <param name="Replicas">Copies that share out the requests evenly.</param>
/// <param name="InFlight">Requests in flight or in the batch, of one replica.</param>
/// <param name="Requests">In all, of one replica; 0 where there is no end.</param>
/// <param name="Rate">Requests a second, of one replica; 0 where they do not arrive by a clock.</param>
internal sealed record ServingCase(
    ServingRow Row,
    string SourceName,
    ServingWorkload Workload,
    ServingLayout Layout,
    AiSystem System,
    ServingEngine Engine,
    LoadKind Load,
    int Replicas,
    double InFlight,
    long Requests,
    double Rate)
{
    /// <summary>Pools of their own for prompts and for decoding; null where one does both.</summary>
    public ServingDeployment? Pools { get; init; }

    /// <summary>Tokens of the largest step, where the source states it; 0 for the engine's.</summary>
    public double StepTokens { get; init; }

    /// <summary>An engine as the row ran it: with the largest step that it states, and as its harness is known to deliver tokens.</summary>
    public ServingEngine AsRun(ServingEngine engine)
    {
        var harness = $"delivery_steps.{SourceName}";
        var delivered = engine.Parameters.TryGetValue(harness, out var steps) ? engine.With("delivery_steps", steps.Value) : engine;
        return StepTokens > 0 ? delivered.With("step_tokens", StepTokens) : delivered;
    }

    /// <summary>The source gives medians, not means.</summary>
    public bool IsMedian { get; init; }

    public int Chips => Pools?.Chips ?? (Layout.Chips * Replicas);
}
