using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Serving;

/// <summary>A model, deployed, under a load.</summary>
public sealed record ServingQuestion(ServingWorkload Workload, ServingDeployment Deployment, ServingLoad Load, AiSystem System, ServingEngine Engine);

/// <summary>What keeps a replica from running more requests at once.</summary>
public enum BatchLimit
{
    /// <summary>Memory for keys and values.</summary>
    Memory,

    /// <summary>The engine's own limit.</summary>
    Sequences,
}

/// <summary>Where the time to the first token goes, seconds; the parts are disjoint and sum to it.</summary>
/// <param name="Request">Between client and engine.</param>
/// <param name="Wait">For other prompts, for a step to end, for room.</param>
/// <param name="Prefill">The prompt's own steps.</param>
/// <param name="HostLoad">Bringing cached keys and values in from host memory.</param>
/// <param name="Transfer">Handing keys and values to the pool that decodes.</param>
/// <param name="Delivery">For the next tokens, where the engine sends the first ones together.</param>
public readonly record struct FirstTokenTime(double Request, double Wait, double Prefill, double HostLoad = 0, double Transfer = 0, double Delivery = 0)
{
    public double Total => Request + Wait + Prefill + HostLoad + Transfer + Delivery;
}

/// <summary>Where the time between later tokens goes, seconds; the parts are disjoint and sum to it.</summary>
/// <param name="Decode">The request's own share of decode steps: a step over the tokens it yields.</param>
/// <param name="Prompts">Steps made longer, or held up, by prompts of others.</param>
public readonly record struct LaterTokenTime(double Decode, double Prompts)
{
    public double Total => Decode + Prompts;
}

/// <summary>How busy the two pools of a disaggregated deployment are.</summary>
/// <param name="PrefillShare">Requests a second over the most that the prefill pool computes.</param>
/// <param name="DecodeShare">Requests a second over the most that the decode pool serves.</param>
/// <param name="Tier">The fabric tier that keys and values cross.</param>
/// <param name="TransferBytes">Keys and values of one prompt.</param>
public sealed record PoolBalance(double PrefillShare, double DecodeShare, FabricTier Tier, Bytes TransferBytes)
{
    public bool IsLimitedByPrefill => PrefillShare > DecodeShare;
}

/// <summary>What a deployment is predicted to do, in the mean.</summary>
public sealed record ServingEstimate
{
    public required ServingQuestion Question { get; init; }

    /// <summary>False where not even one request fits, or the load is more than can be served.</summary>
    public required bool Answers { get; init; }

    public required FirstTokenTime Ttft { get; init; }
    public required LaterTokenTime Tpot { get; init; }

    /// <summary>Of all replicas.</summary>
    public required double OutputTokensPerSecond { get; init; }

    /// <summary>Requests that one replica of the main pool runs at once.</summary>
    public required double Running { get; init; }

    /// <summary>A step of decoding alone.</summary>
    public required ServingTimes DecodeStep { get; init; }

    /// <summary>The steps of one prompt, were nothing else to run.</summary>
    public required ServingTimes PrefillStep { get; init; }

    /// <summary>Of a chip of the main pool.</summary>
    public required ServingMemory Memory { get; init; }

    /// <summary>Of a chip of the prefill pool; null without one.</summary>
    public ServingMemory? PrefillMemory { get; init; }

    /// <summary>Most requests that one replica of the main pool runs at once; 0 where not even one fits.</summary>
    public required double LargestBatch { get; init; }
    public required BatchLimit Limit { get; init; }

    /// <summary>Null for a deployment in one pool.</summary>
    public PoolBalance? Balance { get; init; }

    /// <summary>Requests a second that the deployment serves at most, where that was asked for by rate.</summary>
    public double? MostRequestsPerSecond { get; init; }

    public int Chips => Question.Deployment.Chips;
    public double RequestSeconds => Ttft.Total + (Tpot.Total * Math.Max(0, Question.Workload.Output.Mean - 1));
    public double OutputTokensPerSecondPerChip => OutputTokensPerSecond / Chips;

    /// <summary>What one user sees while a request decodes; infinite where requests ask for one token.</summary>
    public double TokensPerSecondPerUser => 1 / Tpot.Total;
    public double RequestsPerSecond => OutputTokensPerSecond / Question.Workload.Output.Mean;

    /// <summary>Prompt and output tokens, cached ones counted.</summary>
    public double TotalTokensPerSecond => RequestsPerSecond * (Question.Workload.Input.Mean + Question.Workload.Output.Mean);

    /// <summary>Requests a second that it serves at most, batch held: more than it does where a rate is asked for.</summary>
    public double Capacity => MostRequestsPerSecond ?? RequestsPerSecond;

    /// <summary>Bytes of keys and values on a chip with so many requests running, each half through its output.</summary>
    public Bytes CacheInUse => new(Memory.SequenceBytes(Question.Workload.MeanKeys) * Running / Memory.Groups);

    /// <summary>
    /// Equation: <c>power of a system / its chips x chips / tokens per second</c>.
    /// Assumption: every system draws its rated power all the time, so this is an upper bound. Source: definition.
    /// </summary>
    /// <returns>Joules an output token; null where the catalog does not say what the system draws.</returns>
    public double? JoulesPerOutputToken => Question.System.Power is { } power
        ? power.Value.Value / Question.System.Chips * Chips / OutputTokensPerSecond
        : null;
}
