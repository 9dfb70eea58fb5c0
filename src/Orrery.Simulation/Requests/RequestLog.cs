using Orrery.Simulation.Statistics;

namespace Orrery.Simulation.Requests;

/// <summary>Why a request was turned away.</summary>
public enum RefusedBy
{
    /// <summary>Prompt and output are longer than the model's context.</summary>
    Context,

    /// <summary>No empty cache could hold its keys and values.</summary>
    Cache,
}

/// <summary>What requests must keep to; none where null, seconds.</summary>
public readonly record struct LatencyTargets(double? Ttft, double? Tpot);

/// <summary>What became of all requests, in memory that does not grow with their number.</summary>
/// <param name="targets">What goodput counts.</param>
/// <param name="warmUp">Requests, the first ones, that are left out of latencies and goodput.</param>
public sealed class RequestLog(LatencyTargets targets, long warmUp, PoolSeries main, PoolSeries? prefill)
{
    private readonly long[] _refused = new long[2];

    /// <summary>Hears of every request that is done.</summary>
    public Action<FinishedRequest>? OnFinished { get; init; }

    /// <summary>Hears of every request that was turned away.</summary>
    public Action<Request, RefusedBy>? OnRefused { get; init; }

    public LatencyTargets Targets => targets;
    public PoolSeries Main => main;
    public PoolSeries? Prefill => prefill;
    public QuantileHistogram Ttft { get; } = new();

    /// <summary>Of requests for more than one token.</summary>
    public QuantileHistogram Tpot { get; } = new();
    public QuantileHistogram Latency { get; } = new();

    public long Arrived { get; private set; }
    public long Finished { get; private set; }
    public long Refused => _refused[0] + _refused[1];

    /// <summary>Finished ones that latencies and goodput count.</summary>
    public long Counted => Latency.Count;

    /// <summary>Of those, the ones that met the target for the first token.</summary>
    public long MetTtft { get; private set; }

    /// <summary>Of those, the ones that met the target between tokens.</summary>
    public long MetTpot { get; private set; }

    /// <summary>Of those, the ones that met all targets.</summary>
    public long Good { get; private set; }

    public double InputTokens { get; private set; }
    public double CachedTokens { get; private set; }
    public double OutputTokens { get; private set; }
    public double FirstArrival { get; private set; } = double.PositiveInfinity;
    public double LastArrival { get; private set; }
    public double LastToken { get; private set; }

    /// <summary>From the first arrival to the last token, seconds.</summary>
    public double Seconds => Math.Max(0, LastToken - FirstArrival);

    public long RefusedBecause(RefusedBy reason) => _refused[(int)reason];

    public void Arrive(in Request request)
    {
        Arrived++;
        FirstArrival = Math.Min(FirstArrival, request.At);
        LastArrival = Math.Max(LastArrival, request.At);
    }

    public void Refuse(in Request request, RefusedBy reason)
    {
        _refused[(int)reason]++;
        OnRefused?.Invoke(request, reason);
    }

    public void Finish(in FinishedRequest done)
    {
        Finished++;
        InputTokens += done.Request.Input;
        CachedTokens += done.Request.Cached;
        OutputTokens += done.Request.Output;
        LastToken = Math.Max(LastToken, done.LastTokenAt);
        OnFinished?.Invoke(done);
        if (done.Request.Id < warmUp)
        {
            return;
        }

        Ttft.Add(done.Ttft);
        Latency.Add(done.Latency);
        var hasTpot = done.Request.Output > 1;
        if (hasTpot)
        {
            Tpot.Add(done.Tpot);
        }

        var inTtft = !(done.Ttft > targets.Ttft);
        var inTpot = !hasTpot || !(done.Tpot > targets.Tpot);
        MetTtft += inTtft ? 1 : 0;
        MetTpot += inTpot ? 1 : 0;
        Good += inTtft && inTpot ? 1 : 0;
    }
}
