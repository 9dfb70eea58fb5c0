namespace Orrery.Domain.Strategies;

/// <summary>The kinds of group that ranks are dealt to.</summary>
public enum RankAxis
{
    Tensor,
    Context,
    Expert,
    Data,
    Pipeline,
}

/// <summary>
/// In which order groups take the ranks, innermost first: <c>tp-cp-ep-dp-pp</c> puts the ranks of a tensor-parallel group side by
/// side and those of a pipeline farthest apart. Outside experts the order of tp, cp, dp and pp counts; inside, that of expert-TP
/// (in tp's place), ep, the ranks that replicate an expert (in dp's) and pp.
/// </summary>
public readonly record struct RankOrder
{
    private static readonly RankAxis[][] Permutations = [.. Permute([RankAxis.Tensor, RankAxis.Context, RankAxis.Expert, RankAxis.Data, RankAxis.Pipeline])];
    private static readonly string[] Names = ["tp", "cp", "ep", "dp", "pp"];

    private readonly byte _index;

    private RankOrder(int index) => _index = (byte)index;

    /// <summary>All 120 of them; the first is the default, <c>tp-cp-ep-dp-pp</c>.</summary>
    public static IReadOnlyList<RankOrder> All { get; } = [.. Enumerable.Range(0, Permutations.Length).Select(index => new RankOrder(index))];

    /// <summary>Innermost first.</summary>
    public ReadOnlySpan<RankAxis> Axes => Permutations[_index];

    /// <summary>The order a text such as <c>tp-cp-ep-dp-pp</c> means; null where it does not name each axis once.</summary>
    public static RankOrder? Parse(string text)
    {
        foreach (var order in All)
        {
            if (order.ToString() == text)
            {
                return order;
            }
        }

        return null;
    }

    public override string ToString() => string.Join('-', Permutations[_index].Select(axis => Names[(int)axis]));

    /// <summary>In lexicographic order, so that the first permutation is the axes as given.</summary>
    private static IEnumerable<RankAxis[]> Permute(RankAxis[] axes)
    {
        if (axes.Length <= 1)
        {
            yield return axes;
            yield break;
        }

        foreach (var first in axes)
        {
            foreach (var rest in Permute([.. axes.Where(axis => axis != first)]))
            {
                yield return [first, .. rest];
            }
        }
    }
}
