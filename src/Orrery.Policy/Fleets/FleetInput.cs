using Orrery.Domain;
using Orrery.Simulation.Engine;

namespace Orrery.Policy.Fleets;

/// <summary>One thing that is not known exactly. The same name is the same thing in every fleet, and drawn once for all.</summary>
/// <param name="Name">Where it stands: "fleets/china-epoch:total", or what it is.</param>
/// <param name="IsFactor">An error factor around 1 whose ends hold 80 %; else a value that lies between its ends.</param>
public sealed record FleetInput(string Name, double Value, double Low, double High, string Source, bool IsFactor = false)
{
    // Standard deviations from the middle to either end of an 80 % interval.
    private const double Ends = 1.2815515655446004;

    public static FleetInput Of(string name, Sourced<double> value) => new(
        name, value.Value, value.Low, value.High, $"{value.Confidence.ToString().ToLowerInvariant()}, {value.Source}");

    public bool IsRanged => Low < High;

    /// <summary>
    /// One draw, a function of seed, name and index alone.
    /// Equation: for a value the triangle over low, value, high; for a factor <c>exp(z ln(high) / 1.28)</c>, and with low below the middle,
    /// z standard normal. Assumes that nothing outside a stated range happens, and that its middle is likelier than its ends.
    /// </summary>
    public double Draw(ulong seed, int index)
    {
        if (!IsRanged)
        {
            return Value;
        }

        var stream = RandomStream.For(seed, Name, (ulong)index);
        return IsFactor ? Factor(stream.NextNormal()) : Triangle(stream.NextUniform());
    }

    private double Factor(double z) => Value * Math.Exp(z >= 0 ? z * Math.Log(High / Value) / Ends : -z * Math.Log(Low / Value) / Ends);

    private double Triangle(double uniform)
    {
        var (width, left) = (High - Low, Value - Low);
        return uniform * width < left
            ? Low + Math.Sqrt(uniform * width * left)
            : High - Math.Sqrt((1 - uniform) * width * (width - left));
    }
}

/// <summary>Inputs by place, and where each name stands.</summary>
internal sealed class FleetInputs
{
    private readonly Dictionary<string, int> _at = [];
    private readonly List<FleetInput> _all = [];

    public IReadOnlyList<FleetInput> All => _all;

    public int Add(FleetInput input)
    {
        if (!_at.TryGetValue(input.Name, out var at))
        {
            at = _all.Count;
            _at.Add(input.Name, at);
            _all.Add(input);
        }
        else if ((_all[at].Value, _all[at].Low, _all[at].High) != (input.Value, input.Low, input.High))
        {
            throw new InvalidOperationException($"two inputs are called '{input.Name}' and have different ranges");
        }

        return at;
    }

    public int Add(string name, Sourced<double> value) => Add(FleetInput.Of(name, value));
}
