namespace Orrery.Planning.Training;

/// <summary>How a search knows that nothing better exists: every strategy of the space is evaluated or ruled out for a reason.</summary>
/// <param name="Strategies">What the space holds.</param>
/// <param name="Evaluated">Of them, those whose time and memory were computed.</param>
/// <param name="RuledOut">The others, by reason.</param>
/// <param name="Layouts">Layouts looked into, each as one.</param>
/// <param name="IsComplete">False where the search was stopped before every strategy was accounted for.</param>
/// <param name="FastestLeft">Where it was stopped: seconds that nothing left to look at can beat.</param>
public sealed record SearchProof(
    UInt128 Strategies, UInt128 Evaluated, IReadOnlyDictionary<RuledOut, UInt128> RuledOut, long Layouts, bool IsComplete, double? FastestLeft)
{
    /// <summary>Strategies accounted for.</summary>
    public UInt128 Accounted => RuledOut.Values.Aggregate(Evaluated, (sum, count) => sum + count);
}
