using Orrery.Simulation.Requests;

namespace Orrery.Simulation.Statistics;

/// <summary>What a pool of replicas does over time, in equal spans whose number stays below 200 however long it lasts.</summary>
/// <param name="replicas">Of the pool.</param>
/// <param name="room">Bytes of cache of all of them.</param>
public sealed class PoolSeries(int replicas, double room)
{
    /// <summary>Spans there are at most; when they are used up, each two become one.</summary>
    public const int MostSpans = 200;

    private readonly Span[] _spans = new Span[MostSpans];
    private int _used;

    /// <summary>Seconds of a span.</summary>
    public double Width { get; private set; } = 1.0 / 1024;

    /// <summary>End of the last step.</summary>
    public double End { get; private set; }

    public IReadOnlyList<SeriesSpan> Spans => [.. Enumerable.Range(0, _used).Select(Finished)];

    /// <summary>The whole time as one.</summary>
    public SeriesSpan Whole
    {
        get
        {
            var whole = default(Span);
            for (var i = 0; i < _used; i++)
            {
                whole.Add(_spans[i]);
            }

            return Of(whole, 0, End);
        }
    }

    public void Add(in ReplicaSample sample)
    {
        while (sample.To >= Width * MostSpans)
        {
            Widen();
        }

        End = Math.Max(End, sample.To);
        var first = (int)(sample.From / Width);
        var last = (int)(sample.To / Width);
        _used = Math.Max(_used, last + 1);
        _spans[first].Preemptions += sample.Preemptions;
        for (var at = first; at <= last; at++)
        {
            var seconds = Math.Min(sample.To, (at + 1) * Width) - Math.Max(sample.From, at * Width);
            _spans[at].Add(sample, seconds);
        }
    }

    private void Widen()
    {
        for (var i = 0; i < MostSpans / 2; i++)
        {
            var joined = _spans[2 * i];
            joined.Add(_spans[(2 * i) + 1]);
            _spans[i] = joined;
        }

        Array.Clear(_spans, MostSpans / 2, MostSpans / 2);
        Width *= 2;
        _used = (_used + 1) / 2;
    }

    private SeriesSpan Finished(int at) => Of(_spans[at], at * Width, Math.Min((at + 1) * Width, Math.Max(End, at * Width)));

    private SeriesSpan Of(in Span span, double from, double to)
    {
        var seconds = to > from ? to - from : double.PositiveInfinity;
        return new SeriesSpan(from, to, span.Running / seconds, span.Waiting / seconds, span.MostWaiting, span.Cache / seconds / room, span.MostCache * replicas / room, span.Preemptions)
        {
            Busy = span.Busy / seconds / replicas,
            HeldByCache = span.HeldByCache / seconds / replicas,
            HeldBySequences = span.HeldBySequences / seconds / replicas,
        };
    }

    private struct Span
    {
        public double Running;
        public double Waiting;
        public double Cache;
        public double Busy;
        public double HeldByCache;
        public double HeldBySequences;
        public double MostCache;
        public int MostWaiting;
        public long Preemptions;

        public void Add(in ReplicaSample sample, double seconds)
        {
            Running += sample.Running * seconds;
            Waiting += sample.Waiting * seconds;
            Cache += sample.CacheBytes * seconds;
            Busy += seconds;
            HeldByCache += sample.HeldBy == HeldBy.Cache ? seconds : 0;
            HeldBySequences += sample.HeldBy == HeldBy.Sequences ? seconds : 0;
            MostCache = Math.Max(MostCache, sample.CacheBytes);
            MostWaiting = Math.Max(MostWaiting, sample.Waiting);
        }

        public void Add(in Span other)
        {
            Running += other.Running;
            Waiting += other.Waiting;
            Cache += other.Cache;
            Busy += other.Busy;
            HeldByCache += other.HeldByCache;
            HeldBySequences += other.HeldBySequences;
            MostCache = Math.Max(MostCache, other.MostCache);
            MostWaiting = Math.Max(MostWaiting, other.MostWaiting);
            Preemptions += other.Preemptions;
        }
    }
}

/// <summary>A pool during a span of time: means over it, and the most that any one replica came to.</summary>
/// <param name="From">Seconds since the start.</param>
/// <param name="To">Its end.</param>
/// <param name="Running">Requests that decode or prefill, over all replicas.</param>
/// <param name="Waiting">Requests in line, over all replicas.</param>
/// <param name="MostWaiting">Requests in line at one replica, at most.</param>
/// <param name="Cache">Share of the pool's cache in use or promised.</param>
/// <param name="MostCache">The same of one replica's, at most.</param>
/// <param name="Preemptions">Sequences that had to start again.</param>
public sealed record SeriesSpan(double From, double To, double Running, double Waiting, int MostWaiting, double Cache, double MostCache, long Preemptions)
{
    /// <summary>Share of the replicas' time in which they had work.</summary>
    public double Busy { get; init; }

    /// <summary>Share of the replicas' time in which requests waited for room in the cache.</summary>
    public double HeldByCache { get; init; }

    /// <summary>Share of the replicas' time in which requests waited because the engine runs no more sequences.</summary>
    public double HeldBySequences { get; init; }
}
