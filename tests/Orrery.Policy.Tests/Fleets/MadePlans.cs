using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Policy.Fleets;

namespace Orrery.Policy.Tests.Fleets;

/// <summary>Plans made up for a test, so that what is computed from them can be worked out by hand.</summary>
internal static class MadePlans
{
    public const double FlopPerToken = 1e12;
    public const double Rate = 100;
    public const double Batch = 4e6;

    public static PaperH100e Paper { get; } = new(Shipped.Catalog);

    public static FleetQuestion Question { get; } = FleetQuestion.Default(Shipped.Catalog) with { Samples = 400 };

    /// <summary>Every chip trains and serves so many tokens a second whatever the size, at one batch.</summary>
    /// <param name="loss">What failures cost by number of chips, as <c>-ln</c> of what they leave.</param>
    public static Dictionary<string, PlannedChip> Of(Func<int, double>? loss = null, double spread = 1, params IReadOnlyList<string> systems) =>
        systems.Append(FleetPlanner.Reference).Distinct().ToDictionary(id => id, id =>
        {
            var system = Shipped.Catalog.System(id);
            var times = id == FleetPlanner.Reference ? 1 : 2;
            var rate = new ChipRate(Rate * times, 1 / spread, spread, "made up", "");
            var nodes = Enumerable.Range(0, 12).Select(step => 64 << step)
                .Select(chips => new RunNode(chips, [new BatchRate(Batch, Rate * times * chips)], null, loss?.Invoke(chips) ?? 0));
            return new PlannedChip(system, new RunCurve(system, TrainingPrecision.Bf16, FlopPerToken, 1e11, [.. nodes]), rate, rate, rate, rate);
        });

    public static FleetStudy Study(Fleet fleet, Func<int, double>? loss = null, double spread = 1, FleetQuestion? question = null) => FleetStudy.Of(
        question ?? Question, [fleet], Of(loss, spread, [.. fleet.Holdings.Select(holding => holding.System.Id)]), Paper);

    public static Fleet Times(this Fleet fleet, double times) => fleet with
    {
        Holdings = [.. fleet.Holdings.Select(holding => holding with
        {
            Amount = holding.Amount with { Value = holding.Amount.Value * times, Low = holding.Amount.Low * times, High = holding.Amount.High * times },
        })],
    };
}
