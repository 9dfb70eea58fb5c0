using System.Runtime.CompilerServices;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>What would run again and what would be saved, by the recompute module that holds it; a value, so that adding up layers allocates nothing.</summary>
internal struct ModuleTable
{
    private Entries _entries;
    private int _count;

    /// <summary>Distinct modules seen so far.</summary>
    public readonly int Count => _count;

    public readonly ModuleEntry this[int index] => _entries[index];

    /// <summary>Adds forward seconds, FLOPs and kept bytes under a module.</summary>
    public void Add(Recompute module, double forward, double flops, double bytes)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].Module == module)
            {
                ref var entry = ref _entries[i];
                entry.Forward += forward;
                entry.Flops += flops;
                entry.Bytes += bytes;
                return;
            }
        }

        if (_count == Entries.Capacity)
        {
            throw new InvalidOperationException("more recompute modules than a table holds");
        }

        _entries[_count++] = new ModuleEntry { Module = module, Forward = forward, Flops = flops, Bytes = bytes };
    }

    public void Add(in ModuleTable other, double times)
    {
        for (var i = 0; i < other._count; i++)
        {
            var entry = other._entries[i];
            Add(entry.Module, entry.Forward * times, entry.Flops * times, entry.Bytes * times);
        }
    }

    /// <summary>Seconds and FLOPs that run again under a policy, bytes it saves, and all bytes.</summary>
    public readonly (double Again, double Flops, double SavedBytes, double AllBytes) Sum(Recompute policy)
    {
        double again = 0, flops = 0, saved = 0, all = 0;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var entry = ref _entries[i];
            all += entry.Bytes;
            if (policy.Covers(entry.Module))
            {
                again += entry.Forward;
                flops += entry.Flops;
                saved += entry.Bytes;
            }
        }

        return (again, flops, saved, all);
    }

    [InlineArray(Capacity)]
    private struct Entries
    {
        public const int Capacity = 28;

        private ModuleEntry _first;
    }
}

/// <summary>One module's share of a layer.</summary>
internal struct ModuleEntry
{
    public Recompute Module;
    public double Forward;
    public double Flops;
    public double Bytes;
}

internal static class RecomputeRules
{
    /// <summary>Whether an op under <paramref name="module"/> runs again in the backward pass; one marked so does not where a compiler drops it.</summary>
    public static bool Covers(this Recompute policy, Recompute module) =>
        (module & ~Recompute.WithoutLast) != Recompute.None
        && (policy & (Recompute.Full | (module & ~Recompute.WithoutLast))) != 0
        && !((module & policy).HasFlag(Recompute.WithoutLast));
}
