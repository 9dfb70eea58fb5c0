using System.Numerics;
using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Costs;

/// <summary>
/// Recompute policies by what they cover: those that run the same ops again are one. Each is its parent and a few ops more, so the
/// seconds and bytes of all of them are a few additions each.
/// </summary>
internal sealed class PolicyTable
{
    private readonly Recompute[] _keys;
    private readonly Entry[] _entries;

    /// <param name="policies">The policies of the space.</param>
    /// <param name="sample">The costs of any shard: what it lists under recompute modules, every shard does.</param>
    public PolicyTable(IReadOnlyList<Recompute> policies, in LayerCost sample)
    {
        _keys = new Recompute[sample.Modules.Count];
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] = sample.Modules[i].Module;
        }

        Policies = policies.Count;
        var entries = new List<Entry>();
        foreach (var group in policies.GroupBy(policy => (Covered: Covered(policy), Special: policy & (Recompute.Full | Recompute.AlternateLayers | Recompute.AlternateGemms))))
        {
            var covered = group.Key.Covered;
            var parent = -1;
            for (var i = 0; i < entries.Count; i++)
            {
                if ((entries[i].Covered & ~covered) == 0 && (parent < 0 || BitOperations.PopCount(entries[i].Covered) > BitOperations.PopCount(entries[parent].Covered)))
                {
                    parent = i;
                }
            }

            var more = parent < 0 ? covered : covered & ~entries[parent].Covered;
            entries.Add(new Entry(group.MinBy(policy => BitOperations.PopCount((uint)policy)), covered, parent, [.. Enumerable.Range(0, _keys.Length).Where(bit => (more & (1u << bit)) != 0)]));
        }

        _entries = [.. entries];
    }

    /// <summary>Policies of the space, and those of them that differ.</summary>
    public int Policies { get; }

    public int Count => _entries.Length;

    public Recompute this[int index] => _entries[index].Policy;

    /// <summary>Writes, for each policy, seconds run again and bytes of all layers kept.</summary>
    /// <param name="body">One micro-batch of all layers, exchanges included.</param>
    /// <param name="inputBytes">Bytes of all layers' inputs.</param>
    public void Fill(in LayerCost body, double inputBytes, Span<double> again, Span<double> kept, Span<double> working)
    {
        var all = 0.0;
        for (var i = 0; i < _keys.Length; i++)
        {
            all += body.Modules[i].Bytes;
        }

        var forward = body.Forward.Total;
        for (var p = 0; p < _entries.Length; p++)
        {
            ref readonly var entry = ref _entries[p];
            double seconds = 0, saved = 0;
            if (entry.Parent >= 0)
            {
                // Parents without special rules come first, so theirs are plain sums.
                (seconds, saved) = (again[entry.Parent], all - kept[entry.Parent]);
            }

            foreach (var key in entry.More)
            {
                var module = body.Modules[key];
                seconds += module.Forward;
                saved += module.Bytes;
            }

            again[p] = seconds;
            kept[p] = all - saved;
            working[p] = 0;
        }

        for (var p = 0; p < _entries.Length; p++)
        {
            var policy = _entries[p].Policy;
            if ((policy & Recompute.AlternateGemms) != 0)
            {
                again[p] += body.Forward[StepPart.Gemm] / 2;
            }

            if ((policy & Recompute.AlternateLayers) != 0)
            {
                again[p] += forward / 2;
                kept[p] = (kept[p] + inputBytes) / 2;
            }

            if ((policy & Recompute.Full) != 0)
            {
                kept[p] = inputBytes;
                working[p] = all;
            }
        }
    }

    private uint Covered(Recompute policy)
    {
        var covered = 0u;
        for (var i = 0; i < _keys.Length; i++)
        {
            covered |= policy.Covers(_keys[i]) ? 1u << i : 0;
        }

        return covered;
    }

    private readonly record struct Entry(Recompute Policy, uint Covered, int Parent, int[] More);
}
