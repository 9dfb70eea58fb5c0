using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Calibration.Training;

/// <summary>One measured step, in its own quantity: predicted over measured, less one.</summary>
/// <param name="Before">By the shipped stack.</param>
/// <param name="After">By the stack fitted to all rows.</param>
/// <param name="LeftOut">By the stack fitted to all rows but this one; NaN where it is the only one.</param>
public sealed record OwnRow(string Id, string Metric, double Measured, double Before, double After, double LeftOut);

/// <summary>A stack parameter and where the rows moved it.</summary>
/// <param name="Shipped">Its shipped value, the prior's middle.</param>
/// <param name="PriorDeviation">Standard deviation of its logarithm as shipped.</param>
/// <param name="Deviation">The same after the rows.</param>
public sealed record MovedParameter(string Stack, string Name, double Shipped, double Value, double PriorDeviation, double Deviation)
{
    /// <summary>How far it moved, in standard deviations of what was known before.</summary>
    public double Deviations => Math.Log(Value / Shipped) / PriorDeviation;
}

/// <summary>What came of a fit to one's own training steps.</summary>
/// <param name="Stack">The shipped stack that they ran on.</param>
/// <param name="Moved">Parameters that the rows moved or made surer, most moved first.</param>
public sealed record OwnTrainingResult(
    SoftwareStack Stack, IReadOnlyList<OwnRow> Rows, IReadOnlyList<MovedParameter> Moved, IReadOnlyList<SkippedRow> Skipped);

/// <summary>Fits a stack to a few steps of one's own, starting from what the published rows say of it and how sure they are.</summary>
public static class OwnTrainingCalibration
{
    /// <summary>Half the width of a shipped parameter's range, in standard deviations of its logarithm.</summary>
    private const double RangeDeviations = 2;

    /// <summary>A parameter counts as moved from here on, in standard deviations of its prior.</summary>
    private const double LeastMove = 0.05;

    /// <param name="planPath">Which parameters may move: <c>evidence/training-fit.yaml</c>.</param>
    /// <param name="rowsPath">A CSV file with the columns of <c>evidence/training.csv</c>.</param>
    /// <param name="rulesPath">How each source counts: <c>evidence/training-sources.yaml</c>.</param>
    /// <param name="stackName">The stack that the rows ran on; null for that of their source's rules.</param>
    /// <param name="rowError">Relative error of a row that counts as one standard deviation; null for that of the shipped fit, whose rows are of many clusters.</param>
    /// <exception cref="InvalidInputException">The file is malformed, no row can be simulated, or rows are of several stacks.</exception>
    public static OwnTrainingResult Run(OrreryCatalog catalog, string planPath, string rowsPath, string rulesPath, string? stackName, double? rowError = null)
    {
        var plan = AsShipped(catalog, FitPlan.Load(planPath));
        var named = stackName is null ? null : catalog.Stack(stackName).Id;
        if (named is not null && plan.Stacks.All(stack => stack.Id != named))
        {
            throw Wrong(DiagnosticCode.UnknownName, $"'{named}' is no fitted stack, expected one of {string.Join(", ", plan.Stacks.Select(stack => stack.Id))}");
        }

        var nothing = new Dictionary<FitParameter, double>();
        var cases = TrainingValidation.Cases(catalog, rowsPath, rulesPath, out var skipped, id => plan.Resolve(named ?? id, nothing));
        if (cases.Count == 0)
        {
            throw Wrong(
                DiagnosticCode.MissingKey, "no row can be simulated: " + string.Join("; ", skipped.Select(row => row.Reason).Distinct()),
                "it takes what 'validate training' takes: chip, chips, model, precision, batch, sequence, tp, pp and a measured quantity");
        }

        var stacks = cases.Select(one => one.Stack.Id).Distinct().ToList();
        if (stacks.Count > 1)
        {
            throw Wrong(DiagnosticCode.BadValue, $"rows are of the stacks {string.Join(", ", stacks)}, expected one", "give each its own file, or name one with --stack");
        }

        var fit = new TrainingFit(plan, cases) { RowError = rowError ?? TrainingFit.UsualRowError, Loss = RobustLoss.PseudoHuber };
        int[] all = [.. Enumerable.Range(0, cases.Count)];
        double[] shipped = [.. fit.Free.Select(parameter => Math.Log(parameter.Prior))];
        var whole = fit.Run(all);
        double Error(double[] point, int row) => fit.Errors(point, [row]).Single().Error;
        var rows = all.Select(row => new OwnRow(
            cases[row].Row.Id, cases[row].Metric, cases[row].Measured, Error(shipped, row), Error(whole.Point, row),
            all.Length > 1 ? Error(fit.Run([.. all.Where(other => other != row)]).Point, row) : double.NaN));
        var moved = fit.Free
            .Select((parameter, i) => new MovedParameter(parameter.Stack, parameter.Name, parameter.Prior, Math.Exp(whole.Point[i]), parameter.Deviation, whole.Deviation[i]))
            .Where(parameter => Math.Abs(parameter.Deviations) >= LeastMove)
            .OrderByDescending(parameter => Math.Abs(parameter.Deviations));
        return new OwnTrainingResult(catalog.Stack(stacks[0]), [.. rows], [.. moved], skipped);
    }

    /// <summary>The plan with every free parameter where the catalog has it, as sure as the catalog says.</summary>
    private static FitPlan AsShipped(OrreryCatalog catalog, FitPlan plan) => new([.. plan.Stacks.Select(stack => stack with
    {
        Parameters = [.. stack.Parameters.Select(parameter => parameter.Free ? AsShipped(catalog.Stack(stack.Id), parameter) : parameter)],
    })]);

    private static FitParameter AsShipped(SoftwareStack stack, FitParameter parameter)
    {
        var value = stack.Parameters[parameter.Name];
        return parameter with { Prior = value.Value, Deviation = Math.Log(value.High / value.Low) / (2 * RangeDeviations) };
    }

    private static InvalidInputException Wrong(string code, string message, string hint = "") => new(new Diagnostic(Severity.Error, code, message, Hint: hint));
}
