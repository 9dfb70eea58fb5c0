using Orrery.Catalog;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Policy.Claims.Expressions;
using Orrery.Policy.Claims.Measures;

namespace Orrery.Policy.Claims;

/// <summary>Reads the claims of a folder, one file each.</summary>
public static class ClaimReader
{
    /// <summary>Every claim, in the order of file names; what is wrong in any file is said at once.</summary>
    /// <param name="catalog">Which the measures' names must be in.</param>
    /// <exception cref="InvalidInputException">Some file is wrong.</exception>
    public static IReadOnlyList<Claim> ReadFolder(string folder, OrreryCatalog catalog)
    {
        var (claims, findings) = (new List<Claim>(), new DiagnosticList());
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            try
            {
                claims.Add(ReadFile(path, catalog));
            }
            catch (InvalidInputException invalid)
            {
                findings.AddRange(invalid.Diagnostics);
            }
        }

        findings.ThrowOnErrors();
        return claims;
    }

    /// <exception cref="InvalidInputException">The file is wrong; every finding is in it.</exception>
    public static Claim ReadFile(string path, OrreryCatalog catalog) => MappingReader.ReadFile(path, root => Read(root, Path.GetFileNameWithoutExtension(path), catalog));

    private static Claim Read(MappingReader root, string file, OrreryCatalog catalog)
    {
        var id = root.Text("id");
        if (id.Length > 0 && id != file)
        {
            root.Error("id", DiagnosticCode.IdMismatch, $"the id is '{id}', expected the file's name '{file}'");
        }

        var measures = root.OptionalMapping("measures") is { } all ? all.Keys.Select(name => KeyValuePair.Create(name, MeasureReader.Read(all.Mapping(name), catalog))).ToList() : [];
        var known = measures.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var derived = new List<KeyValuePair<string, Expression>>();
        if (root.OptionalMapping("derived") is { } made)
        {
            foreach (var name in made.Keys)
            {
                derived.Add(KeyValuePair.Create(name, Parsed(made, name, known, ExpressionParser.Arithmetic, expression => expression.Names) ?? new Constant(double.NaN)));
                known.Add(name);
            }
        }

        var cases = root.Mappings("cases", "name").Select(one => Case(one, one.Text("name"), known)).ToList();
        if (root.Has("supported_when"))
        {
            cases.Insert(0, Case(root, "", known));
        }

        var claim = new Claim
        {
            Id = id,
            Text = root.Text("text"),
            Speaker = root.Text("speaker"),
            Document = root.Text("document"),
            OutOfReach = root.OptionalText("out_of_reach") ?? "",
            Measures = measures,
            Derived = derived,
            Cases = cases,
            Sweeps = [.. root.Mappings("sweeps", "variable").Select(sweep => Sweep(sweep, known))],
            DependsOn = root.OptionalText("depends_on") ?? "",
            Because = root.OptionalText("because") ?? "",
        };
        if (claim.Cases.Count == 0 && claim.Sweeps.Count == 0 && claim.OutOfReach.Length == 0)
        {
            root.Error("supported_when", DiagnosticCode.MissingKey, "the claim is judged by nothing, expected 'supported_when', 'cases' or 'sweeps'", "or 'out_of_reach', with why no simulator can tell");
        }

        return claim;
    }

    private static ClaimCase Case(MappingReader from, string name, HashSet<string> known) => new(
        name,
        Parsed(from, "supported_when", known, ExpressionParser.Condition, condition => condition.Names) ?? Never,
        from.Has("refuted_when") ? Parsed(from, "refuted_when", known, ExpressionParser.Condition, condition => condition.Names) : null);

    private static ClaimSweep Sweep(MappingReader sweep, HashSet<string> known)
    {
        var variable = sweep.Text("variable");
        return new ClaimSweep(
            variable, sweep.OptionalText("unit") ?? "", Number(sweep, "from"), Number(sweep, "to"),
            Parsed(sweep, "holds_when", [.. known, variable], ExpressionParser.Condition, condition => condition.Names) ?? Never);
    }

    private static double Number(MappingReader from, string key)
    {
        var text = from.Text(key);
        if (double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        if (text.Length > 0)
        {
            from.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected a number");
        }

        return 0;
    }

    private static readonly Condition Never = new Expressions.Comparison("<", new Constant(1), new Constant(0));

    /// <summary>What a text means over names that are known; null, with the finding noted, where it means nothing.</summary>
    private static T? Parsed<T>(MappingReader from, string key, HashSet<string> known, Func<string, T> parse, Func<T, IEnumerable<string>> names) where T : class
    {
        var text = from.Text(key);
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            var found = parse(text);
            foreach (var name in names(found).Distinct().Where(name => !known.Contains(name)))
            {
                var near = Spelling.Closest(name, known);
                from.Error(key, DiagnosticCode.UnknownName, $"'{key}' speaks of '{name}', expected one of {string.Join(", ", known)}", near is null ? "" : $"did you mean '{near}'?");
                return null;
            }

            return found;
        }
        catch (FormatException wrong)
        {
            from.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}': {wrong.Message}");
            return null;
        }
    }
}
