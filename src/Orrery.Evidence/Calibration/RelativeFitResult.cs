namespace Orrery.Evidence.Calibration;

/// <summary>A positive number that a fit may move, in its own unit; its logarithm is fitted.</summary>
/// <param name="Prior">Where it starts, and where it stays if no row says anything about it.</param>
/// <param name="Deviation">Standard deviation of the logarithm before any row.</param>
/// <param name="Low">Least value that is possible.</param>
/// <param name="High">Greatest value that is possible.</param>
internal sealed record FitVariable(string Name, double Prior, double Deviation, double Low, double High);

/// <summary>One measured time.</summary>
/// <param name="Measured">Seconds.</param>
/// <param name="Group">Rows of one group are held out together.</param>
internal readonly record struct FitRow(double Measured, string Group);

/// <summary>Who decided a fitted number.</summary>
public enum Determination
{
    ByRows,

    /// <summary>Rows pull it past what is possible; it stops there.</summary>
    AtBound,

    /// <summary>Rows say nothing about it; it stays where it was.</summary>
    Undetermined,
}

/// <summary>A number after the fit.</summary>
/// <param name="Value">In its own unit.</param>
/// <param name="Prior">Before the fit.</param>
/// <param name="StandardError">Of the logarithm; the prior's deviation where the rows do not determine it.</param>
/// <param name="Low">Least value that is possible.</param>
/// <param name="High">Greatest value that is possible.</param>
public sealed record FittedVariable(string Name, double Value, double Prior, double StandardError, double Low, double High, Determination Determination);

/// <summary>What came of a fit.</summary>
/// <param name="Fitted">Predicted over measured, less one, of every row, by a fit on all of them.</param>
/// <param name="LeftOut">The same by a fit that has not seen the row's group; NaN where there were too few groups to leave one out.</param>
/// <param name="Groups">How many groups there were.</param>
public sealed record RelativeFitResult(IReadOnlyList<FittedVariable> Variables, IReadOnlyList<double> Fitted, IReadOnlyList<double> LeftOut, int Groups)
{
    public double[] Values => [.. Variables.Select(variable => variable.Value)];

    public ErrorSummary FittedErrors => Summary(Fitted);

    public ErrorSummary LeftOutErrors => Summary(LeftOut);

    internal static ErrorSummary Summary(IEnumerable<double> errors) =>
        ErrorSummary.Of(errors.Where(double.IsFinite).Select(error => new ValidationRow("", "", "", 1, 1 + error, [])));
}
