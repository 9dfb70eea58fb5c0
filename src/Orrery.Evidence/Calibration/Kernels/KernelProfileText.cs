using System.Globalization;
using System.Text;
using Orrery.Catalog;
using Orrery.Evidence.Calibration.Collectives;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>A fitted kernel profile as a catalog file.</summary>
public static class KernelProfileText
{
    private static readonly string[] Order =
        ["gemm", "prefill", "mla_prefill", "decode", "mla_decode", "moe", "streaming", "quantize", "exchange", "scale_up_reach"];

    /// <summary>The file's text: what was fitted as measured, what was not as the profile has it that the fit started from.</summary>
    /// <param name="id">The profile's id, which is the file's name.</param>
    /// <param name="source">The id of the entry in sources.yaml that says what it was fitted on.</param>
    public static string Of(OrreryCatalog catalog, string id, string source, KernelCalibrationResult result)
    {
        var kept = catalog.Describe(CatalogKind.Kernels, result.From.Id)
            .Where(value => value.Path.Contains('.', StringComparison.Ordinal)).ToDictionary(value => value.Path, StringComparer.Ordinal);
        var values = new CatalogText();
        foreach (var section in Order)
        {
            var fitted = result.Kernels.Where(kernel => kernel.Section == section).ToDictionary(kernel => kernel.Key, StringComparer.Ordinal);
            var others = kept.Values.Where(value => value.Path.StartsWith(section + ".", StringComparison.Ordinal)).ToList();
            if (section == "scale_up_reach" && result.Collectives.Count > 0)
            {
                ReachText.AddTo(values, section, result.Profile.ScaleUpReach!, result.Collectives, kept);
                continue;
            }

            var isFlat = others.Count > 0 && others[0].Path.Split('.').Length == 2 && fitted.Count == 0;
            if (isFlat)
            {
                others.ForEach(values.Keep);
                continue;
            }

            var keys = fitted.Keys.Concat(others.Select(value => value.Path.Split('.')[1])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            foreach (var key in keys)
            {
                var own = others.Where(value => value.Path.Split('.')[1] == key).ToList();
                if (!fitted.TryGetValue(key, out var kernel))
                {
                    own.ForEach(values.Keep);
                    continue;
                }

                foreach (var value in kernel.Values)
                {
                    var path = $"{section}.{key}.{value.Name}";
                    values.Add(path, value.Determination != Determination.Undetermined ? value.Text
                        : kept.TryGetValue(path, out var was) ? CatalogText.Kept(was) : CatalogText.Assumed(value.Text, value.Low, value.High));
                }

                own.Where(value => value.Confidence is null).ToList().ForEach(values.Keep); // what the form switches
            }
        }

        var rows = result.Kernels.Sum(kernel => kernel.Rows) + result.Collectives.Sum(one => one.Rows);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"id: {id}\nname: {SourceText.Quoted($"{result.Chip.Name} kernels, as measured")}\nsource: {source}\nconfidence: measured\n")
            .Append(CultureInfo.InvariantCulture, $"notes: {SourceText.Quoted($"Fitted by 'orrery calibrate kernels' to {rows} rows of {string.Join(", ", result.Files.Select(Path.GetFileName))}; values with a source of their own are those of '{result.From.Id}'; fractions refer to the peaks and the bandwidth of '{result.Chip.Id}'")}\n\n");
        return text.Append(values.Text()).ToString();
    }
}
