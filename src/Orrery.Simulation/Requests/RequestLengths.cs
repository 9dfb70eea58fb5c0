using Orrery.Domain.Workloads;
using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Requests;

/// <summary>Draws the lengths of requests: prompt and output evenly from their ranges, the cached share of the prompt as the workload says.</summary>
public struct RequestLengths(ServingWorkload workload, ulong seed)
{
    private readonly TokenRange _input = workload.Input;
    private readonly TokenRange _output = workload.Output;
    private readonly double _hitRate = workload.PrefixHitRate;
    private RandomStream _inputs = RandomStream.For(seed, "input lengths");
    private RandomStream _outputs = RandomStream.For(seed, "output lengths");

    public Request Next(double at)
    {
        var input = Draw(ref _inputs, _input);
        return new Request(at, input, Draw(ref _outputs, _output), Math.Min(input - 1, (int)(input * _hitRate)));
    }

    private static int Draw(ref RandomStream stream, TokenRange range) =>
        range.Least == range.Most ? range.Least : range.Least + stream.NextBelow(range.Most - range.Least + 1);
}

/// <summary>So many clients that each send the next request when the last one is done.</summary>
/// <param name="lengths">Drawn in the order of sending.</param>
/// <param name="clients">Requests in flight.</param>
/// <param name="count">Requests in all.</param>
public sealed class ClosedLoop(RequestLengths lengths, int clients, long count) : IRequestLoad
{
    private readonly Queue<double> _ready = new(Enumerable.Repeat(0.0, (int)Math.Min(clients, count)));
    private RequestLengths _lengths = lengths;
    private long _left = count - Math.Min(clients, count);

    public double NextAt => _ready.TryPeek(out var at) ? at : double.PositiveInfinity;

    public Request Take() => _lengths.Next(_ready.Dequeue());

    public void Finished(double at)
    {
        if (_left > 0)
        {
            _left--;
            _ready.Enqueue(at);
        }
    }
}

/// <summary>Requests that arrive whatever the replica does.</summary>
/// <param name="lengths">Drawn in the order of arrival.</param>
/// <param name="gap">Seconds to the next arrival.</param>
/// <param name="count">Requests in all.</param>
public sealed class OpenLoop(RequestLengths lengths, Func<double> gap, long count) : IRequestLoad
{
    private RequestLengths _lengths = lengths;
    private long _left = count;
    private double _next = count > 0 ? gap() : double.PositiveInfinity;

    public double NextAt => _next;

    /// <summary>Arrivals of a Poisson process.</summary>
    /// <param name="rate">Requests a second.</param>
    public static OpenLoop Poisson(RequestLengths lengths, double rate, long count, ulong seed)
    {
        var stream = RandomStream.For(seed, "arrivals");
        return new OpenLoop(lengths, () => stream.NextExponential(1 / rate), count);
    }

    /// <summary>All at once.</summary>
    public static OpenLoop AtOnce(RequestLengths lengths, long count) => new(lengths, () => 0, count);

    public Request Take()
    {
        var request = _lengths.Next(_next);
        _next = --_left > 0 ? _next + gap() : double.PositiveInfinity;
        return request;
    }

    public void Finished(double at)
    {
    }
}
