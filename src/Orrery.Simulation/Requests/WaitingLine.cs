namespace Orrery.Simulation.Requests;

/// <summary>Requests that wait, by slot: first come first served, except for those that go back to the head.</summary>
internal sealed class WaitingLine
{
    private int[] _ring = new int[64];
    private int _head;

    public int Count { get; private set; }

    public int Peek => _ring[_head];

    public void Add(int slot)
    {
        Grow();
        _ring[(_head + Count++) & (_ring.Length - 1)] = slot;
    }

    public void AddFirst(int slot)
    {
        Grow();
        _head = (_head - 1) & (_ring.Length - 1);
        _ring[_head] = slot;
        Count++;
    }

    public int Take()
    {
        var slot = _ring[_head];
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return slot;
    }

    private void Grow()
    {
        if (Count < _ring.Length)
        {
            return;
        }

        var wider = new int[2 * Count];
        _ring.AsSpan(_head).CopyTo(wider);
        _ring.AsSpan(0, _head).CopyTo(wider.AsSpan(_ring.Length - _head));
        (_ring, _head) = (wider, 0);
    }
}
