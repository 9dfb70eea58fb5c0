using System.Text;

namespace Orrery.Evidence.Calibration;

/// <summary>Entries of a catalog's sources.yaml for values that a calibration wrote.</summary>
public static class SourceText
{
    /// <summary>The entry of one calibration: what was fitted on which files, and when that was measured where somebody says.</summary>
    public static string Entry(string id, string verb, IEnumerable<string> files, string? date)
    {
        var text = new StringBuilder();
        text.Append(id).Append(":\n  citation: ").Append(Quoted($"Fitted by 'orrery {verb}' to {string.Join(", ", files)}")).Append('\n');
        if (date is not null)
        {
            text.Append("  date: \"").Append(date).Append("\"\n");
        }

        return text.Append("  checked: true\n").ToString();
    }

    /// <summary>A list with the entry added, or in the place of the one of its id.</summary>
    public static string With(string list, string id, string entry)
    {
        var kept = new StringBuilder();
        var inside = false;
        foreach (var line in list.Split('\n'))
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            {
                inside = line.TrimEnd() == id + ":";
            }

            if (!inside)
            {
                kept.Append(line).Append('\n');
            }
        }

        var before = kept.ToString().TrimEnd('\n');
        return (before.Length > 0 ? before + "\n" : "") + entry;
    }

    /// <summary>Text between double quotes as YAML has them.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                _ when char.IsControl(letter) => " ",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
