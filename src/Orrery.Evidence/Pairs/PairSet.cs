namespace Orrery.Evidence.Pairs;

/// <summary>A measured run and what was predicted of it, both in tokens a second and chip.</summary>
public sealed record PairMember(string Id, PairSetup Setup, double Measured, double Predicted);

/// <summary>Two members of a set; the ratio is of the second over the first.</summary>
public sealed record Pair(PairKind Kind, PairMember First, PairMember Second)
{
    public double Measured => Second.Measured / First.Measured;

    public double Predicted => Second.Predicted / First.Predicted;

    /// <summary>Predicted ratio over measured ratio, less one.</summary>
    public double Error => (Predicted / Measured) - 1;

    /// <summary>How many times the chips.</summary>
    public double Growth => Second.Setup.Chips / (double)First.Setup.Chips;
}

/// <summary>Members that differ in one thing only, each in it from every other; no measurement is in it twice.</summary>
public sealed record PairSet(PairKind Kind, IReadOnlyList<PairMember> Members)
{
    private const double Tied = 1e-9;

    public int PairCount => Members.Count * (Members.Count - 1) / 2;

    /// <summary>Fewer chips first, the plainer recompute or wider format first, else what ran slower first.</summary>
    public IEnumerable<Pair> Pairs()
    {
        for (var i = 0; i < Members.Count; i++)
        {
            for (var j = i + 1; j < Members.Count; j++)
            {
                yield return Rank(Members[i]).CompareTo(Rank(Members[j])) <= 0
                    ? new Pair(Kind, Members[i], Members[j])
                    : new Pair(Kind, Members[j], Members[i]);
            }
        }
    }

    /// <summary>How much faster the best measured member ran than the one predicted to be best, less one; of several predicted alike, the slowest.</summary>
    public double Regret()
    {
        var predicted = Members.Max(member => member.Predicted);
        var picked = Members.Where(member => member.Predicted >= predicted * (1 - Tied)).Min(member => member.Measured);
        return (Members.Max(member => member.Measured) / picked) - 1;
    }

    /// <summary>Kendall's tau-b of predicted against measured; null with fewer than three members or where all measured alike.</summary>
    public double? RankCorrelation() =>
        Members.Count < 3 ? null : KendallTau.Of([.. Members.Select(member => member.Measured)], [.. Members.Select(member => member.Predicted)]);

    private double Rank(PairMember member) => Kind switch
    {
        PairKind.Recompute => (double)member.Setup.Strategy.Recompute,
        PairKind.Precision => (double)member.Setup.Precision,
        PairKind.Scale => member.Setup.Chips,
        _ => member.Measured,
    };
}
