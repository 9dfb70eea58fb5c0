namespace Orrery.Simulation.Requests;

/// <summary>Which replica gets the next request.</summary>
public enum Routing
{
    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>The one with the fewest requests waiting or running.</summary>
    LeastOutstanding,
}

/// <summary>What holds for all replicas of a deployment.</summary>
/// <param name="Routing">Which replica gets the next request.</param>
/// <param name="MostTokens">Prompt and output of a request at most: the model's context; 0 where it has no known end.</param>
/// <param name="RequestSeconds">Between client and engine.</param>
/// <param name="TransferSeconds">Until the keys and values of a prompt are with the pool that decodes.</param>
public sealed record FleetRules(Routing Routing, long MostTokens, double RequestSeconds, Func<Request, double> TransferSeconds);

/// <summary>The replicas of a deployment, played together: requests are routed, prompts handed over, and everything happens in order of time.</summary>
/// <remarks>One thread plays them all, so that nothing hangs on threads; things of one instant happen arrivals first, then hand-overs, then replicas by their place.</remarks>
/// <param name="main">Replicas that serve whole requests, or only decode where there are others for prompts.</param>
/// <param name="prefill">Replicas that compute prompts and hand over; may be none.</param>
public sealed class ServingFleet(IReadOnlyList<Replica> main, IReadOnlyList<Replica> prefill, FleetRules rules)
{
    private const int EventsBetweenLooks = 4096;

    private readonly EarliestReplica _mainDue = new(main.Count);
    private readonly EarliestReplica _prefillDue = new(prefill.Count);
    private readonly PriorityQueue<Request, (double At, long Order)> _handedOver = new();
    private long _order;
    private int _nextMain;
    private int _nextPrefill;

    /// <summary>Plays until all requests are done, or until told to stop.</summary>
    /// <param name="progress">Hears how many requests have arrived, now and then.</param>
    /// <returns>Whether all were done.</returns>
    public bool Run(IRequestLoad load, RequestLog log, CancellationToken stop = default, Action<long>? progress = null)
    {
        var watcher = new Watcher(log);
        var handover = new Handover(this, load, log);
        var elsewhere = new NoLoad();
        for (var events = 1L; ; events++)
        {
            if (events % EventsBetweenLooks == 0)
            {
                progress?.Invoke(log.Arrived);
                if (stop.IsCancellationRequested)
                {
                    return false;
                }
            }

            var arrival = load.NextAt;
            var delivery = _handedOver.TryPeek(out _, out var first) ? first.At : double.PositiveInfinity;
            var step = Math.Min(_mainDue.At, _prefillDue.At);
            if (arrival <= delivery && arrival <= step)
            {
                if (double.IsPositiveInfinity(arrival))
                {
                    return true;
                }

                Arrive(load, log, arrival);
            }
            else if (delivery <= step)
            {
                Deliver(delivery);
            }
            else if (_prefillDue.At <= _mainDue.At)
            {
                var place = _prefillDue.Place;
                prefill[place].GoOn(elsewhere, ref handover);
                _prefillDue.Set(place, prefill[place].NextAt);
            }
            else
            {
                var place = _mainDue.Place;
                main[place].GoOn(load, ref watcher);
                _mainDue.Set(place, main[place].NextAt);
            }
        }
    }

    private void Arrive(IRequestLoad load, RequestLog log, double at)
    {
        var isSplit = prefill.Count > 0;
        var (pool, due) = isSplit ? (prefill, _prefillDue) : (main, _mainDue);
        ref var next = ref isSplit ? ref _nextPrefill : ref _nextMain;
        var place = Choose(pool, next);
        if (pool[place].Shorten(at))
        {
            due.Set(place, pool[place].NextAt);
            return;
        }

        var request = load.Take() with { Id = log.Arrived };
        log.Arrive(request);
        var refused = rules.MostTokens > 0 && (long)request.Input + request.Output > rules.MostTokens ? RefusedBy.Context
            : isSplit && !main[0].Holds(request) ? RefusedBy.Cache
            : pool[place].TryTake(request, at) ? default(RefusedBy?) : RefusedBy.Cache;
        due.Set(place, pool[place].NextAt);
        if (refused is { } reason)
        {
            log.Refuse(request, reason);
            load.Finished(at);
            return;
        }

        next = (next + 1) % pool.Count;
    }

    private void Deliver(double at)
    {
        var place = Choose(main, _nextMain);
        if (!main[place].Shorten(at))
        {
            main[place].TryTake(_handedOver.Dequeue(), at, isComputed: true);
            _nextMain = (_nextMain + 1) % main.Count;
        }

        _mainDue.Set(place, main[place].NextAt);
    }

    private int Choose(IReadOnlyList<Replica> pool, int next)
    {
        if (rules.Routing == Routing.RoundRobin || pool.Count == 1)
        {
            return next;
        }

        var best = 0;
        for (var i = 1; i < pool.Count; i++)
        {
            best = pool[i].Outstanding < pool[best].Outstanding ? i : best;
        }

        return best;
    }

    private void HandOver(in FinishedRequest computed, IRequestLoad load, RequestLog log)
    {
        var request = computed.Request;
        if (request.Output > 1)
        {
            _handedOver.Enqueue(request, (computed.FirstTokenAt + rules.TransferSeconds(request), _order++));
            return;
        }

        var at = computed.FirstTokenAt + rules.RequestSeconds;
        log.Finish(computed with { FirstTokenAt = at, LastTokenAt = at });
        load.Finished(at);
    }

    private readonly struct Watcher(RequestLog log) : IRequestWatcher
    {
        public void Finished(in FinishedRequest request) => log.Finish(request);

        public void Stepped(in ReplicaSample sample) => log.Main.Add(sample);
    }

    private readonly struct Handover(ServingFleet fleet, IRequestLoad load, RequestLog log) : IRequestWatcher
    {
        public void Finished(in FinishedRequest request) => fleet.HandOver(request, load, log);

        public void Stepped(in ReplicaSample sample) => log.Prefill!.Add(sample);
    }

    /// <summary>Prompts are no requests: who sent them hears when their output is done.</summary>
    private sealed class NoLoad : IRequestLoad
    {
        public double NextAt => double.PositiveInfinity;

        public Request Take() => throw new NotSupportedException();

        public void Finished(double at)
        {
        }
    }
}
