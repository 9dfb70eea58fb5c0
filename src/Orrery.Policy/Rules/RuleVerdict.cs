using Orrery.Comparison.Paper;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;

namespace Orrery.Policy.Rules;

/// <summary>Whether a test, a clause or a rule is met.</summary>
public enum Outcome
{
    NotMet,

    /// <summary>At one end of the catalog's range it is, at the other not.</summary>
    Depends,

    /// <summary>The catalog lacks a fact that would decide.</summary>
    Unknown,
    Met,

    /// <summary>The rule does not speak of chips, or not of single ones.</summary>
    NotApplicable,
}

/// <summary>One figure held against one threshold.</summary>
/// <param name="Figure">Null where the catalog lacks it.</param>
/// <param name="Missing">The fact that is lacking.</param>
public sealed record TestVerdict(RuleTest Test, ChipFigure? Figure, string Missing, Outcome Outcome)
{
    /// <summary>The figure over the threshold, less one; null where there is no figure.</summary>
    public double? Margin => Figure?.Value / Test.Threshold.Value - 1;
}

/// <summary>A clause: as met as the least met of its tests.</summary>
public sealed record ClauseVerdict(RuleClause Clause, IReadOnlyList<TestVerdict> Tests, Outcome Outcome);

/// <summary>What one rule makes of one chip.</summary>
/// <param name="Clauses">In the rule's order.</param>
/// <param name="Outcome">As met as the most met of its clauses.</param>
public sealed record RuleVerdict(ExportRule Rule, Chip Chip, IReadOnlyList<ClauseVerdict> Clauses, Outcome Outcome)
{
    /// <summary>The clause that decides; null where no clause speaks.</summary>
    public ClauseVerdict? Decisive => Clauses.FirstOrDefault(clause => clause.Outcome == Outcome);

    /// <summary>Holds every clause against the chip's figures, at their values and at both ends.</summary>
    public static RuleVerdict Of(ExportRule rule, Chip chip)
    {
        if (rule.Subject != RuleSubject.Chips || rule.Clauses.Count == 0)
        {
            return new RuleVerdict(rule, chip, [], Outcome.NotApplicable);
        }

        var clauses = rule.Clauses.Select(clause => Judge(clause, chip)).ToList();
        return new RuleVerdict(rule, chip, clauses, clauses.Max(clause => clause.Outcome));
    }

    private static ClauseVerdict Judge(RuleClause clause, Chip chip)
    {
        var tests = clause.Tests.Select(test => Judge(test, chip)).ToList();
        // Any test that fails settles it; a lacking fact leaves more open than a range does.
        var outcome = tests.Exists(test => test.Outcome == Outcome.NotMet) ? Outcome.NotMet
            : tests.Exists(test => test.Outcome == Outcome.Unknown) ? Outcome.Unknown
            : tests.Exists(test => test.Outcome == Outcome.Depends) ? Outcome.Depends
            : Outcome.Met;
        return new ClauseVerdict(clause, tests, outcome);
    }

    private static TestVerdict Judge(RuleTest test, Chip chip)
    {
        if (ChipFigures.Of(chip, test.Quantity, out var missing) is not { } figure)
        {
            return new TestVerdict(test, null, missing, Outcome.Unknown);
        }

        // The threshold's own range, where the text is from memory, counts against the figure's.
        var (low, high) = test.Sense == TestSense.Below
            ? (Meets(test, figure.High, test.Threshold.Low), Meets(test, figure.Low, test.Threshold.High))
            : (Meets(test, figure.Low, test.Threshold.High), Meets(test, figure.High, test.Threshold.Low));
        return new TestVerdict(test, figure, "", low ? Outcome.Met : high ? Outcome.Depends : Outcome.NotMet);
    }

    private static bool Meets(RuleTest test, double figure, double threshold) => test.Sense switch
    {
        TestSense.AtLeast => figure >= threshold,
        TestSense.Above => figure > threshold,
        _ => figure < threshold,
    };
}
