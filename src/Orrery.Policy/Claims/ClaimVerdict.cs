using Orrery.Policy.Claims.Expressions;
using Orrery.Policy.Claims.Measures;

namespace Orrery.Policy.Claims;

public enum Verdict
{
    Supported,
    Refuted,
    Depends,
    Untestable,
}

/// <summary>A number of a claim.</summary>
public sealed record ClaimNumber(string Name, Measured Measured);

/// <summary>One case, judged.</summary>
/// <param name="Flips">The number whose range decides; empty where none does.</param>
public sealed record CaseVerdict(string Name, Verdict Verdict, Verdict AtValues, string Flips);

/// <summary>Where a sweep's condition turns.</summary>
/// <param name="At">Null where it holds everywhere, or nowhere.</param>
/// <param name="HoldsBelow">Whether it holds below the boundary, or everywhere where there is none.</param>
public sealed record Boundary(ClaimSweep Sweep, double? At, bool HoldsBelow);

/// <summary>What became of a claim.</summary>
/// <param name="Trouble">Why it could not be computed; empty where it could.</param>
public sealed record ClaimVerdict(
    Claim Claim, Verdict Verdict, IReadOnlyList<CaseVerdict> Cases, IReadOnlyList<Boundary> Boundaries, IReadOnlyList<ClaimNumber> Numbers, string Trouble)
{
    /// <summary>Takes every measure, then judges every case at the values and at the ends of the ranges.</summary>
    public static ClaimVerdict Of(Claim claim, ClaimContext context)
    {
        try
        {
            var numbers = TakeAll(claim, context, out var values);
            var cases = claim.Cases.Select(one => Judge(one, values)).ToList();
            var boundaries = claim.Sweeps.Select(sweep => Solve(sweep, values)).ToList();
            return new ClaimVerdict(claim, cases.Count + boundaries.Count == 0 ? Verdict.Untestable : Together(cases, boundaries), cases, boundaries, numbers, "");
        }
        catch (Domain.MissingFactException missing)
        {
            return new ClaimVerdict(claim, Verdict.Untestable, [], [], [], missing.Message);
        }
    }

    private static List<ClaimNumber> TakeAll(Claim claim, ClaimContext context, out Dictionary<string, Interval> values)
    {
        var numbers = claim.Measures.Select(entry => new ClaimNumber(entry.Key, entry.Value.Take(context))).ToList();
        values = numbers.ToDictionary(number => number.Name, number => number.Measured.Number, StringComparer.Ordinal);
        foreach (var (name, expression) in claim.Derived)
        {
            values[name] = expression.Evaluate(values);
            numbers.Add(new ClaimNumber(name, new Measured(values[name], "", "of the numbers above")));
        }

        return numbers;
    }

    private static CaseVerdict Judge(ClaimCase one, IReadOnlyDictionary<string, Interval> values)
    {
        var (supported, refuted) = (one.SupportedWhen.Evaluate(values), (one.RefutedWhen ?? new Not(one.SupportedWhen)).Evaluate(values));
        var atValues = supported.AtValues ? Verdict.Supported : refuted.AtValues ? Verdict.Refuted : Verdict.Depends;
        var verdict = supported.Always ? Verdict.Supported : refuted.Always ? Verdict.Refuted : Verdict.Depends;
        var names = one.SupportedWhen.Names.Concat(one.RefutedWhen?.Names ?? []).Distinct().Where(name => !values[name].IsExact);
        return new CaseVerdict(one.Name, verdict, atValues, verdict == Verdict.Depends ? names.MaxBy(name => values[name].Width) ?? "" : "");
    }

    /// <summary>Halves the interval until the boundary is known to a thousandth; a condition may turn once only.</summary>
    private static Boundary Solve(ClaimSweep sweep, IReadOnlyDictionary<string, Interval> values)
    {
        bool Holds(double x) => sweep.Condition.Evaluate(new Dictionary<string, Interval>(values, StringComparer.Ordinal) { [sweep.Variable] = Interval.Of(x) }).AtValues;
        var (low, high) = (sweep.From, sweep.To);
        var atLow = Holds(low);
        if (atLow == Holds(high))
        {
            return new Boundary(sweep, null, atLow);
        }

        while (high - low > 1e-4 * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            var middle = (low + high) / 2;
            (low, high) = Holds(middle) == atLow ? (middle, high) : (low, middle);
        }

        return new Boundary(sweep, (low + high) / 2, atLow);
    }

    private static Verdict Together(List<CaseVerdict> cases, List<Boundary> boundaries)
    {
        if (cases.Count == 0)
        {
            return boundaries.All(boundary => boundary.At is null) ? (boundaries.All(boundary => boundary.HoldsBelow) ? Verdict.Supported : Verdict.Refuted) : Verdict.Depends;
        }

        var verdicts = cases.Select(one => one.Verdict).Distinct().ToList();
        return verdicts.Count == 1 ? verdicts[0] : Verdict.Depends;
    }
}
