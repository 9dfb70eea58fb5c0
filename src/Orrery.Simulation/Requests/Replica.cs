using Orrery.Analysis.Serving;
using Orrery.Domain.Software;

namespace Orrery.Simulation.Requests;

/// <summary>
/// One replica of a serving engine, step by step on the same step times as the closed form: requests wait for room, prompts are
/// computed in chunks beside decoding or before it, sequences decode together until they end.
/// </summary>
/// <remarks>
/// Steps in which only decoding happens are taken many at once: until a sequence ends, a request arrives or the cache runs out, a
/// step's time changes with the growing caches only, and the time of the middle one stands for all. Tokens are counted by steps, so
/// a sequence costs a constant amount of work however long it is.
/// Whoever drives it takes requests in and lets it go on, always at the earliest time at which anything happens (<see cref="NextAt"/>).
/// </remarks>
public sealed partial class Replica
{
    private readonly ServingStep _step;
    private readonly ServingMemory _memory;
    private readonly ReplicaRules _rules;
    private readonly int _index;
    private readonly double _stepTokens;
    private readonly double _mostSequences;
    private readonly double _queries;
    private readonly double[] _groupPrompts; // prompt tokens that each attention-data-parallel group has yet to compute
    private readonly double[] _groupTokens; // of those, in the step under way
    private readonly PrefixCache? _prefixes;
    private readonly FinishQueue _decoding = new();
    private readonly WaitingLine _waiting = new();
    private readonly List<int> _prefilling = [];
    private readonly Stack<int> _free = new();
    private Slot[] _slots = new Slot[64];
    private int _used;
    private double _now;
    private long _steps;
    private double _decodeKeys; // cached tokens of decoding sequences
    private double _promised; // bytes of cache promised or in use, except what decoding adds
    private HeldBy _heldBy;
    private Doing _doing;
    private Plan _plan;
    private ReplicaSample _sample;

    /// <param name="queries">Tokens that a decoding sequence computes a step: one, and as many as are drafted.</param>
    /// <param name="index">Its place among the replicas of a pool.</param>
    public Replica(ServingStep step, ServingMemory memory, ReplicaRules rules, double queries = 1, int index = 0)
    {
        (_step, _memory, _rules, _queries, _index) = (step, memory, rules, queries, index);
        Room = memory.CacheRoom.Value * memory.Groups;
        _groupPrompts = new double[memory.Groups];
        _groupTokens = new double[memory.Groups];
        _stepTokens = rules.StepTokens > 0 ? rules.StepTokens : step.Engine.StepTokens;
        _mostSequences = rules.Sequences > 0 ? rules.Sequences : step.Engine.Sequences * memory.Groups;
        _prefixes = rules.BlockTokens > 0 ? new PrefixCache() : null;
    }

    private enum Doing
    {
        Nothing,

        /// <summary>Between steps: requests that arrive now may still join the next.</summary>
        Pausing,
        Prompts,
        Decoding,
    }

    /// <summary>Steps of decoding taken, each one counted.</summary>
    public long Steps => _steps;

    public long Preemptions { get; private set; }

    /// <summary>Seconds since the start.</summary>
    public double Now => _now;

    /// <summary>When it next has something to do: a step ends or begins; infinity where it has no request.</summary>
    public double NextAt { get; private set; } = double.PositiveInfinity;

    /// <summary>Requests it has, waiting or running.</summary>
    public int Outstanding => _decoding.Count + _prefilling.Count + _waiting.Count;

    /// <summary>Bytes of cache over all chips' caches that hold different keys.</summary>
    public double Room { get; }

    /// <summary>Bytes of cache in use or promised.</summary>
    public double Used => _promised + (_rules.Caching == CachePolicy.OnDemand ? _decodeKeys * _memory.CachePerToken : 0);

    /// <summary>Runs until the load has no request left and all are done.</summary>
    /// <returns>Requests that no empty cache could hold, and that were turned away.</returns>
    public long Run<TWatcher>(IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        long refused = 0;
        while (true)
        {
            var next = load.NextAt;
            if (next <= NextAt && double.IsFinite(next))
            {
                if (Shorten(next))
                {
                    continue;
                }

                var request = load.Take();
                if (!TryTake(request, request.At))
                {
                    refused++;
                    load.Finished(request.At);
                }
            }
            else if (double.IsFinite(NextAt))
            {
                GoOn(load, ref watcher);
            }
            else
            {
                return refused;
            }
        }
    }

    /// <summary>Ends the decoding steps under way with the one that a request arrives in; later steps may hold it.</summary>
    /// <param name="at">When it arrives, not after <see cref="NextAt"/>.</param>
    /// <returns>Whether the steps now end before that, and whatever follows them comes first.</returns>
    public bool Shorten(double at)
    {
        if (_doing != Doing.Decoding || _plan.IsShortened || _plan.Steps <= 1 || NextAt <= at)
        {
            return false;
        }

        _plan.Steps = Math.Clamp((long)Math.Ceiling((at - _now) / _plan.Each), 1, _plan.Steps);
        _plan.Each = MeanDecodeStep(_plan.Steps);
        _plan.IsShortened = true;
        NextAt = _now + (_plan.Steps * _plan.Each);
        return NextAt < at;
    }

    /// <summary>Whether an empty cache has room for a request.</summary>
    public bool Holds(in Request request) => _memory.SequenceBytes(request.Input + OutputOf(request)) <= _memory.CacheRoom.Value;

    /// <summary>Takes a request into the line.</summary>
    /// <param name="at">Now; after the request arrived where it was elsewhere before.</param>
    /// <param name="isComputed">Its prompt is computed and its keys have come with it: it has its first token and goes on to decode.</param>
    /// <returns>False where no empty cache could hold it.</returns>
    public bool TryTake(in Request request, double at, bool isComputed = false)
    {
        if (!Holds(request))
        {
            return false;
        }

        var slot = _free.TryPop(out var empty) ? empty : _used++;
        if (slot == _slots.Length)
        {
            Array.Resize(ref _slots, 2 * slot);
        }

        _slots[slot] = new Slot
        {
            Request = request,
            PromptTokens = request.Input,
            PromptLeft = isComputed ? 0 : request.Input - request.Cached,
            Made = isComputed ? 1 : 0,
            FirstTokenAt = isComputed ? at : 0,
        };
        _waiting.Add(slot);
        if (_doing == Doing.Nothing)
        {
            _now = Math.Max(_now, at);
            Pause();
        }

        return true;
    }

    /// <summary>Ends the steps under way, or begins the next ones.</summary>
    public void GoOn<TWatcher>(IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        if (_doing == Doing.Pausing)
        {
            Begin();
            return;
        }

        _now = NextAt;
        if (_doing == Doing.Prompts)
        {
            EndPrompts(load, ref watcher);
        }
        else
        {
            _steps += _plan.Steps;
            _decodeKeys += _plan.Steps * _plan.Sequences * _rules.TokensPerStep;
        }

        Finish(load, ref watcher);
        watcher.Stepped(_sample with { To = _now });
        Pause();
    }

    /// <summary>Tokens that it is this replica's to yield.</summary>
    private int OutputOf(in Request request) => _rules.HandsOver ? 1 : request.Output;

    private void Pause()
    {
        _doing = Doing.Pausing;
        NextAt = _now;
    }

    private void Begin()
    {
        Admit();
        var before = Preemptions;
        if (_prefilling.Count > 0)
        {
            PlanPrompts();
        }
        else if (_decoding.Count > 0)
        {
            PlanDecoding();
        }
        else
        {
            _doing = Doing.Nothing;
            NextAt = double.PositiveInfinity;
            return;
        }

        _sample = new ReplicaSample(_now, NextAt, _decoding.Count + _prefilling.Count, _waiting.Count, Used, Preemptions - before) { Replica = _index, HeldBy = _heldBy };
    }

    /// <summary>Lets requests in, first come first served, while there is room.</summary>
    private void Admit()
    {
        _heldBy = HeldBy.Nothing;
        while (_waiting.Count > 0)
        {
            if (_decoding.Count + _prefilling.Count >= _mostSequences)
            {
                _heldBy = HeldBy.Sequences;
                return;
            }

            var slot = _waiting.Peek;
            ref var one = ref _slots[slot];
            var need = _rules.Caching == CachePolicy.Reserved
                ? _memory.SequenceBytes(one.Request.Input + OutputOf(one.Request))
                : _memory.SequenceBytes(one.PromptTokens + 1);
            if (Used + need > Room && _decoding.Count + _prefilling.Count > 0)
            {
                _heldBy = HeldBy.Cache;
                return;
            }

            _waiting.Take();
            if (_prefixes is not null && one.PromptLeft > 0 && one.Request.Blocks is { } blocks)
            {
                Reuse(ref one, blocks); // before its room is promised: what it finds must not make way for it
            }

            one.Promised = need;
            _promised += need;
            if (one.PromptLeft == 0)
            {
                Decode(slot, one.Request.Output - one.Made);
                continue;
            }

            one.Group = Array.IndexOf(_groupPrompts, _groupPrompts.Min());
            _groupPrompts[one.Group] += one.PromptLeft;
            _prefilling.Add(slot);
        }
    }

    /// <summary>Finds the blocks of a prompt that are still there; at least one token is left to compute.</summary>
    private void Reuse(ref Slot one, long[] blocks)
    {
        TrimPrefixes();
        one.Held = _prefixes!.Hold(blocks);
        var found = (int)Math.Min(one.PromptTokens - 1, (long)one.Held * _rules.BlockTokens);
        one.PromptLeft = one.PromptTokens - found;
        if (one.Made == 0)
        {
            one.Request = one.Request with { Cached = found };
        }
    }

    private void TrimPrefixes() => _prefixes!.Trim(Math.Floor(Math.Max(0, Room - Used) / (_rules.BlockTokens * _memory.CachePerToken)));

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
        foreach (var slot in _decoding.Slots)
        {
            if (last < 0 || _slots[slot].Request.At > _slots[last].Request.At || (_slots[slot].Request.At == _slots[last].Request.At && slot < last))
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
        Preemptions++;
        _waiting.AddFirst(last);
    }

    /// <summary>Takes a decoding sequence's keys out of the count; returns the tokens it got since it started to decode.</summary>
    private double Drop(int slot)
    {
        ref var one = ref _slots[slot];
        var made = (_steps - one.StartedAtStep) * _rules.TokensPerStep;
        _decodeKeys = Math.Max(0, _decodeKeys - one.PromptTokens - made);
        _promised -= one.Promised;
        Release(ref one);
        return Math.Min(made, one.Request.Output - one.Made - 1);
    }

    private void Release(ref Slot one)
    {
        if (one.Held > 0)
        {
            _prefixes!.Release(one.Request.Blocks.AsSpan(0, one.Held));
            one.Held = 0;
            TrimPrefixes();
        }
    }

    private void Leave<TWatcher>(int slot, IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        ref var one = ref _slots[slot];
        Release(ref one);
        var late = _rules.HandsOver ? 0 : _step.Engine.RequestS;
        var later = OutputOf(one.Request) - 1;
        var gathered = later > 0 ? (_now - one.FirstTokenAt) * Math.Min(later - 1, _step.Engine.DeliverySteps) / later : 0;
        watcher.Finished(new FinishedRequest(one.Request, one.FirstTokenAt + gathered + late, _now + late) { Replica = _index });
        load.Finished(_now + late);
        one = default;
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
        public int Held;
        public int Group;
    }
}
