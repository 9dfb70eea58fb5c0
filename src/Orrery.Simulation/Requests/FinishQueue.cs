namespace Orrery.Simulation.Requests;

/// <summary>Decoding sequences by the step that yields their last token, soonest first; equal ones in no order that matters.</summary>
internal sealed class FinishQueue
{
    private long[] _steps = new long[64];
    private int[] _slots = new int[64];

    public int Count { get; private set; }

    /// <summary>The step that the next sequence ends in; only while there is one.</summary>
    public long Next => _steps[0];

    /// <summary>All sequences, in no order.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, Count);

    public void Add(long step, int slot)
    {
        if (Count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * Count);
            Array.Resize(ref _slots, 2 * Count);
        }

        var at = Count++;
        while (at > 0 && _steps[(at - 1) / 2] > step)
        {
            (_steps[at], _slots[at]) = (_steps[(at - 1) / 2], _slots[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        (_steps[at], _slots[at]) = (step, slot);
    }

    public int Take()
    {
        var slot = _slots[0];
        Count--;
        Sink(0, _steps[Count], _slots[Count]);
        return slot;
    }

    /// <summary>Takes out one sequence, wherever it is; it must be there.</summary>
    public void Remove(int slot)
    {
        var at = Array.IndexOf(_slots, slot, 0, Count);
        Count--;
        var (step, moved) = (_steps[Count], _slots[Count]);
        while (at > 0 && _steps[(at - 1) / 2] > step)
        {
            (_steps[at], _slots[at]) = (_steps[(at - 1) / 2], _slots[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        Sink(at, step, moved);
    }

    private void Sink(int at, long step, int slot)
    {
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _steps[child + 1] < _steps[child])
            {
                child++;
            }

            if (_steps[child] >= step)
            {
                break;
            }

            (_steps[at], _slots[at]) = (_steps[child], _slots[child]);
            at = child;
        }

        (_steps[at], _slots[at]) = (step, slot);
    }
}
