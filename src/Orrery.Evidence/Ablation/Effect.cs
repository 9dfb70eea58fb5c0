using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Ablation;

/// <summary>A physical term of the step that can be left out.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="How">What leaves it out, for a reader.</param>
/// <param name="Neutral">Stack parameters that say nothing any more, with the value at which they do; a name stands for all its keys ("gemm_reach" for "gemm_reach.hopper").</param>
internal sealed record Effect(string Name, string How, IReadOnlyDictionary<string, double> Neutral)
{
    /// <summary>Parameters that keep one value for all keys of a stack instead of one a key.</summary>
    public string? Shared { get; init; }

    /// <summary>A part of the step to be taken off, where no parameter switches all of it off.</summary>
    public StepPart? Part { get; init; }

    /// <summary>Runs the part is taken off; all of them where it is null.</summary>
    public Func<Strategy, bool>? Where { get; init; }

    /// <summary>Whether the parameter is one of this effect.</summary>
    public bool Holds(string parameter) => Value(parameter) is not null;

    public double? Value(string parameter) =>
        Neutral.TryGetValue(parameter, out var value) || Neutral.TryGetValue(Stem(parameter), out value) ? value : null;

    /// <summary>Share of the predicted step that stays once the part is taken off: its jitter goes with it.</summary>
    public double Rest(TrainingCase one, TrainingEstimate estimate)
    {
        if (Part is not { } part || (Where is { } applies && !applies(one.Strategy)))
        {
            return 1;
        }

        var still = estimate.Iteration.Value - estimate.Parts[StepPart.Jitter];
        return (still - estimate.Parts[part]) / still;
    }

    public static string Stem(string parameter) => parameter.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? parameter[..dot] : parameter;
}
