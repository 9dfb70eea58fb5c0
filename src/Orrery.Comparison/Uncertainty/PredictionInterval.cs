using Orrery.Comparison.Sensitivity;

namespace Orrery.Comparison.Uncertainty;

/// <summary>The 80 % interval of a prediction, as factors of the predicted speed.</summary>
/// <param name="Low">Below 1.</param>
/// <param name="High">Above 1.</param>
/// <param name="WithInputs">Whether the ranges of the system's catalog values are in it.</param>
public sealed record PredictionInterval(double Low, double High, ResidualSpread Spread, bool WithInputs)
{
    private const string Fitted = "software/";

    /// <summary>
    /// ln(high) = sqrt(h^2 + f^2) and ln(low) = -sqrt(h^2 + s^2), with h of the residuals and f and s what the ranges of system,
    /// chip and kernels do to the fast and the slow side. Ranges of the software stack are not counted: its values are fitted, and
    /// what they get wrong is in the residuals. On a chip generation that has been validated no range is: what the catalog gets
    /// wrong there is in the residuals too.
    /// </summary>
    public static PredictionInterval Of(ResidualSpread spread, PredictionRange range, double iteration)
    {
        var inputs = range.Effects.Where(effect => spread.ChipIsNew && !effect.Input.Path.StartsWith(Fitted, StringComparison.Ordinal)).ToList();
        return new PredictionInterval(
            Math.Exp(-With(inputs.Select(effect => Math.Log(effect.Slowest / iteration)))),
            Math.Exp(With(inputs.Select(effect => Math.Log(iteration / effect.Fastest)))),
            spread, inputs.Count > 0);

        double With(IEnumerable<double> logs) => Math.Sqrt((spread.HalfWidth * spread.HalfWidth) + logs.Sum(log => log * log));
    }
}
