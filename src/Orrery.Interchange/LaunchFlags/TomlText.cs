using System.Globalization;
using System.Text;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Sections of a TOML file in the order they are opened.</summary>
internal sealed class TomlText
{
    private readonly StringBuilder _lines = new();

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public void Section(string name) => _lines.Append("\n[").Append(name).Append("]\n");

    /// <summary>A value written as TOML.</summary>
    public void Add(string key, string value) => _lines.Append(key).Append(" = ").Append(value).Append('\n');

    public void Add(string key, int value) => Add(key, Number(value));

    public void Add(string key, bool value) => Add(key, value ? "true" : "false");

    public void AddText(string key, string value) => Add(key, "\"" + value + "\"");

    public string Render(IEnumerable<string> comments) => string.Concat(comments.Select(comment => "# " + comment + "\n")) + _lines;
}
