using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Evidence.Calibration.Kernels;

namespace Orrery.Evidence.Calibration.Collectives;

/// <summary>A fitted reach as a catalog file writes it.</summary>
internal static class ReachText
{
    /// <summary>Adds every value of the reach under a path; curves that were not fitted as they were.</summary>
    /// <param name="kept">Values of the file that the fit started from, by path.</param>
    /// <param name="wrap">How a fitted value is written; null for the bare value.</param>
    public static void AddTo(
        CatalogText values, string path, CollectiveReach reach, IReadOnlyList<ReachOutcome> outcomes, IReadOnlyDictionary<string, CatalogValue> kept,
        Func<string, string>? wrap = null)
    {
        wrap ??= text => text;
        var moved = outcomes.SelectMany(outcome => outcome.Fit.Variables).ToDictionary(variable => variable.Name, StringComparer.Ordinal);
        Add(ReachCurve.Common, path);
        foreach (var curve in ReachCurve.All.Where(curve => curve.Get(reach) is not null))
        {
            if (outcomes.Any(outcome => outcome.Curves.Contains(curve.Name)))
            {
                Add(curve, $"{path}.{curve.Name}");
                continue;
            }

            foreach (var value in kept.Values.Where(value => value.Path.StartsWith($"{path}.{curve.Name}.", StringComparison.Ordinal)))
            {
                values.Keep(value);
            }
        }

        void Add(ReachCurve curve, string at)
        {
            var reached = curve.In(reach);
            foreach (var field in KernelFitPlan.ReachFields.Where(field => curve.Name.Length > 0 || field.Name != "pair_loss"))
            {
                var value = ReachFit.Value(reached, field.Name);
                var variable = moved.GetValueOrDefault(curve.Name.Length > 0 ? $"{curve.Name}.{field.Name}" : field.Name);
                if (variable is { Determination: not Determination.Undetermined })
                {
                    values.Add($"{at}.{field.Name}", wrap(field.Text(value)));
                }
                else if (curve.Name.Length > 0 && (kept.GetValueOrDefault($"{at}.{field.Name}") ?? kept.GetValueOrDefault($"{path}.{field.Name}")) is { } was)
                {
                    values.Add($"{at}.{field.Name}", CatalogText.Kept(was)); // its own, or what operations without their own follow
                }
                else if (variable is not null)
                {
                    values.Add($"{at}.{field.Name}", CatalogText.Assumed(field.Text(value), field.Text(variable.Low), field.Text(variable.High)));
                }
                else if (field.Name != "pair_loss" || value > 0)
                {
                    values.Add($"{at}.{field.Name}", wrap(field.Text(value)));
                }
            }

            if (reached.Crowding > 0 && kept.TryGetValue($"{at}.crowding", out var crowding))
            {
                values.Keep(crowding);
            }
        }
    }
}
