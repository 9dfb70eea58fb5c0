using System.Text;
using System.Text.RegularExpressions;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;

namespace Orrery.Evidence.Calibration.Collectives;

/// <summary>A system's file with what was fitted on one of its tiers, or that part alone.</summary>
public static partial class SystemText
{
    private const string Reach = "reach";
    private const string OfProfile = "kernel_profile";

    /// <summary>The tier's <c>reach:</c> alone.</summary>
    /// <param name="source">The id of the entry in sources.yaml that says what it was fitted on.</param>
    public static string Fragment(OrreryCatalog catalog, string source, CollectiveCalibrationResult result) =>
        $"# For the tier {result.Tier.Name} of {result.System.Id}\n" + ReachBlock(catalog, source, result, indent: 0);

    /// <summary>The system's file with the tier's reach replaced; under another id it keeps its name with a remark, and no aliases.</summary>
    /// <exception cref="InvalidInputException">The file writes its tiers in another form than one key a line.</exception>
    public static string Whole(OrreryCatalog catalog, string id, string source, CollectiveCalibrationResult result)
    {
        var lines = File.ReadAllLines(catalog.PathOf(CatalogKind.Systems, result.System.Id)).ToList();
        var start = lines.FindIndex(line => TierName().Match(line) is { Success: true } tier && tier.Groups[2].Value == result.Tier.Name);
        var indent = start < 0 ? 0 : TierName().Match(lines[start]).Groups[1].Length;
        var end = start < 0 ? -1 : lines.FindIndex(start + 1, line => line.Trim().Length > 0 && Indent(line) < indent);
        end = end < 0 ? lines.Count : end;
        var at = start < 0 ? -1 : lines.FindIndex(start, end - start, line => Indent(line) == indent && line.TrimStart().StartsWith(Reach + ":", StringComparison.Ordinal));
        if (at < 0)
        {
            throw new InvalidInputException(new Diagnostic(
                Severity.Error, DiagnosticCode.BadValue, $"the tier '{result.Tier.Name}' is not written one key a line, so its reach cannot be replaced",
                $"systems/{result.System.Id}.yaml", Hint: "write to a file outside a folder systems/ to get the reach alone"));
        }

        var next = lines.FindIndex(at + 1, line => line.Trim().Length > 0 && Indent(line) <= indent);
        lines.RemoveRange(at, (next < 0 ? lines.Count : next) - at);
        lines.Insert(at, ReachBlock(catalog, source, result, indent).TrimEnd('\n'));
        if (id != result.System.Id)
        {
            Put(lines, "id", id);
            Put(lines, "name", SourceText.Quoted($"{result.System.Name}, as measured"));
            Put(lines, "aliases", "[]");
        }

        var text = new StringBuilder();
        lines.ForEach(line => text.Append(line).Append('\n'));
        return text.ToString();
    }

    private static void Put(List<string> lines, string key, string value)
    {
        var at = lines.FindIndex(line => line.StartsWith(key + ":", StringComparison.Ordinal));
        if (at < 0)
        {
            return;
        }

        var next = lines.FindIndex(at + 1, line => line.Length > 0 && (line[0] is not (' ' or '-')));
        lines.RemoveRange(at, (next < 0 ? lines.Count : next) - at);
        lines.Insert(at, $"{key}: {value}");
    }

    private static string ReachBlock(OrreryCatalog catalog, string source, CollectiveCalibrationResult result, int indent)
    {
        var values = new CatalogText();
        ReachText.AddTo(
            values, Reach, result.Reach, result.Operations, Kept(catalog, result), text => $"{{ value: {text}, source: {source}, confidence: measured }}");
        return values.Text(indent);
    }

    /// <summary>What the tier's reach was, by paths below "reach": its own, or that of the chip's kernel profile.</summary>
    private static Dictionary<string, CatalogValue> Kept(OrreryCatalog catalog, CollectiveCalibrationResult result)
    {
        var own = $"tiers.{result.Tier.Name}.{Reach}";
        var values = catalog.Describe(CatalogKind.Systems, result.System.Id).ToList();
        if (values.Exists(value => value.Path == own && value.Text == OfProfile))
        {
            own = "scale_up_reach";
            values = [.. catalog.Describe(CatalogKind.Kernels, result.System.Chip.KernelProfileId)];
        }

        return values.Where(value => value.Path.StartsWith(own + ".", StringComparison.Ordinal))
            .Select(value => value with { Path = Reach + value.Path[own.Length..] }).ToDictionary(value => value.Path, StringComparer.Ordinal);
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    [GeneratedRegex(@"^(\s*-\s+)name:\s*""?([^""#]+?)""?\s*(?:#.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex TierName();
}
