namespace Orrery.Evidence.Ablation;

/// <summary>Errors of the whole formula, and of the formula without each effect.</summary>
public sealed record AblationReport(AblationErrors Before, IReadOnlyList<AblatedEffect> Effects);

/// <summary>What the rows say of an effect once everything else was fitted anew.</summary>
public enum AblationVerdict
{
    /// <summary>Rows are predicted worse without it, whatever is fitted anew.</summary>
    Needed,

    /// <summary>What is left makes up for it, or too few groups of rows show it.</summary>
    Undecided,

    /// <summary>Rows are predicted better without it.</summary>
    BetterWithout,
}

/// <param name="Dropped">With the effect left out and everything else as it was.</param>
/// <param name="Refitted">With everything else fitted anew.</param>
/// <param name="StandardErrors">How far the fit's loss over the rows is above that with the effect, after the new fit.</param>
public sealed record AblatedEffect(string Name, string How, AblationErrors Dropped, AblationErrors Refitted, double StandardErrors)
{
    /// <summary>Standard errors within which a change says nothing.</summary>
    public const double Room = 2;

    public AblationVerdict Verdict =>
        StandardErrors > Room ? AblationVerdict.Needed : StandardErrors < -Room ? AblationVerdict.BetterWithout : AblationVerdict.Undecided;
}

/// <summary>Errors by class of row.</summary>
public sealed record AblationErrors(IReadOnlyDictionary<string, ErrorSummary> ByClass, ErrorSummary Whole)
{
    public const string All = "all";

    public ErrorSummary this[string name] => name == All ? Whole : ByClass[name];

    internal static AblationErrors Of(IReadOnlyList<string> classes, IReadOnlyList<double> errors)
    {
        ErrorSummary Sum(IEnumerable<(string Class, double Error)> rows) => ErrorSummary.Of(rows.Select(row => new ValidationRow("", "", "", 1, 1 + row.Error, [])));
        List<(string Class, double Error)> rows = [.. classes.Zip(errors)];
        return new AblationErrors(
            new SortedDictionary<string, ErrorSummary>(rows.GroupBy(row => row.Class).ToDictionary(group => group.Key, group => Sum(group)), StringComparer.Ordinal), Sum(rows));
    }
}
