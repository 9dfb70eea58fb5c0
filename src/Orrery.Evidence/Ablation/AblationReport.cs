namespace Orrery.Evidence.Ablation;

/// <summary>Errors of the whole formula, and of the formula without each effect.</summary>
public sealed record AblationReport(AblationErrors Before, IReadOnlyList<AblatedEffect> Effects)
{
    /// <summary>Rise of a class's mean error that a reader would notice: half a percentage point.</summary>
    public const double Notable = 0.005;

    public AblationVerdict Verdict(AblatedEffect effect) =>
        effect.StandardErrors > AblatedEffect.Room ? AblationVerdict.Needed
        : effect.StandardErrors < -AblatedEffect.Room ? AblationVerdict.BetterWithout
        : Before.ByClass.Any(one => effect.Refitted[one.Key].MeanApe - one.Value.MeanApe > Notable) ? AblationVerdict.FewGroups
        : AblationVerdict.Undecided;
}

/// <summary>What the rows say of an effect once everything else was fitted anew.</summary>
public enum AblationVerdict
{
    /// <summary>Rows are predicted worse without it, whatever is fitted anew.</summary>
    Needed,

    /// <summary>A class of rows is predicted worse without it, but too few groups of rows make that up to be sure.</summary>
    FewGroups,

    /// <summary>What is left makes up for it: the rows cannot decide.</summary>
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
