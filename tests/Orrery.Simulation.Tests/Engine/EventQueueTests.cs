using FsCheck;
using FsCheck.Fluent;
using Orrery.Simulation.Engine;
using Xunit;

namespace Orrery.Simulation.Tests.Engine;

public sealed class EventQueueTests
{
    [Fact]
    public void Events_come_in_order_of_time_and_then_of_scheduling() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            times =>
            {
                // Few different times, so that many tie.
                var queue = new EventQueue<int>(capacity: 1);
                for (var i = 0; i < times.Length; i++)
                {
                    queue.Schedule(new Instant(times[i] % 8), i);
                }

                var expected = Enumerable.Range(0, times.Length).OrderBy(i => times[i] % 8).ThenBy(i => i);
                return Drain(queue).SequenceEqual(expected);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Events_that_are_scheduled_on_the_way_keep_the_order()
    {
        var queue = new EventQueue<(int Depth, int Which)>();
        queue.Schedule(Instant.Start, (0, 0));
        var seen = new List<long>();
        while (queue.TryNext(out var what))
        {
            seen.Add(queue.Now.Ticks);
            if (what.Depth < 9)
            {
                queue.After(new Duration((what.Which * 7 % 5) + 1), (what.Depth + 1, (2 * what.Which) + 1));
                queue.After(new Duration(what.Which * 3 % 4), (what.Depth + 1, 2 * what.Which));
            }
        }

        Assert.Equal(1023, seen.Count);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public void The_clock_stands_at_the_last_event()
    {
        var queue = new EventQueue<int>();
        queue.Schedule(new Instant(5), 1);
        Assert.Equal(new Instant(5), queue.NextAt);
        Assert.Equal(Instant.Start, queue.Now);
        Assert.True(queue.TryNext(out _));
        Assert.Equal(new Instant(5), queue.Now);
        Assert.False(queue.TryNext(out _));
        Assert.Throws<InvalidOperationException>(() => queue.NextAt);
    }

    [Fact]
    public void Nothing_is_scheduled_in_the_past()
    {
        var queue = new EventQueue<int>();
        queue.Schedule(new Instant(5), 1);
        queue.TryNext(out _);
        queue.Schedule(new Instant(5), 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Schedule(new Instant(4), 3));
    }

    [Fact]
    public void A_cleared_queue_starts_anew()
    {
        var queue = new EventQueue<int>();
        queue.Schedule(new Instant(5), 1);
        queue.TryNext(out _);
        queue.Schedule(new Instant(6), 2);
        queue.Clear();
        Assert.Equal(0, queue.Count);
        queue.Schedule(Instant.Start, 3);
        Assert.Equal([3], Drain(queue));
    }

    [Fact]
    public void An_event_allocates_nothing()
    {
        var queue = new EventQueue<(int, int)>(capacity: 1024);
        var random = RandomStream.For(1, "delays");
        Hold(queue, ref random, 2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Hold(queue, ref random, 20_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Hold(EventQueue<(int, int)> queue, ref RandomStream random, int events)
    {
        while (queue.Count < 1000)
        {
            queue.After(new Duration(random.NextBelow(1000)), (queue.Count, 0));
        }

        for (var i = 0; i < events && queue.TryNext(out var what); i++)
        {
            queue.After(new Duration((long)random.NextExponential(500)), (what.Item1, i));
        }
    }

    private static List<int> Drain(EventQueue<int> queue)
    {
        var order = new List<int>();
        while (queue.TryNext(out var what))
        {
            order.Add(what);
        }

        return order;
    }
}
