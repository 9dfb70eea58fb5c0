using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Policy.Claims;
using Orrery.Policy.Statements;

namespace Orrery.Cli.Claims;

/// <summary>Verdicts for people.</summary>
internal static class ClaimsText
{
    /// <param name="isFull">Every number of every claim; else a line a claim.</param>
    public static void Write(Screen screen, IReadOnlyList<ClaimVerdict> verdicts, bool isFull, string command)
    {
        screen.Line(screen.Bold(Summary(verdicts)));
        if (isFull)
        {
            foreach (var verdict in verdicts)
            {
                Full(screen, verdict);
            }
        }
        else
        {
            Table(verdicts, raw: false).WriteTo(screen, indent: 2);
            screen.Line("  'orrery claims ID' shows a claim's numbers, where they come from, and the commands that give them again.");
        }

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    public static string Summary(IReadOnlyList<ClaimVerdict> verdicts) =>
        $"{verdicts.Count} claim{(verdicts.Count == 1 ? "" : "s")}: " + string.Join(", ", Enum.GetValues<Verdict>().Select(kind => (kind, Count: verdicts.Count(verdict => verdict.Verdict == kind)))
            .Where(entry => entry.Count > 0).Select(entry => $"{entry.Count} {Word(entry.kind)}")) + ".";

    public static Table Table(IReadOnlyList<ClaimVerdict> verdicts, bool raw)
    {
        var table = raw
            ? new Table(new Column("id"), new Column("verdict"), new Column("boundary"), new Column("text"), new Column("speaker"), new Column("document"))
            : new Table(new Column("claim"), new Column("verdict"), new Column("what it says"), new Column("on what it turns"));
        foreach (var verdict in verdicts)
        {
            table.Add(raw
                ? [verdict.Claim.Id, Word(verdict.Verdict), Boundary(verdict), verdict.Claim.Text, verdict.Claim.Speaker, verdict.Claim.Document]
                : [verdict.Claim.Id, Word(verdict.Verdict), verdict.Claim.Text, Boundary(verdict)]);
        }

        return table;
    }

    /// <summary>On what a claim turns, and where: cases that differ, sweeps' boundaries, ranges that decide.</summary>
    public static string Boundary(ClaimVerdict verdict)
    {
        if (verdict.Trouble.Length > 0)
        {
            return "could not be computed: " + verdict.Trouble;
        }

        var parts = new List<string>();
        if (verdict.Cases.Any(one => one.Verdict != verdict.Cases[0].Verdict))
        {
            parts.Add((verdict.Claim.DependsOn.Length > 0 ? verdict.Claim.DependsOn + ": " : "") + string.Join("; ", verdict.Cases.GroupBy(one => one.Verdict)
                .Select(group => $"{Word(group.Key)} {(group.Key == Verdict.Depends ? "on a range" : "")} for {string.Join(", ", group.Select(one => one.Name))}".Replace("  ", " ", StringComparison.Ordinal))));
        }

        parts.AddRange(verdict.Cases.Where(one => one.Verdict == Verdict.Depends && one.Flips.Length > 0).Select(one =>
            $"{(one.Name.Length > 0 ? one.Name + ": " : "")}{Word(one.AtValues)} at the catalog's values, turned by the range of {Readable(one.Flips)}"));
        parts.AddRange(verdict.Cases.Where(one => one.Verdict == Verdict.Depends && one.Flips.Length == 0).Select(one => $"{(one.Name.Length > 0 ? one.Name + ": " : "")}between what would support and what would refute it"));
        parts.AddRange(verdict.Boundaries.Select(Said));
        if (parts.Count == 0 && verdict.Verdict == Verdict.Untestable)
        {
            parts.Add(verdict.Claim.OutOfReach);
        }

        return string.Join("; ", parts);
    }

    public static void Inconsistencies(Screen screen, IReadOnlyList<Inconsistency> found)
    {
        screen.Line(screen.Bold($"{found.Count} things in the documents do not fit together, or not with the catalog."));
        foreach (var one in found)
        {
            screen.Line($"  {one.Kind} ({string.Join(", ", one.Statements.Select(statement => statement.Document).Distinct())}): {one.Says}.");
        }

        screen.Heading("Again");
        screen.Line("  ./orrery claims --inconsistencies");
    }

    public static Table Inconsistencies(IReadOnlyList<Inconsistency> found)
    {
        var table = new Table(new Column("kind"), new Column("documents"), new Column("says"), new Column("statements"));
        foreach (var one in found)
        {
            table.Add(one.Kind, string.Join(' ', one.Statements.Select(statement => statement.Document).Distinct()), one.Says, string.Join(' ', one.Statements.Select(statement => statement.Id)));
        }

        return table;
    }

    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static void Full(Screen screen, ClaimVerdict verdict)
    {
        var claim = verdict.Claim;
        screen.Heading($"{claim.Id}: {Word(verdict.Verdict)}");
        screen.Line($"  {claim.Text} ({claim.Speaker}, {claim.Document})");
        if (Boundary(verdict) is { Length: > 0 } boundary)
        {
            screen.Line($"  Turns on: {boundary}.");
        }

        if (claim.Because.Length > 0)
        {
            screen.Line($"  {claim.Because}");
        }

        if (claim.OutOfReach.Length > 0 && verdict.Verdict != Verdict.Untestable)
        {
            screen.Line($"  Out of reach: {claim.OutOfReach}");
        }

        if (verdict.Numbers.Count > 0)
        {
            var table = new Table(new Column("number"), new Column("value", Align.Right), new Column("range"), new Column("unit"), new Column("from"));
            foreach (var number in verdict.Numbers)
            {
                var value = number.Measured.Number;
                table.Add(Readable(number.Name), Text(value.Value), value.IsExact ? "" : $"{Text(value.Low)} to {Text(value.High)}", number.Measured.Unit, number.Measured.From);
            }

            table.WriteTo(screen, indent: 2);
        }

        foreach (var line in verdict.Numbers.Select(number => number.Measured.Command).Where(text => text.Length > 0).Distinct())
        {
            screen.Line("    " + line);
        }
    }

    private static string Said(Boundary boundary)
    {
        var (sweep, unit) = (boundary.Sweep, boundary.Sweep.Unit.Length > 0 ? " " + boundary.Sweep.Unit : "");
        var name = Readable(sweep.Variable);
        return boundary.At is { } at
            ? $"true {(boundary.HoldsBelow ? "up to" : "from")} {name} {Text(at)}{unit}, not {(boundary.HoldsBelow ? "beyond" : "below")}"
            : $"{(boundary.HoldsBelow ? "true" : "not true")} at every {name} from {Text(sweep.From)} to {Text(sweep.To)}{unit}";
    }

    private static string Readable(string name) => name.Replace('_', ' ');

    private static string Text(double value) => double.IsPositiveInfinity(value) ? "no number" : double.IsNegativeInfinity(value) ? "-"
        : Math.Abs(value) is >= 1990 and < 2100 ? value.ToString("0.0", CultureInfo.InvariantCulture) : Number.Text(value);
}
