using System.Globalization;
using System.Text;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence.Calibration;

namespace Orrery.Evidence.Serving.Fit;

/// <summary>Fits the serving engines to the measured runs, judges the fit on groups left out, and writes the catalog files.</summary>
public static class ServingCalibration
{
    /// <summary>What came of it: errors with every row fitted, errors of rows whose group was left out, and the engine files.</summary>
    public sealed record Outcome(
        IReadOnlyList<CaseError> Fitted, IReadOnlyList<CaseError> LeftOut, IReadOnlyDictionary<string, string> Files, IReadOnlyList<FittedParameter> Parameters,
        ResidualTable Residuals);

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

        var residuals = new List<Residual>();
        foreach (var part in folds > 1 ? Parts(cases, folds) : [])
        {
            var held = part.Rows.ToHashSet();
            var point = fit.Run([.. all.Where(row => !held.Contains(row))], FoldSteps, whole.Point).Point;
            residuals.AddRange(fit.Errors(point, part.Rows).Select(error => Left(part, cases[error.Row], error.Metric, error.Error)));
        }

        return new Outcome(
            [.. fit.Errors(whole.Point, all).Select(Named)],
            [.. residuals.Where(residual => residual.LeftOut == LeftOut.Group).Select(residual => new CaseError(residual.Id, ServingGroup.MetricOf(residual.Class), residual.Unit, ServingGroup.Error(residual)))],
            plan.Engines.ToDictionary(engine => engine.Id, engine => Write(engine, fit, whole, cases.Count)),
            [.. fit.Free.Select((p, i) => new FittedParameter(p.Engine, p.Name, Math.Exp(whole.Point[i]), p.Prior, whole.Deviation[i], p.Deviation))],
            new ResidualTable(residuals));
    }

    /// <summary>Parts to leave out: the groups dealt into some, and every chip generation.</summary>
    private static IEnumerable<Part> Parts(List<ServingCase> cases, int folds)
    {
        var rows = Enumerable.Range(0, cases.Count).ToList();
        return rows.GroupBy(row => LeftOutResiduals.Dealt(ServingFit.GroupOf(cases[row]), folds)).OrderBy(part => part.Key, StringComparer.Ordinal)
            .Select(part => new Part(LeftOut.Group, part.Key, [.. part]))
            .Concat(rows.GroupBy(row => cases[row].System.Chip.Generation).OrderBy(part => part.Key, StringComparer.Ordinal)
                .Select(part => new Part(LeftOut.Chip, part.Key, [.. part])));
    }

    private static Residual Left(Part part, ServingCase one, string metric, double error) => new(
        part.LeftOut, part.Fold, one.Row.Id, ServingGroup.ClassOf(metric, one.Engine.Id), one.System.Chip.Generation, ValidatedGroup.FamilyOf(one.Workload.Model.Id),
        one.Workload.Model.Id, one.SourceName, ServingGroup.Residual(metric, error));

    private sealed record Part(LeftOut LeftOut, string Fold, IReadOnlyList<int> Rows);

    private const int Steps = 6;

    /// <summary>Posterior over prior spread above which rows say nothing about a parameter: it stays assumed.</summary>
    private const double Undetermined = 0.98;

    /// <summary>A fold begins where all rows ended.</summary>
    private const int FoldSteps = 3;

    /// <summary>Rows that inform shared physics: complete ones, not those whose own source calls them experimental.</summary>
    private static bool Fittable(ServingCase one) => one.Row.Tier == "A" && !one.Row.IsExperimental
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
        Line($"# A fitted value's range is two posterior standard deviations; an assumed one, which no row decides, has that of its prior.");
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
            if (result.Deviation[at] > Undetermined * parameter.Deviation)
            {
                var (least, most) = (Math.Max(parameter.Low, parameter.Prior / spread), Math.Min(parameter.High, parameter.Prior * spread));
                Line($"  {parameter.Name}: {{ value: {parameter.Prior:G5}, low: {least:G5}, high: {most:G5}, confidence: assumed{note} }}");
                continue;
            }

            Line($"  {parameter.Name}: {{ value: {value:G5}, low: {value / spread:G5}, high: {value * spread:G5}, confidence: estimated{note} }}");
        }

        return text.ToString();
    }
}
