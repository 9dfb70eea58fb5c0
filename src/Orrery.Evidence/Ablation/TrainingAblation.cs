using Orrery.Catalog;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Ablation;

/// <summary>Leaves effects out of the training step one by one: what that does to the errors, and what a new fit makes good.</summary>
public static class TrainingAblation
{
    /// <param name="tell">Told the share that is done.</param>
    public static AblationReport Run(OrreryCatalog catalog, string planPath, string rowsPath, string rulesPath, Action<double>? tell = null)
    {
        var plan = FitPlan.Load(planPath);
        var cases = TrainingCalibration.Cases(catalog, plan, rowsPath, rulesPath);
        return Run(plan, cases, Effects.All, tell);
    }

    internal static AblationReport Run(FitPlan plan, IReadOnlyList<TrainingCase> cases, IReadOnlyList<Effect> effects, Action<double>? tell = null)
    {
        var all = Enumerable.Range(0, cases.Count).ToArray();
        string[] classes = [.. cases.Select(TrainingValidation.ClassOf)];
        var fit = new TrainingFit(plan, cases);
        var whole = fit.Run(all);
        var values = fit.Values(whole.Point);
        var before = AblationErrors.Of(classes, [.. fit.Errors(whole.Point, all).Select(row => row.Error)]);
        var losses = fit.Losses(whole.Point, all).ToArray();
        var found = new List<AblatedEffect>();
        foreach (var effect in effects)
        {
            var without = new TrainingFit(AblatedPlan.Of(plan, effect, values), cases) { Rest = effect.Rest };
            double[] point = [.. without.Free.Select(parameter => Math.Log(values.GetValueOrDefault(parameter, parameter.Prior)))];
            var refitted = without.Run(all).Point;
            AblationErrors At(double[] at) => AblationErrors.Of(classes, [.. without.Errors(at, all).Select(row => row.Error)]);
            var more = without.Losses(refitted, all).Select((loss, row) => (Group: TrainingFit.GroupOf(cases[row]), More: loss - losses[row]));
            found.Add(new AblatedEffect(effect.Name, effect.How, At(point), At(refitted), StandardErrors(more)));
            tell?.Invoke(found.Count / (double)effects.Count);
        }

        return new AblationReport(before, found);
    }

    /// <summary>
    /// How many standard errors the summed change is above nothing, a group of rows counting as one observation: rows of one
    /// table are not independent. Equation: <c>sum_g D_g / sqrt(sum_g D_g^2)</c>, with D_g the change summed over group g.
    /// </summary>
    internal static double StandardErrors(IEnumerable<(string Group, double More)> changes)
    {
        double[] groups = [.. changes.GroupBy(row => row.Group, row => row.More).Select(group => group.Sum())];
        var spread = Math.Sqrt(groups.Sum(change => change * change));
        return spread > 0 ? groups.Sum() / spread : 0;
    }
}
