using Orrery.Analysis.Serving;
using Orrery.Domain.Software;

namespace Orrery.Simulation.Requests;

/// <content>What the next steps compute, how long they take, and what they leave.</content>
public sealed partial class Replica
{
    /// <summary>
    /// One step that computes prompts, and decodes beside them where the engine mixes. With pipeline stages it is that of as many micro-batches as
    /// have work, which follow each other through the stages; a prompt is in one of them, and each computes no more tokens than a step may.
    /// </summary>
    private void PlanPrompts()
    {
        var mixes = _rules.Batching == BatchPolicy.ChunkedPrefill;
        while (mixes && GrowsCache && _decoding.Count > 0 && StepsThatFit() < 1)
        {
            Preempt();
        }

        var sequences = mixes ? _decoding.Count : 0;
        var stages = _rules.Stages;
        var budget = Math.Max(1, Math.Floor(_stepTokens - (sequences * _queries / (_groupTokens.Length * stages))));
        double tokens = 0, pairs = 0, keys = 0, first = 0, longest = 0;
        var taken = 0;
        var groupsLeft = _groupTokens.Length;
        Array.Clear(_groupTokens);
        foreach (var slot in _prefilling)
        {
            ref var one = ref _slots[slot];
            double chunk = Math.Min(one.PromptLeft, Math.Min(budget, (budget * stages) - _groupTokens[one.Group]));
            if (chunk < 1)
            {
                continue; // its group has all it can take in this step
            }

            double before = one.PromptTokens - one.PromptLeft;
            tokens += chunk;
            pairs += (chunk * before) + (chunk * (chunk + 1) / 2);
            keys += before + chunk;
            one.PromptLeft -= (int)chunk;
            first += one.PromptLeft == 0 ? 1 : 0;
            taken++;
            _groupPrompts[one.Group] -= chunk;
            _groupTokens[one.Group] += chunk;
            longest = Math.Max(longest, chunk);
            groupsLeft -= _groupTokens[one.Group] >= budget * stages ? 1 : 0;
            if (groupsLeft == 0)
            {
                break;
            }
        }

        var turns = Math.Max(1, Math.Min(stages, sequences + taken));
        NextAt = _now + _step.Seconds(new StepLoad(
            (double)sequences / turns, sequences > 0 ? _decodeKeys / turns : 0, Math.Max(1, (double)taken / turns), tokens / turns, pairs / turns, keys / turns, first / turns)
        {
            BusiestShare = tokens > 0 ? Math.Max(longest * turns, _groupTokens.Max()) / tokens : 0,
        });
        _doing = Doing.Prompts;
        _plan = new Plan { Sequences = sequences };
    }

    private void EndPrompts<TWatcher>(IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        if (_rules.Batching == BatchPolicy.ChunkedPrefill)
        {
            _steps++;
            _decodeKeys += _plan.Sequences * _rules.TokensPerStep;
        }

        // Prompts that are not done stay, in their order.
        var kept = 0;
        for (var i = 0; i < _prefilling.Count; i++)
        {
            var slot = _prefilling[i];
            if (_slots[slot].PromptLeft == 0)
            {
                FirstToken(slot, load, ref watcher);
            }
            else
            {
                _prefilling[kept++] = slot;
            }
        }

        _prefilling.RemoveRange(kept, _prefilling.Count - kept);
    }

    private void FirstToken<TWatcher>(int slot, IRequestLoad load, ref TWatcher watcher) where TWatcher : struct, IRequestWatcher
    {
        ref var one = ref _slots[slot];
        if (one.Made == 0)
        {
            one.FirstTokenAt = _now;
            one.Made = 1;
        }

        if (_prefixes is not null && one.Request.Blocks is { } blocks)
        {
            _prefixes.Publish(blocks.AsSpan(one.Held));
            one.Held = blocks.Length;
        }

        var left = OutputOf(one.Request) - one.Made;
        if (left == 0)
        {
            _promised -= one.Promised;
            Leave(slot, load, ref watcher);
            return;
        }

        Decode(slot, left);
    }

    /// <summary>Lets a sequence decode from the next step on.</summary>
    private void Decode(int slot, int left)
    {
        ref var one = ref _slots[slot];
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

    /// <summary>As many steps of decoding alone as pass before a sequence ends or the cache is full.</summary>
    private void PlanDecoding()
    {
        var steps = Math.Max(1, _decoding.Next - _steps);
        if (GrowsCache)
        {
            var fit = StepsThatFit();
            while (fit < 1 && _decoding.Count > 1)
            {
                Preempt();
                fit = StepsThatFit();
            }

            steps = Math.Max(1, Math.Min(Math.Min(steps, fit), _decoding.Next - _steps));
        }

        _plan = new Plan { Sequences = _decoding.Count, Steps = steps };
        _plan.Each = MeanDecodeStep(steps);
        NextAt = _now + (steps * _plan.Each);
        _doing = Doing.Decoding;
    }

    /// <summary>Whether sequences that decode take more of the cache with every step.</summary>
    private bool GrowsCache => _rules.Caching == CachePolicy.OnDemand && _memory.CachePerToken > 0;

    private long StepsThatFit() => (long)((Room - Used) / (_decoding.Count * _rules.TokensPerStep * _memory.CachePerToken));

    private double MeanDecodeStep(long steps)
    {
        var sequences = _plan.Sequences;
        var turns = Math.Max(1, Math.Min(_rules.Stages, sequences));
        return _step.Seconds(new StepLoad((double)sequences / turns, (_decodeKeys + (sequences * _rules.TokensPerStep * (steps - 1) / 2)) / turns));
    }

    private struct Plan
    {
        public int Sequences;
        public long Steps;
        public double Each;
        public bool IsShortened;
    }
}
