using System.Globalization;
using System.Text;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Calibration;

/// <summary>Fits the software stacks to the training rows, judges the fit on groups left out, and writes the catalog files.</summary>
public static class TrainingCalibration
{
    /// <summary>What came of it: errors with every row fitted, errors of rows whose group was left out, and the stack files.</summary>
    public sealed record Outcome(
        IReadOnlyList<CaseError> Fitted, IReadOnlyList<CaseError> LeftOut, IReadOnlyDictionary<string, string> Files, IReadOnlyList<FittedParameter> Parameters,
        ResidualTable Residuals);

    /// <param name="Deviation">Posterior standard deviation of the logarithm: near the prior's, the rows say nothing about it.</param>
    public sealed record FittedParameter(string Stack, string Name, double Value, double Prior, double Deviation, double PriorDeviation);

    public sealed record CaseError(string Id, string Class, string Group, double Error);

    /// <summary>Runs the fit; <paramref name="folds"/> of 0 leaves the cross-validation out.</summary>
    public static Outcome Run(OrreryCatalog catalog, string planPath, string rowsPath, string rulesPath, int folds)
    {
        var plan = FitPlan.Load(planPath);
        var cases = Cases(catalog, plan, rowsPath, rulesPath);
        var fit = new TrainingFit(plan, cases);
        var all = Enumerable.Range(0, cases.Count).ToArray();
        var whole = fit.Run(all);
        CaseError Named((int Row, double Error) e) =>
            new(cases[e.Row].Row.Id, TrainingValidation.ClassOf(cases[e.Row]), TrainingFit.GroupOf(cases[e.Row]), e.Error);

        var residuals = folds > 1 ? new LeftOutResiduals(fit, cases).Of(folds) : ResidualTable.Empty;
        var rowOf = all.ToDictionary(row => cases[row].Row.Id, StringComparer.Ordinal);
        var leftOut = residuals.Residuals.Where(residual => residual.LeftOut == LeftOut.Group)
            .Select(residual => Named((rowOf[residual.Id], Error(residual, cases[rowOf[residual.Id]]))));

        var parameters = fit.Free.Select((p, i) => new FittedParameter(
            p.Stack, p.Name, Math.Exp(whole.Point[i]), p.Prior, whole.Deviation[i], p.Deviation));
        return new Outcome(
            [.. fit.Errors(whole.Point, all).Select(Named)], [.. leftOut],
            plan.Stacks.ToDictionary(stack => stack.Id, stack => Write(stack, fit, whole, cases.Count)), [.. parameters], residuals);
    }

    /// <summary>The rows a fit is on, with the stacks as the plan has them before it.</summary>
    internal static List<TrainingCase> Cases(OrreryCatalog catalog, FitPlan plan, string rowsPath, string rulesPath) =>
    [
        .. TrainingValidation.Cases(catalog, rowsPath, rulesPath, out _, id => plan.Resolve(id, new Dictionary<FitParameter, double>())).Where(Fittable),
    ];

    /// <summary>Rows that inform shared physics: not those whose own source calls them a regression of a library.</summary>
    private static bool Fittable(TrainingCase one) => !one.Row.Notes.Contains("regression", StringComparison.OrdinalIgnoreCase);

    private static double Error(Residual residual, TrainingCase one) =>
        Math.Exp(one.Metric == "iteration_s" ? residual.Value : -residual.Value) - 1;

    private static string Write(FitStack stack, TrainingFit fit, LeastSquares.Result result, int rows)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"id: {stack.Id}");
        Line($"name: \"{stack.Name}\"");
        Line($"aliases: [{string.Join(", ", stack.Aliases)}]");
        Line($"source: ORRERY-FIT");
        Line($"confidence: estimated");
        if (stack.BasedOn is { } parent)
        {
            Line($"based_on: {parent}");
        }

        if (stack.DefaultFor.Count > 0)
        {
            Line($"default_for: [{string.Join(", ", stack.DefaultFor)}]");
        }

        foreach (var ability in stack.Abilities)
        {
            Line($"{ability.Key}: [{string.Join(", ", ability.Words)}] # {ability.Said}");
        }

        Line($"");
        Line($"# Written by 'orrery calibrate training' from evidence/training-fit.yaml and {rows} rows of evidence/training.csv.");
        Line($"# A fitted value's range is two posterior standard deviations; an assumed one keeps the range it was given.");
        Line($"parameters:");
        foreach (var parameter in stack.Parameters)
        {
            var at = fit.Free.ToList().IndexOf(parameter);
            var note = parameter.Note.Length > 0 ? $", note: \"{parameter.Note}\"" : "";
            if (at < 0)
            {
                Line(parameter.Low == parameter.High
                    ? (FormattableString)$"  {parameter.Name}: {{ value: {parameter.Prior:G5}, confidence: published{note} }}"
                    : $"  {parameter.Name}: {{ value: {parameter.Prior:G5}, low: {parameter.Low:G5}, high: {parameter.High:G5}, confidence: assumed{note} }}");
                continue;
            }

            var value = Math.Exp(result.Point[at]);
            var spread = Math.Exp(2 * Math.Min(result.Deviation[at], parameter.Deviation));
            Line($"  {parameter.Name}: {{ value: {value:G5}, low: {value / spread:G5}, high: {value * spread:G5}, confidence: estimated{note} }}");
        }

        return text.ToString();
    }
}
