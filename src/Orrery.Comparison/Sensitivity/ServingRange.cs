using Orrery.Analysis.Serving;
using Orrery.Catalog;
using Orrery.Domain.Hardware;

namespace Orrery.Comparison.Sensitivity;

/// <summary>How far a quantity goes: its better and its worse end, and the value between.</summary>
public readonly record struct Spread(double Low, double Value, double High)
{
    /// <summary>How far apart the two ends are, as a ratio's logarithm.</summary>
    public double Width => Low > 0 ? Math.Log(High / Low) : 0;
}

/// <summary>What one ranged input alone does to a deployment.</summary>
/// <param name="Capacity">Requests a second that the deployment serves at most, batch held.</param>
public sealed record ServingInputEffect(RangedInput Input, Spread TokensPerSecond, Spread Capacity, Spread Ttft, Spread Tpot)
{
    public double Width => Math.Max(TokensPerSecond.Width, Tpot.Width);
}

/// <summary>How far a prediction of serving may be off because of what the catalog does not know exactly: chip, fabric, kernels and engine.</summary>
/// <param name="Capacity">Requests a second that the deployment serves at most, batch held.</param>
/// <param name="Effects">Inputs that matter, the widest first.</param>
public sealed record ServingRange(Spread TokensPerSecond, Spread Capacity, Spread Ttft, Spread Tpot, IReadOnlyList<ServingInputEffect> Effects)
{
    public ServingInputEffect? Widest => Effects.Count > 0 ? Effects[0] : null;

    /// <summary>
    /// Estimates with every ranged input at each end, one at a time, and adds the effects as independent ones, as <see cref="PredictionRange"/> does
    /// for training.
    /// </summary>
    /// <param name="catalog">Where system and engine are from.</param>
    public static ServingRange Of(OrreryCatalog catalog, ServingEstimate estimate)
    {
        var question = estimate.Question;
        var inputs = catalog.RangedInputs(question.System, engine: question.Engine).Where(RangeEnds.IsAboutSpeed).ToList();
        var effects = OnAllCores.Of(inputs.Count, Try).Where(effect => effect.Width > 1e-9 || effect.Ttft.Width > 1e-9).ToList();
        effects.Sort((left, right) => right.Width.CompareTo(left.Width));
        return new ServingRange(
            All(estimate.OutputTokensPerSecond, effects.Select(effect => effect.TokensPerSecond)),
            All(estimate.Capacity, effects.Select(effect => effect.Capacity)),
            All(estimate.Ttft.Total, effects.Select(effect => effect.Ttft)),
            All(estimate.Tpot.Total, effects.Select(effect => effect.Tpot)),
            effects);

        ServingInputEffect Try(int at)
        {
            var (low, high) = (At(inputs[at], RangeEnd.Low), At(inputs[at], RangeEnd.High));
            return new ServingInputEffect(
                inputs[at], Ends(one => one.OutputTokensPerSecond), Ends(one => one.Capacity), Ends(one => one.Ttft.Total), Ends(one => one.Tpot.Total));

            Spread Ends(Func<ServingEstimate, double> quantity)
            {
                var (a, value, b) = (quantity(low), quantity(estimate), quantity(high));
                return new Spread(Math.Min(value, Math.Min(a, b)), value, Math.Max(value, Math.Max(a, b)));
            }
        }

        ServingEstimate At(RangedInput input, RangeEnd end)
        {
            var view = catalog.WithOverride(input.Path, end);
            AiSystem system = view.System(question.System.Id);
            return ServingEstimator.Estimate(question with { System = system, Engine = view.Engine(question.Engine.Id).WithSettingsOf(question.Engine) });
        }
    }

    private static Spread All(double value, IEnumerable<Spread> parts)
    {
        double low = 0, high = 0;
        foreach (var part in parts.Where(part => part.Low > 0))
        {
            low += Math.Pow(Math.Log(part.Value / part.Low), 2);
            high += Math.Pow(Math.Log(part.High / part.Value), 2);
        }

        return new Spread(value * Math.Exp(-Math.Sqrt(low)), value, value * Math.Exp(Math.Sqrt(high)));
    }
}
