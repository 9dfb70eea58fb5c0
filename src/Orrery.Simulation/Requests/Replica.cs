using Orrery.Analysis.Serving;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Simulation.Requests;

/// <summary>How a replica schedules, and what it holds.</summary>
/// <param name="Batching">Which requests share a step.</param>
/// <param name="Caching">How room in the cache is promised.</param>
/// <param name="Stages">Pipeline stages: that many micro-batches take turns.</param>
/// <param name="TokensPerStep">Tokens that a decoding sequence gets in a step.</param>
public sealed record ReplicaRules(BatchPolicy Batching, CachePolicy Caching, int Stages = 1, double TokensPerStep = 1)
{
    /// <summary>Tokens that a step computes at most; the engine's where it is 0.</summary>
    public double StepTokens { get; init; }

    /// <summary>Sequences that run at once at most; the engine's where it is 0.</summary>
    public double Sequences { get; init; }
}

/// <summary>
/// One replica of a serving engine, step by step on the same step times as the closed form: requests wait for room, prompts are
/// computed in chunks beside decoding or before it, sequences decode together until they end.
/// </summary>
/// <remarks>
/// Steps in which only decoding happens are taken many at once: until a sequence ends, a request arrives or the cache runs out, a
/// step's time changes with the growing caches only, and the time of the middle one stands for all. Tokens are counted by steps, so
/// a sequence costs a constant amount of work however long it is.
/// </remarks>
public sealed class Replica
{
    private readonly ServingStep _step;
    private readonly ServingMemory _memory;
    private readonly ReplicaRules _rules;
    private readonly double _room;
    private readonly double _stepTokens;
    private readonly double _mostSequences;
    private readonly double _queries;
    private readonly FinishQueue _decoding = new();
    private readonly Queue<int> _waiting = new();
    private readonly List<int> _prefilling = [];
    private readonly Stack<int> _free = new();
    private Slot[] _slots = new Slot[64];
    private int _used;
    private double _now;
    private long _steps;
    private double _decodeKeys; // cached tokens of decoding sequences
    private double _promised; // bytes of cache promised or in use, except what decoding adds
    private long _preemptions;

    /// <param name="queries">Tokens that a decoding sequence computes a step: one, and as many as are drafted.</param>
    public Replica(ServingStep step, ServingMemory memory, ReplicaRules rules, double queries = 1)
    {
        (_step, _memory, _rules, _queries) = (step, memory, rules, queries);
        _room = memory.CacheRoom.Value * memory.Groups;
        _stepTokens = rules.StepTokens > 0 ? rules.StepTokens : step.Engine.StepTokens;
        _mostSequences = rules.Sequences > 0 ? rules.Sequences : step.Engine.Sequences * memory.Groups;
    }

    /// <summary>Steps taken, each one counted.</summary>
    public long Steps => _steps;

    public long Preemptions => _preemptions;

    /// <summary>Seconds since the start.</summary>
    public double Now => _now;

    /// <summary>Runs until the load has no request left and all are done.</summary>
    /// <returns>Requests that no empty cache could hold, and that were turned away.</returns>
    public long Run<TWatcher>(IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        long refused = 0;
        while (true)
        {
            while (load.NextAt <= _now)
            {
                refused += Arrive(load);
            }

            Admit();
            var from = _now;
            if (_prefilling.Count > 0)
            {
                StepWithPrompts(load, ref watcher);
            }
            else if (_decoding.Count > 0)
            {
                Decode(load);
                Finish(load, ref watcher);
            }
            else if (double.IsFinite(load.NextAt))
            {
                _now = Math.Max(_now, load.NextAt);
                continue;
            }
            else
            {
                return refused;
            }

            watcher.Stepped(new ReplicaSample(from, _now, _decoding.Count + _prefilling.Count, _waiting.Count, Used, _preemptions));
        }
    }

    private double Used => _promised + (_rules.Caching == CachePolicy.OnDemand ? _decodeKeys * _memory.CachePerToken : 0);

    private int Arrive(IRequestLoad load)
    {
        var request = load.Take();
        if (_memory.SequenceBytes(request.Input + request.Output) > _memory.CacheRoom.Value)
        {
            load.Finished(request.At);
            return 1;
        }

        var slot = _free.TryPop(out var empty) ? empty : _used++;
        if (slot == _slots.Length)
        {
            Array.Resize(ref _slots, 2 * slot);
        }

        _slots[slot] = new Slot { Request = request, PromptTokens = request.Input, PromptLeft = request.Input - request.Cached };
        _waiting.Enqueue(slot);
        return 0;
    }

    /// <summary>Lets requests in, first come first served, while there is room.</summary>
    private void Admit()
    {
        while (_waiting.TryPeek(out var slot) && _decoding.Count + _prefilling.Count < _mostSequences)
        {
            ref var one = ref _slots[slot];
            var need = _rules.Caching == CachePolicy.Reserved
                ? _memory.SequenceBytes(one.Request.Input + one.Request.Output)
                : _memory.SequenceBytes(one.PromptTokens + 1);
            if (Used + need > _room && _decoding.Count + _prefilling.Count > 0)
            {
                return;
            }

            one.Promised = need;
            _promised += need;
            _prefilling.Add(_waiting.Dequeue());
        }
    }

    /// <summary>One step that computes prompts, and decodes beside them where the engine mixes.</summary>
    private void StepWithPrompts<TWatcher>(IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        var decodes = _rules.Batching == BatchPolicy.ChunkedPrefill;
        var sequences = decodes ? _decoding.Count : 0;
        var budget = Math.Max(1, _stepTokens - (sequences * _queries));
        double tokens = 0, pairs = 0, keys = 0, first = 0;
        var taken = 0;
        foreach (var slot in _prefilling)
        {
            ref var one = ref _slots[slot];
            double chunk = Math.Min(one.PromptLeft, Math.Floor(budget - tokens));
            if (chunk < 1)
            {
                break;
            }

            double before = one.PromptTokens - one.PromptLeft;
            tokens += chunk;
            pairs += (chunk * before) + (chunk * (chunk + 1) / 2);
            keys += before + chunk;
            one.PromptLeft -= (int)chunk;
            first += one.PromptLeft == 0 ? 1 : 0;
            taken++;
        }

        var turns = Math.Max(1, Math.Min(_rules.Stages, sequences + taken));
        _now += _step.Seconds(new StepLoad(
            (double)sequences / turns, sequences > 0 ? _decodeKeys / turns : 0, Math.Max(1, (double)taken / turns), tokens / turns, pairs / turns, keys / turns, first / turns));
        if (decodes)
        {
            _steps++;
            _decodeKeys += sequences * _rules.TokensPerStep;
        }

        for (var i = 0; i < taken; i++)
        {
            if (_slots[_prefilling[i]].PromptLeft == 0)
            {
                FirstToken(_prefilling[i], load, ref watcher);
            }
        }

        _prefilling.RemoveAll(slot => _slots[slot].PromptLeft == 0);
        Finish(load, ref watcher);
    }

    private void FirstToken<TWatcher>(int slot, IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        ref var one = ref _slots[slot];
        if (one.Made == 0)
        {
            one.FirstTokenAt = _now;
            one.Made = 1;
        }

        var left = one.Request.Output - one.Made;
        if (left == 0)
        {
            _promised -= one.Promised;
            Leave(slot, load, ref watcher);
            return;
        }

        one.StartedAtStep = _steps;
        _decoding.Add(_steps + (long)Math.Ceiling((left / _rules.TokensPerStep) - 1e-9), slot);
        _decodeKeys += one.PromptTokens;
        if (_rules.Caching == CachePolicy.OnDemand)
        {
            // From here on the cache that grows is counted with the keys; what does not grow stays promised.
            var still = one.Promised - ((one.PromptTokens + 1) * _memory.CachePerToken);
            _promised += still - one.Promised;
            one.Promised = still;
        }
    }

    /// <summary>As many steps of decoding alone as pass before anything else can happen.</summary>
    private void Decode(IRequestLoad load)
    {
        var sequences = _decoding.Count;
        var steps = Math.Max(1, _decoding.Next - _steps);
        if (_rules.Caching == CachePolicy.OnDemand && _memory.CachePerToken > 0)
        {
            var growth = sequences * _rules.TokensPerStep * _memory.CachePerToken;
            var fit = (long)((_room - Used) / growth);
            while (fit < 1 && _decoding.Count > 1)
            {
                Preempt();
                sequences = _decoding.Count;
                growth = sequences * _rules.TokensPerStep * _memory.CachePerToken;
                fit = (long)((_room - Used) / growth);
            }

            steps = Math.Max(1, Math.Min(Math.Min(steps, fit), _decoding.Next - _steps));
        }

        var turns = Math.Max(1, Math.Min(_rules.Stages, sequences));
        double MeanStep(long count) =>
            _step.Seconds(new StepLoad((double)sequences / turns, (_decodeKeys + (sequences * _rules.TokensPerStep * (count - 1) / 2)) / turns));

        var each = MeanStep(steps);
        if (_now + (steps * each) > load.NextAt && steps > 1)
        {
            steps = Math.Clamp((long)Math.Ceiling((load.NextAt - _now) / each), 1, steps);
            each = MeanStep(steps);
        }

        _now += steps * each;
        _steps += steps;
        _decodeKeys += steps * sequences * _rules.TokensPerStep;
    }

    private void Finish<TWatcher>(IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        while (_decoding.Count > 0 && _decoding.Next <= _steps)
        {
            var slot = _decoding.Take();
            Drop(slot);
            Leave(slot, load, ref watcher);
        }
    }

    /// <summary>The sequence that came last starts again: its cache goes, its tokens become part of its prompt.</summary>
    private void Preempt()
    {
        var last = -1;
        for (var slot = 0; slot < _used; slot++)
        {
            if (_slots[slot].StartedAtStep >= 0 && _slots[slot].Made > 0 && _slots[slot].PromptLeft == 0
                && (last < 0 || _slots[slot].Request.At > _slots[last].Request.At))
            {
                last = slot;
            }
        }

        _decoding.Remove(last);
        ref var one = ref _slots[last];
        var made = Drop(last);
        one.Made += (int)made;
        one.PromptTokens = one.Request.Input + one.Made;
        one.PromptLeft = one.PromptTokens;
        one.StartedAtStep = -1;
        _preemptions++;

        // It goes to the head of the line.
        _waiting.Enqueue(last);
        for (var i = 1; i < _waiting.Count; i++)
        {
            _waiting.Enqueue(_waiting.Dequeue());
        }
    }

    /// <summary>Takes a decoding sequence's keys out of the count; returns the tokens it got since it started to decode.</summary>
    private double Drop(int slot)
    {
        ref var one = ref _slots[slot];
        var made = (_steps - one.StartedAtStep) * _rules.TokensPerStep;
        _decodeKeys = Math.Max(0, _decodeKeys - one.PromptTokens - made);
        _promised -= one.Promised;
        return Math.Min(made, one.Request.Output - one.Made - 1);
    }

    private void Leave<TWatcher>(int slot, IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        ref var one = ref _slots[slot];
        var late = _step.Engine.RequestS;
        var later = one.Request.Output - 1;
        var gathered = later > 0 ? (_now - one.FirstTokenAt) * Math.Min(1, _step.Engine.DeliverySteps / later) : 0;
        watcher.Finished(new FinishedRequest(one.Request, one.FirstTokenAt + gathered + late, _now + late));
        load.Finished(_now + late);
        one = default;
        one.StartedAtStep = -1;
        _free.Push(slot);
    }

    private struct Slot
    {
        public Request Request;
        public double FirstTokenAt;
        public double Promised;
        public long StartedAtStep;
        public int PromptTokens;
        public int PromptLeft;
        public int Made;
    }
}
