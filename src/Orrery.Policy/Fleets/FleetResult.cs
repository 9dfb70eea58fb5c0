using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>An input and how much of a figure's spread goes with it: the square of their rank correlation.</summary>
public sealed record FleetDriver(FleetInput Input, double Share);

/// <summary>One figure with every input at its value, the interval over all draws, and what widens it.</summary>
/// <param name="Drivers">Most first; those that nobody could tell from chance are left out.</param>
public sealed record FleetQuantity(FleetFigure Figure, double Value, double Low, double High, IReadOnlyList<FleetDriver> Drivers);

/// <summary>What one holding brings, every input at its value.</summary>
public sealed record HoldingResult(FleetHolding Holding, double Chips)
{
    /// <summary>H100e as the fleet counts them.</summary>
    public double Paper { get; init; }
    public double Dense { get; init; }
    public double Moe { get; init; }
    public double Decode { get; init; }

    /// <summary>Tokens a second.</summary>
    public double Served { get; init; }

    /// <summary>Watts, cooling included.</summary>
    public double Power { get; init; }

    /// <summary>Chips of its largest cluster.</summary>
    public double LargestCluster { get; set; }

    /// <summary>Model FLOP on that cluster.</summary>
    public double LargestRun { get; set; }
    public double FrontierRuns { get; set; }

    /// <summary>Paper H100e in clusters that matter.</summary>
    public double Big { get; set; }
}

/// <summary>Chips that a figure leaves out, because something about them is not known.</summary>
/// <param name="What">The figures, in words.</param>
/// <param name="H100e">On paper, as the fleet counts them.</param>
public sealed record FleetGap(string What, string Which, double H100e, string Why);

/// <summary>The answers of one fleet.</summary>
/// <param name="Draws">Every figure of every draw, by <see cref="FleetFigure"/>; the same index is the same draw in every fleet of a study.</param>
public sealed record FleetResult(
    Fleet Fleet, IReadOnlyDictionary<FleetFigure, FleetQuantity> Figures, IReadOnlyList<HoldingResult> Holdings, IReadOnlyList<FleetGap> Gaps, double[][] Draws)
{
    public FleetQuantity this[FleetFigure figure] => Figures[figure];
}
