using Orrery.Domain.Workloads;
using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Requests;

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
    public static OpenLoop Poisson(RequestLengths lengths, double rate, long count, ulong seed) => Gamma(lengths, rate, 1, count, seed);

    /// <summary>Arrivals with independent gaps of a gamma distribution.</summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="variation">Standard deviation of the gaps over their mean; 1 is a Poisson process.</param>
    public static OpenLoop Gamma(RequestLengths lengths, double rate, double variation, long count, ulong seed)
    {
        var gaps = new GapDraw(1 / rate, variation, RandomStream.For(seed, "arrivals"));
        return new OpenLoop(lengths, () => gaps.Next(), count);
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

/// <summary>Requests as a trace has them, at its times or faster.</summary>
/// <param name="rows">In order of time.</param>
/// <param name="speed">Trace seconds that pass in a second.</param>
/// <param name="most">Requests taken at most.</param>
/// <param name="hitRate">Share of prompt tokens found in the cache where a row does not name its blocks.</param>
public sealed class TraceLoad(IEnumerable<TraceRequest> rows, double speed = 1, long most = long.MaxValue, double hitRate = 0) : IRequestLoad, IDisposable
{
    private readonly IEnumerator<TraceRequest> _rows = rows.GetEnumerator();
    private long _left = most;
    private bool _isRead;
    private double _nextAt;

    public double NextAt
    {
        get
        {
            if (!_isRead)
            {
                _isRead = true;
                _nextAt = _left-- > 0 && _rows.MoveNext() ? _rows.Current.At / speed : double.PositiveInfinity;
            }

            return _nextAt;
        }
    }

    public Request Take()
    {
        var row = _rows.Current;
        var request = new Request(NextAt, row.Input, row.Output, row.Blocks is null ? Math.Min(row.Input - 1, (int)(row.Input * hitRate)) : 0) { Blocks = row.Blocks };
        _isRead = false;
        return request;
    }

    public void Finished(double at)
    {
    }

    public void Dispose() => _rows.Dispose();
}
