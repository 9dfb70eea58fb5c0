namespace Orrery.Evidence.Pairs;

/// <summary>How well differences are predicted: ratios of pairs, order and choice within sets.</summary>
/// <param name="Sets">Every set, by kind.</param>
/// <param name="Pairs">Every pair once.</param>
/// <param name="Kinds">One summary a line of the table.</param>
public sealed record PairReport(IReadOnlyList<PairSet> Sets, IReadOnlyList<Pair> Pairs, IReadOnlyList<PairSummary> Kinds)
{
    /// <summary>Growth in chips from which a scaling pair says something about exchanges across many servers.</summary>
    public const double FarGrowth = 8;

    public static PairReport Of(IEnumerable<PairMember> members)
    {
        var sets = PairFinder.Find(members);
        var pairs = PairFinder.Pairs(sets);
        var kinds = new List<PairSummary>();
        foreach (var kind in Enum.GetValues<PairKind>())
        {
            List<Pair> ofKind = [.. pairs.Where(pair => pair.Kind == kind)];
            kinds.Add(PairSummary.Of(Word(kind), ofKind, [.. sets.Where(set => set.Kind == kind)]));
            if (kind == PairKind.Scale)
            {
                kinds.Add(PairSummary.Of("scale, 8x chips or more", [.. ofKind.Where(pair => pair.Growth >= FarGrowth)], []));
            }
        }

        return new PairReport(sets, pairs, kinds);
    }

    /// <summary>Pairs whose ratio is furthest off; those of strategy and recompute stand under their own kind where they have one.</summary>
    public IEnumerable<Pair> Worst(int count) => Pairs
        .Where(pair => pair.Kind != PairKind.Plan || !Pairs.Any(other => other.Kind < PairKind.Plan && Same(pair, other)))
        .OrderByDescending(pair => Math.Abs(pair.Error)).ThenBy(pair => pair.First.Id, StringComparer.Ordinal).ThenBy(pair => pair.Second.Id, StringComparer.Ordinal)
        .Take(count);

    public static string Word(PairKind kind) => kind switch
    {
        PairKind.Plan => "strategy and recompute",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static bool Same(Pair one, Pair other) =>
        (one.First.Id == other.First.Id && one.Second.Id == other.Second.Id) || (one.First.Id == other.Second.Id && one.Second.Id == other.First.Id);
}

/// <summary>One kind of pair, summed up.</summary>
/// <param name="RankCorrelation">Kendall's tau-b of sets of three or more, mean weighted by their pairs; null where there is none.</param>
/// <param name="RankedSets">How many sets that is of.</param>
/// <param name="MeanRegret">Over all sets; null where there is none.</param>
public sealed record PairSummary(
    string Name, int Pairs, double MedianError, double P90Error, double MedianBias, int Sets, int RankedSets, double? RankCorrelation, double? MeanRegret, double? WorstRegret)
{
    internal static PairSummary Of(string name, IReadOnlyList<Pair> pairs, IReadOnlyList<PairSet> sets)
    {
        double[] signed = [.. pairs.Select(pair => pair.Error).Order()];
        double[] absolute = [.. signed.Select(Math.Abs).Order()];
        double At(double[] errors, double q) => errors.Length == 0 ? double.NaN : ErrorSummary.Quantile(errors, q);

        var ranked = sets.Select(set => (Tau: set.RankCorrelation(), Weight: (double)set.PairCount)).Where(set => set.Tau is not null).ToList();
        double[] regrets = [.. sets.Select(set => set.Regret())];
        return new PairSummary(
            name, pairs.Count, At(absolute, 0.5), At(absolute, 0.9), At(signed, 0.5), sets.Count, ranked.Count,
            ranked.Count == 0 ? null : ranked.Sum(set => set.Tau!.Value * set.Weight) / ranked.Sum(set => set.Weight),
            regrets.Length == 0 ? null : regrets.Average(), regrets.Length == 0 ? null : regrets.Max());
    }
}
