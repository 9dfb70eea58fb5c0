using Orrery.Simulation.Requests;
using Xunit;

namespace Orrery.Simulation.Tests.Requests;

/// <summary>The structures of the hot loop against plain ones that are slow and plainly right.</summary>
public sealed class StructureTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(13)]
    [InlineData(64)]
    public void The_earliest_replica_is_the_first_of_those_due_soonest(int count)
    {
        var due = new EarliestReplica(count);
        var plain = Enumerable.Repeat(double.PositiveInfinity, count).ToArray();
        var random = new Random(count);
        for (var i = 0; i < 2000; i++)
        {
            var place = random.Next(count);
            plain[place] = random.Next(5) == 0 ? double.PositiveInfinity : random.Next(20);
            due.Set(place, plain[place]);
            Assert.Equal(plain.Min(), due.At);
            Assert.Equal(double.IsInfinity(plain.Min()) ? due.Place : Array.IndexOf(plain, plain.Min()), due.Place);
        }
    }

    [Fact]
    public void The_line_is_a_queue_with_a_way_back_to_its_head()
    {
        var line = new WaitingLine();
        var plain = new LinkedList<int>();
        var random = new Random(1);
        for (var i = 0; i < 5000; i++)
        {
            if (plain.Count > 0 && random.Next(5) < 2)
            {
                Assert.Equal(plain.First!.Value, line.Peek);
                Assert.Equal(plain.First.Value, line.Take());
                plain.RemoveFirst();
            }
            else if (random.Next(3) == 0)
            {
                line.AddFirst(i);
                plain.AddFirst(i);
            }
            else
            {
                line.Add(i);
                plain.AddLast(i);
            }

            Assert.Equal(plain.Count, line.Count);
        }
    }

    [Fact]
    public void Blocks_are_there_while_held_and_then_as_long_as_they_are_among_those_used_last()
    {
        var cache = new PrefixCache();
        var held = new List<long[]>();
        var idle = new List<long>(); // the one used longest ago first
        var random = new Random(3);
        for (var i = 0; i < 4000; i++)
        {
            if (held.Count > 0 && random.Next(5) < 2)
            {
                var leaving = held[random.Next(held.Count)];
                held.Remove(leaving);
                cache.Release(leaving);
                idle.AddRange(leaving.Reverse().Where(name => !held.Any(other => other.Contains(name))));
                continue;
            }

            if (random.Next(5) == 0)
            {
                var most = random.Next(30);
                cache.Trim(most);
                idle.RemoveRange(0, Math.Max(0, idle.Count - most));
                continue;
            }

            // A prompt of some conversation: blocks shared up to a point.
            var conversation = random.Next(6) * 100L;
            long[] names = [.. Enumerable.Range(0, random.Next(1, 10)).Select(at => conversation + at)];
            var found = cache.Hold(names);
            Assert.Equal(names.TakeWhile(name => idle.Contains(name) || held.Any(other => other.Contains(name))).Count(), found);
            cache.Publish(names.AsSpan(found));
            idle.RemoveAll(names.Contains);
            held.Add(names);
            Assert.Equal(idle.Count, cache.Idle);
            Assert.Equal(held.SelectMany(one => one).Concat(idle).Distinct().Count(), cache.Count);
        }
    }
}
