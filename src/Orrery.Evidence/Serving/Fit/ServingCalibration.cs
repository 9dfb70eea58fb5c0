using System.Globalization;
using System.Text;
using Orrery.Catalog;
using Orrery.Evidence.Calibration;

namespace Orrery.Evidence.Serving.Fit;

/// <summary>Fits the serving engines to the measured runs, judges the fit on groups left out, and writes the catalog files.</summary>
public static class ServingCalibration
{
    /// <summary>What came of it: errors with every row fitted, errors of rows whose group was left out, and the engine files.</summary>
    public sealed record Outcome(
        IReadOnlyList<CaseError> Fitted, IReadOnlyList<CaseError> LeftOut, IReadOnlyDictionary<string, string> Files, IReadOnlyList<FittedParameter> Parameters);

    /// <param name="Deviation">Posterior standard deviation of the logarithm: near the prior's, the rows say nothing about it.</param>
    public sealed record FittedParameter(string Engine, string Name, double Value, double Prior, double Deviation, double PriorDeviation);

    public sealed record CaseError(string Id, string Metric, string Group, double Error);

    /// <summary>Runs the fit; <paramref name="folds"/> of 0 leaves the cross-validation out.</summary>
    public static Outcome Run(OrreryCatalog catalog, string planPath, string rowsPath, string rulesPath, int folds)
    {
        var plan = EngineFitPlan.Load(planPath);
        var cases = ServingValidation.Cases(catalog, rowsPath, rulesPath, out _, id => plan.Resolve(id, new Dictionary<EngineFitParameter, double>()))
            .Where(Fittable).ToList();
        var fit = new ServingFit(plan, cases);
        var all = Enumerable.Range(0, cases.Count).ToArray();
        var whole = fit.Run(all, Steps);
        CaseError Named((int Row, string Metric, double Error) e) => new(cases[e.Row].Row.Id, e.Metric, ServingFit.GroupOf(cases[e.Row]), e.Error);

        var leftOut = new List<CaseError>();
        foreach (var fold in Enumerable.Range(0, folds > 1 ? folds : 0))
        {
            var held = all.Where(row => LeftOutResiduals.Dealt(ServingFit.GroupOf(cases[row]), folds) == fold.ToString(CultureInfo.InvariantCulture)).ToHashSet();
            var point = fit.Run([.. all.Where(row => !held.Contains(row))], FoldSteps, whole.Point).Point;
            leftOut.AddRange(fit.Errors(point, held.Order()).Select(Named));
        }

        return new Outcome(
            [.. fit.Errors(whole.Point, all).Select(Named)], leftOut,
            plan.Engines.ToDictionary(engine => engine.Id, engine => Write(engine, fit, whole, cases.Count)),
            [.. fit.Free.Select((p, i) => new FittedParameter(p.Engine, p.Name, Math.Exp(whole.Point[i]), p.Prior, whole.Deviation[i], p.Deviation))]);
    }

    private const int Steps = 6;

    /// <summary>A fold begins where all rows ended.</summary>
    private const int FoldSteps = 3;

    /// <summary>Rows that inform shared physics: complete ones, not those whose own source calls them experimental.</summary>
    private static bool Fittable(ServingCase one) => one.Row.Tier == "A" && !one.Row.Notes.Contains("experimental", StringComparison.OrdinalIgnoreCase)
        && one.Load is not (LoadKind.PrefillOnly or LoadKind.DecodeOnly);

    private static string Write(FitEngine engine, ServingFit fit, LeastSquares.Result result, int rows)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        string Kebab(Enum word) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
        Line($"id: {engine.Id}");
        Line($"name: \"{engine.Name}\"");
        Line($"aliases: [{string.Join(", ", engine.Aliases)}]");
        Line($"source: ORRERY-SERVING-FIT");
        Line($"confidence: estimated");
        if (engine.DefaultFor.Count > 0)
        {
            Line($"default_for: [{string.Join(", ", engine.DefaultFor)}]");
        }

        Line($"batching: {Kebab(engine.Batching)} # {engine.SchedulingNote}");
        Line($"caching: {Kebab(engine.Caching)}");
        Line($"");
        Line($"# Written by 'orrery calibrate serving' from evidence/serving-fit.yaml and {rows} rows of evidence/serving.csv.");
        Line($"# A fitted value's range is two posterior standard deviations; an assumed one keeps the range it was given.");
        Line($"parameters:");
        foreach (var parameter in engine.Parameters)
        {
            var at = fit.Free.ToList().IndexOf(parameter);
            var note = parameter.Note.Length > 0 ? $", note: \"{parameter.Note}\"" : "";
            if (at < 0)
            {
                Line($"  {parameter.Name}: {{ value: {parameter.Prior:G5}, low: {parameter.Low:G5}, high: {parameter.High:G5}, confidence: assumed{note} }}");
                continue;
            }

            var value = Math.Exp(result.Point[at]);
            var spread = Math.Exp(2 * Math.Min(result.Deviation[at], parameter.Deviation));
            Line($"  {parameter.Name}: {{ value: {value:G5}, low: {value / spread:G5}, high: {value * spread:G5}, confidence: estimated{note} }}");
        }

        return text.ToString();
    }
}
