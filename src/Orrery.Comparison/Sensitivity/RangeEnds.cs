using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;

namespace Orrery.Comparison.Sensitivity;

/// <summary>A system and the stack it runs, with one input at one end of its range.</summary>
public sealed record RangeSetting(AiSystem System, SoftwareStack Stack);

/// <summary>What one ranged input makes of a system and its stack at its two ends.</summary>
public sealed record InputEnds(RangedInput Input, RangeSetting Low, RangeSetting High);

/// <summary>
/// A system and its stack at each end of each ranged input that may matter to speed, the inputs in reading order. Read once,
/// tried on every estimate of the pair: what the catalog says does not depend on the model trained.
/// </summary>
public sealed record RangeEnds(IReadOnlyList<InputEnds> Inputs)
{
    // Inputs that say nothing about speed; trying them would only cost time.
    private static readonly string[] NotSpeed = ["power", "price", "floor_area", "claims", "other_peaks", "die_area"];

    /// <param name="catalog">Where system and stack are from.</param>
    /// <exception cref="Orrery.Domain.Diagnostics.InvalidInputException">The catalog has no such system or stack.</exception>
    public static RangeEnds Of(OrreryCatalog catalog, AiSystem system, SoftwareStack stack)
    {
        var inputs = catalog.RangedInputs(system, stack).Where(IsAboutSpeed).ToList();
        return new RangeEnds(OnAllCores.Of(
            inputs.Count, at => new InputEnds(inputs[at], At(inputs[at], RangeEnd.Low), At(inputs[at], RangeEnd.High))));

        RangeSetting At(RangedInput input, RangeEnd end)
        {
            var view = catalog.WithOverride(input.Path, end);
            return new RangeSetting(view.System(system.Id), view.Stack(stack.Id));
        }
    }

    /// <summary>Those of the system alone, its chip and kernels, around the stack as it is given, which may be dated.</summary>
    public RangeEnds OfSystem(SoftwareStack stack) => new([.. Inputs
        .Where(input => !input.Input.Path.StartsWith("software/", StringComparison.Ordinal))
        .Select(input => input with { Low = input.Low with { Stack = stack }, High = input.High with { Stack = stack } })]);

    /// <summary>The same with every system changed.</summary>
    public RangeEnds On(Func<AiSystem, AiSystem> change) => new([.. Inputs.Select(input => input with
    {
        Low = input.Low with { System = change(input.Low.System) },
        High = input.High with { System = change(input.High.System) },
    })]);

    /// <summary>Whether it is of the failure profile, or counts parts that may fail.</summary>
    internal static bool IsAboutFailures(RangedInput input) =>
        input.Path.StartsWith("reliability/", StringComparison.Ordinal) || input.Path.Contains(":parts.", StringComparison.Ordinal);

    internal static bool IsAboutSpeed(RangedInput input)
    {
        if (IsAboutFailures(input))
        {
            return false;
        }

        var path = input.Path[(input.Path.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return !NotSpeed.Any(name => path == name || path.StartsWith(name + ".", StringComparison.Ordinal));
    }
}
