using System.Globalization;

namespace Orrery.Evidence.Pairs;

/// <summary>Finds the sets of measured runs that differ in one thing only.</summary>
public static class PairFinder
{
    /// <summary>Every set of two or more, by kind, each in the order of its members' ids; a set or pair published again in another release counts once.</summary>
    public static IReadOnlyList<PairSet> Find(IEnumerable<PairMember> members)
    {
        var distinct = Distinct(members);
        var sets = new List<PairSet>();
        var seen = new Fingerprints();
        foreach (var kind in Enum.GetValues<PairKind>())
        {
            var found = distinct.SelectMany(member => member.Setup.Masked(kind).Select(key => (key, member)))
                .GroupBy(entry => entry.key, entry => entry.member)
                .Select(set => set.ToList()).Where(set => set.Count > 1)
                .OrderByDescending(set => set.Count).ThenBy(set => set[0].Id, StringComparer.Ordinal);
            sets.AddRange(found.Where(set => seen.IsNew(kind, set)).Select(set => new PairSet(kind, set)));
        }

        return sets;
    }

    /// <summary>Pairs of all sets, each pair of measurements once a kind.</summary>
    public static IReadOnlyList<Pair> Pairs(IEnumerable<PairSet> sets)
    {
        var seen = new Fingerprints();
        return [.. sets.SelectMany(set => set.Pairs()).Where(pair => seen.IsNew(pair.Kind, [pair.First, pair.Second]))];
    }

    /// <summary>Rows alike in everything are one run: the first id stands for it with the geometric mean of what was measured.</summary>
    private static List<PairMember> Distinct(IEnumerable<PairMember> members) =>
    [
        .. members.OrderBy(member => member.Id, StringComparer.Ordinal).GroupBy(member => member.Setup).Select(same =>
        {
            var values = same.Select(member => member.Measured).Distinct().ToList();
            return same.First() with { Measured = values.Count == 1 ? values[0] : Math.Exp(values.Average(Math.Log)) };
        }),
    ];

    /// <summary>
    /// What was run and measured, whatever the release that prints it: equal for what is published again, even where one of the
    /// two tables leaves a lesser setting out.
    /// </summary>
    private sealed class Fingerprints
    {
        private readonly Dictionary<object, int> _numbers = [];
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public bool IsNew(PairKind kind, IEnumerable<PairMember> members) =>
            _seen.Add($"{kind} {string.Join('|', members.Select(Number).Order())}");

        private int Number(PairMember member)
        {
            var run = member.Setup;
            var key = (run.Source, run.Model, run.Chip, run.Chips, run.Batch, run.Sequence, run.Precision, member.Measured.ToString("G5", CultureInfo.InvariantCulture));
            return _numbers.TryGetValue(key, out var number) ? number : _numbers[key] = _numbers.Count;
        }
    }
}
