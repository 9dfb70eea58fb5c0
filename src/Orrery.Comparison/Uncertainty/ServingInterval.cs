using Orrery.Analysis.Serving;
using Orrery.Comparison.Sensitivity;

namespace Orrery.Comparison.Uncertainty;

/// <summary>The 80 % interval of one quantity of a serving prediction, in its own unit.</summary>
public sealed record QuantityInterval(double Low, double High, ResidualSpread Spread);

/// <summary>The 80 % intervals of a serving prediction.</summary>
public sealed record ServingInterval(QuantityInterval Ttft, QuantityInterval Tpot, QuantityInterval TokensPerSecond)
{
    private const string Fitted = "engines/";

    /// <summary>Times the value from which a high end is none: at one end of some input's range the deployment cannot keep up, and queues grow.</summary>
    private const double Endless = 1000;

    /// <summary>
    /// Of each quantity <c>ln(high / value) = sqrt(h^2 + f^2)</c>, and so for the low end, with h of the residuals of left-out runs and f what the ranges
    /// of system, chip and kernels do to that end. Ranges of the engine are not counted where its values are fitted: what they get wrong is in the residuals.
    /// Assumption: the others come on top. Source: as <see cref="PredictionInterval"/>.
    /// </summary>
    /// <returns>Null where no residual of some quantity is known.</returns>
    public static ServingInterval? Of(ResidualTable residuals, ServingEstimate estimate, ServingRange range)
    {
        var (question, model) = (estimate.Question, estimate.Question.Workload.Model);
        ResidualSpread? Spread(string metric) => ServingGroup.Spread(residuals, metric, question.Engine.Id, question.System.Chip, model);
        if (Spread(ServingGroup.Ttft) is not { } ttft || Spread(ServingGroup.Tpot) is not { } tpot || Spread(ServingGroup.Throughput) is not { } rate)
        {
            return null;
        }

        // An engine that no run was measured on is as its file assumes; that range counts.
        var counted = range.Effects.Where(effect => rate.OfClass + tpot.OfClass == 0 || !effect.Input.Path.StartsWith(Fitted, StringComparison.Ordinal)).ToList();
        return new ServingInterval(
            With(ttft, estimate.Ttft.Total, counted.Select(effect => effect.Ttft)), With(tpot, estimate.Tpot.Total, counted.Select(effect => effect.Tpot)),
            With(rate, estimate.OutputTokensPerSecond, counted.Select(effect => effect.TokensPerSecond)));
    }

    private static QuantityInterval With(ResidualSpread spread, double value, IEnumerable<Spread> effects)
    {
        double low = 0, high = 0;
        foreach (var effect in effects.Where(effect => effect.Low > 0))
        {
            low += Math.Pow(Math.Log(effect.Value / effect.Low), 2);
            high += Math.Pow(Math.Log(effect.High / effect.Value), 2);
        }

        var square = spread.HalfWidth * spread.HalfWidth;
        var most = value * Math.Exp(Math.Sqrt(square + high));
        return new QuantityInterval(value * Math.Exp(-Math.Sqrt(square + low)), most > Endless * value ? double.PositiveInfinity : most, spread);
    }
}
