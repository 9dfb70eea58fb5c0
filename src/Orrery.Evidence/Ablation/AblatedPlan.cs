using Orrery.Evidence.Calibration;

namespace Orrery.Evidence.Ablation;

/// <summary>The fit's plan with one effect's parameters frozen where they say nothing.</summary>
internal static class AblatedPlan
{
    private const string Default = ".default";

    /// <param name="values">Fitted values, of which a shared parameter starts from the geometric mean.</param>
    public static FitPlan Of(FitPlan plan, Effect effect, IReadOnlyDictionary<FitParameter, double> values) =>
        new([.. plan.Stacks.Select(stack => stack with { Parameters = [.. Parameters(stack, effect, values)] })]);

    private static IEnumerable<FitParameter> Parameters(FitStack stack, Effect effect, IReadOnlyDictionary<FitParameter, double> values)
    {
        List<FitParameter> keyed = [.. stack.Parameters.Where(parameter => parameter.Free && effect.Shared is { } shared && Effect.Stem(parameter.Name) == shared)];
        foreach (var parameter in stack.Parameters)
        {
            if (keyed.Count > 0 && Effect.Stem(parameter.Name) == effect.Shared)
            {
                continue; // one shared value stands for all of them
            }

            yield return effect.Value(parameter.Name) is { } neutral ? parameter with { Prior = neutral, Free = false } : parameter;
        }

        if (keyed.Count > 0)
        {
            yield return keyed[0] with
            {
                Name = effect.Shared + Default,
                Prior = Math.Exp(keyed.Average(parameter => Math.Log(values[parameter]))),
                Low = keyed.Min(parameter => parameter.Low),
                High = keyed.Max(parameter => parameter.High),
            };
        }
    }
}
