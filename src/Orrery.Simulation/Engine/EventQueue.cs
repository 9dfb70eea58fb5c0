using System.Runtime.CompilerServices;

namespace Orrery.Simulation.Engine;

/// <summary>The clock and what is still to happen: events come out in order of time, those of one instant in the order they went in.</summary>
/// <remarks>
/// A heap of four children a node over one array of structs: no object, callback or boxing per event, and no allocation once the array has
/// grown to the most events that wait at once. An event cannot be withdrawn: give it a number that its target checks when it comes.
/// </remarks>
/// <typeparam name="TEvent">What happens: a small struct, a kind and integer handles.</typeparam>
/// <param name="capacity">Events that may wait before the array grows.</param>
public sealed class EventQueue<TEvent>(int capacity = 64) where TEvent : struct
{
    private const int Children = 4;

    private Waiting[] _heap = new Waiting[Math.Max(capacity, Children)];
    private long _scheduled;

    /// <summary>The time of the event that came out last.</summary>
    public Instant Now { get; private set; }

    /// <summary>Events that wait.</summary>
    public int Count { get; private set; }

    /// <summary>When the next event comes; only while one waits.</summary>
    /// <exception cref="InvalidOperationException">No event waits.</exception>
    public Instant NextAt => Count > 0 ? new Instant(_heap[0].At) : throw new InvalidOperationException("no event waits");

    /// <summary>Lets an event happen at a time that has not passed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time has passed.</exception>
    public void Schedule(Instant at, in TEvent what)
    {
        if (at < Now)
        {
            ThrowPassed(at);
        }

        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        Up(Count++, new Waiting(at.Ticks, _scheduled++, what));
    }

    /// <summary>Lets an event happen so long after now.</summary>
    public void After(Duration delay, in TEvent what) => Schedule(Now + delay, what);

    /// <summary>Takes the next event out and moves the clock to it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryNext(out TEvent what)
    {
        if (Count == 0)
        {
            what = default;
            return false;
        }

        what = _heap[0].What;
        Now = new Instant(_heap[0].At);
        var last = _heap[--Count];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TEvent>())
        {
            _heap[Count] = default;
        }

        if (Count > 0)
        {
            Down(last);
        }

        return true;
    }

    /// <summary>Forgets all events and sets the clock back to the start; keeps the array.</summary>
    public void Clear()
    {
        Array.Clear(_heap, 0, Count);
        (Count, _scheduled, Now) = (0, 0, Instant.Start);
    }

    private void Up(int hole, in Waiting rising)
    {
        var heap = _heap;
        while (hole > 0)
        {
            var parent = (hole - 1) / Children;
            if (!rising.Before(heap[parent]))
            {
                break;
            }

            heap[hole] = heap[parent];
            hole = parent;
        }

        heap[hole] = rising;
    }

    private void Down(in Waiting sinking)
    {
        var heap = _heap;
        var hole = 0;
        while (true)
        {
            var child = (hole * Children) + 1;
            if (child >= Count)
            {
                break;
            }

            var end = Math.Min(child + Children, Count);
            for (var other = child + 1; other < end; other++)
            {
                if (heap[other].Before(heap[child]))
                {
                    child = other;
                }
            }

            if (!heap[child].Before(sinking))
            {
                break;
            }

            heap[hole] = heap[child];
            hole = child;
        }

        heap[hole] = sinking;
    }

    private void ThrowPassed(Instant at) =>
        throw new ArgumentOutOfRangeException(nameof(at), at, $"it is {Now} already");

    private readonly struct Waiting(long at, long order, TEvent what)
    {
        public readonly long At = at;
        public readonly long Order = order;
        public readonly TEvent What = what;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Before(in Waiting other) => At < other.At || (At == other.At && Order < other.Order);
    }
}
