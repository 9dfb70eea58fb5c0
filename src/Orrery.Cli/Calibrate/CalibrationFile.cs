using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Calibration.Kernels;

namespace Orrery.Cli.Calibrate;

/// <summary>A catalog file that a calibration wrote, and the entry that says where its values come from.</summary>
/// <param name="Source">The id of the entry.</param>
/// <param name="Entry">The entry itself.</param>
/// <param name="SourceList">The list that it stands in; null where the file is in no catalog folder, and the entry is left to whoever puts it there.</param>
internal sealed record CalibrationFile(string Path, string Source, string Entry, string? SourceList)
{
    /// <summary>The day that is written into the source's entry: given, since two runs on the same files write the same bytes.</summary>
    public static Option<string?> DateOption()
    {
        var date = new Option<string?>("--date") { Description = "When it was measured, for the source's entry: YYYY-MM-DD", HelpName = "DATE" };
        date.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                result.AddError($"--date is '{result.Tokens[0].Value}', expected YYYY-MM-DD");
            }
        });
        return date;
    }

    public static CalibrationFile Write(string path, string kind, string? date, KernelCalibrationResult result) =>
        Write(path, kind, date, "calibrate kernels", result.Files, (id, source) => KernelProfileText.Of(Tool.OpenCatalog(), id, source, result));

    /// <summary>Writes the file and, where it lies in its folder of a catalog (<c>.../kernels/ID.yaml</c>), the entry of its source.</summary>
    /// <param name="kind">The folder that catalog files of this kind lie in.</param>
    /// <param name="text">The file's text, given its id and its source's.</param>
    public static CalibrationFile Write(
        string path, string kind, string? date, string verb, IReadOnlyList<string> fittedOn, Func<string, string, string> text)
    {
        var id = System.IO.Path.GetFileNameWithoutExtension(path);
        if (!path.EndsWith(".yaml", StringComparison.Ordinal) || !IsId(id))
        {
            throw BadInput.Because(CommandLineCode.BadValue, $"--write is '{path}', expected ID.yaml with an id of a-z, 0-9, '-' and '.'", $"for example my-catalog/{kind}/my-chip.yaml");
        }

        var whole = System.IO.Path.GetFullPath(path);
        var folder = System.IO.Path.GetDirectoryName(whole)!;
        var catalog = IsIn(path, kind) ? System.IO.Path.GetDirectoryName(folder) : null;
        if (catalog is not null && catalog == System.IO.Path.GetFullPath(Tool.CatalogFolder))
        {
            throw BadInput.Because(CommandLineCode.Conflict, "--write names the shipped catalog, expected a folder of your own", $"for example my-catalog/{kind}/{id}.yaml, with ORRERY_CATALOG=my-catalog");
        }

        var source = $"calibrated-{kind}-{id}";
        var entry = SourceText.Entry(source, verb, fittedOn.Select(file => System.IO.Path.GetFileName(file)!), date);
        var content = text(id, source);
        Directory.CreateDirectory(folder);
        var list = catalog is null ? null : System.IO.Path.Combine(catalog, "sources.yaml");
        if (list is not null)
        {
            File.WriteAllText(list, SourceText.With(File.Exists(list) ? File.ReadAllText(list) : "", source, entry));
        }

        File.WriteAllText(whole, content);
        return new CalibrationFile(path, source, entry, list is null
            ? null
            : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path)) ?? "", "sources.yaml"));
    }

    /// <summary>Whether a file lies in a folder of that name, as the files of a catalog do.</summary>
    public static bool IsIn(string path, string kind) =>
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))) == kind;

    public void Show(Screen screen)
    {
        screen.Line();
        screen.Line(SourceList is null ? $"Written: {Path}" : $"Written: {Path}, and its source to {SourceList}");
        if (SourceList is null)
        {
            screen.Line("  In no catalog folder: there it needs this entry in sources.yaml.");
            foreach (var line in Entry.TrimEnd('\n').Split('\n'))
            {
                screen.Line("    " + line);
            }
        }
    }

    private static bool IsId(string text) => text.Length is > 0 and < 100 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.');
}
