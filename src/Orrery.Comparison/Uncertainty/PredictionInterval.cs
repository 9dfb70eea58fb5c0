using Orrery.Analysis.Training;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Software;

namespace Orrery.Comparison.Uncertainty;

/// <summary>The 80 % interval of a prediction, as factors of the predicted speed.</summary>
/// <param name="Low">Below 1.</param>
/// <param name="High">Above 1.</param>
public sealed record PredictionInterval(double Low, double High, ResidualSpread Spread)
{
    private const string Fitted = "software/";

    /// <param name="range">Of the estimate, on the stack's inputs or without them.</param>
    /// <returns>Null where no residual has been committed.</returns>
    public static PredictionInterval? Of(ResidualTable residuals, TrainingEstimate estimate, SoftwareStack stack, PredictionRange range) =>
        ResidualSpread.Of(residuals, ValidatedGroup.Of(estimate, stack)) is { } spread ? Of(spread, range, estimate.Iteration.Value) : null;

    /// <summary>
    /// ln(high) = sqrt(h^2 + f^2) and ln(low) = -sqrt(h^2 + s^2), with h of the residuals and f and s what the ranges of system,
    /// chip and kernels do to the fast and the slow side. Ranges of the software stack are not counted: its values are fitted, and
    /// what they get wrong is in the residuals. Assumes that the others come on top, which is a little too wide where the chip has
    /// been validated; there they are narrow.
    /// </summary>
    public static PredictionInterval Of(ResidualSpread spread, PredictionRange range, double iteration)
    {
        var inputs = range.Effects.Where(effect => !effect.Input.Path.StartsWith(Fitted, StringComparison.Ordinal)).ToList();
        return new PredictionInterval(
            Math.Exp(-With(inputs.Select(effect => Math.Log(effect.Slowest / iteration)))),
            Math.Exp(With(inputs.Select(effect => Math.Log(iteration / effect.Fastest)))),
            spread);

        double With(IEnumerable<double> logs) => Math.Sqrt((spread.HalfWidth * spread.HalfWidth) + logs.Sum(log => log * log));
    }
}
