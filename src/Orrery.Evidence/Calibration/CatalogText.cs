using System.Text;
using Orrery.Catalog;
using Orrery.Domain;

namespace Orrery.Evidence.Calibration;

/// <summary>Builds the nested mappings of a catalog file from values by their dotted paths, in the order in which paths come.</summary>
internal sealed class CatalogText
{
    private readonly List<(string[] Path, string Value)> _values = [];

    /// <param name="path">"gemm.bf16.compute".</param>
    /// <param name="value">The value as YAML writes it on one line.</param>
    public void Add(string path, string value) => _values.Add((path.Split('.'), value));

    /// <summary>A value of another file with its own source and confidence, so that it keeps them here.</summary>
    public void Keep(CatalogValue value) => Add(value.Path, Kept(value));

    public static string Kept(CatalogValue value)
    {
        if (value.Confidence is not { } confidence)
        {
            return value.Text;
        }

        var range = value.LowText.Length > 0 ? $", low: {value.LowText}, high: {value.HighText}" : "";
        var note = value.Note.Length > 0 ? $", note: {SourceText.Quoted(value.Note)}" : "";
        return $"{{ value: {value.Text}{range}, source: {value.Source}, confidence: {confidence.ToString().ToLowerInvariant()}{note} }}";
    }

    /// <summary>A value that nothing determined: assumed, with the range of what is possible.</summary>
    public static string Assumed(string value, string low, string high) =>
        $"{{ value: {value}, low: {low}, high: {high}, confidence: {nameof(Confidence.Assumed).ToLowerInvariant()}, note: \"no row determines it\" }}";

    /// <param name="indent">Spaces before the outermost keys.</param>
    public string Text(int indent = 0)
    {
        var text = new StringBuilder();
        string[] open = [];
        foreach (var (path, value) in _values)
        {
            var shared = 0;
            while (shared < Math.Min(open.Length, path.Length - 1) && open[shared] == path[shared])
            {
                shared++;
            }

            for (var depth = shared; depth < path.Length; depth++)
            {
                text.Append(' ', indent + (2 * depth)).Append(path[depth]).Append(':').Append(depth == path.Length - 1 ? " " + value : "").Append('\n');
            }

            open = path[..^1];
        }

        return text.ToString();
    }
}
