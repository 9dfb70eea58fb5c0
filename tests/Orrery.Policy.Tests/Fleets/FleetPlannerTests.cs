using Orrery.Comparison.Effective;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Policy.Fleets;
using Xunit;

namespace Orrery.Policy.Tests.Fleets;

/// <summary>Real plans, of small models and clusters.</summary>
public sealed class FleetPlannerTests
{
    private static readonly FleetQuestion Usual = FleetQuestion.Default(Shipped.Catalog);

    private static readonly FleetQuestion Small = Usual with
    {
        Dense = Usual.Dense with { Model = "llama-3.1-8b" },
        Moe = Usual.Moe with { Model = "olmoe-7b", Chips = 64 },
        Decode = Usual.Decode with { Model = "llama-3.1-8b", Chips = 8 },
        Served = Shipped.Catalog.Model("llama-3.1-8b"),
        Samples = 200,
    };

    private static readonly FleetPlanner Planner = new(Shipped.Catalog, Small, ResidualTable.Empty, ResidualTable.Empty);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly Lazy<IReadOnlyDictionary<string, PlannedChip>> Plans = new(() =>
        Planner.Plan([FleetFiles.Read(FleetFiles.Two)], _ => { }, CancellationToken.None));

    [Fact]
    public void A_size_between_planned_ones_is_near_what_planning_it_gives()
    {
        var curve = Plans.Value["dgx-h100"].Run;
        var law = CriticalPower.Of(Small.Law, Small.Law.Coefficient.Value, Small.Law.Exponent.Value, curve.Parameters);
        var whole = new DrawnCurve(curve.Filled(), law, 1, 1, Small.Seconds);
        foreach (var chips in new[] { 1024, 4096 })
        {
            var alone = new DrawnCurve(Planner.Extended(curve with { Nodes = [] }, chips, Stop).Filled(), law, 1, 1, Small.Seconds);
            Assert.Equal(1, whole.Tokens(chips) / alone.Tokens(chips), 0.15);
        }
    }

    [Fact]
    public void More_chips_never_have_a_smaller_largest_run()
    {
        var curve = Plans.Value["dgx-h100"].Run;
        var law = CriticalPower.Of(Small.Law, Small.Law.Coefficient.Value, Small.Law.Exponent.Value, curve.Parameters);
        var drawn = new DrawnCurve(curve.Filled(), law, 1, 1, Small.Seconds);
        var sizes = Enumerable.Range(0, 60).Select(step => 100 * Math.Pow(1.1, step)).ToList();
        Assert.All(sizes.Zip(sizes.Skip(1)), pair => Assert.True(drawn.Tokens(pair.First) <= drawn.Tokens(pair.Second) * (1 + 1e-12)));
    }

    [Fact]
    public void A_fleet_of_the_reference_delivers_as_many_equivalents_as_it_has_chips()
    {
        var study = FleetStudy.Of(Small, [FleetFiles.Read(FleetFiles.Two)], Plans.Value, MadePlans.Paper, Stop);
        foreach (var figure in new[] { FleetFigure.DeliveredDense, FleetFigure.DeliveredMoe, FleetFigure.DeliveredDecode })
        {
            Assert.Equal(24576, study.Results[0][figure].Value, 1e-6);
        }
    }

    [Fact]
    public void What_a_chip_delivers_in_h100s_is_what_effective_compute_says_of_it_less_failures()
    {
        var fleet = FleetFiles.Read(FleetFiles.Two.Replace("dgx-h100", "dgx-b200", StringComparison.Ordinal));
        var plans = Planner.Plan([fleet], _ => { }, Stop);
        var effective = new EffectiveCompute(Shipped.Catalog);
        void Same(ReferenceWorkload workload, Func<PlannedChip, ChipRate> rate, double room) => Assert.Equal(
            effective.Of(workload, Shipped.Catalog.System("dgx-b200")).H100Equivalents!.Value,
            rate(plans["dgx-b200"]).TokensPerSecond / rate(plans["dgx-h100"]).TokensPerSecond, room);
        Same(Small.Dense, plan => plan.Dense, 0.05);
        Same(Small.Decode, plan => plan.Decode, 1e-9);
    }

    [Fact]
    public void A_chip_too_old_for_a_workload_is_left_out_with_the_reason()
    {
        var fleet = FleetFiles.Read(FleetFiles.Two.Replace("dgx-h100", "atlas-300i-duo", StringComparison.Ordinal));
        var plans = Planner.Plan([fleet], _ => { }, Stop);
        var result = FleetStudy.Of(Small, [fleet], plans, MadePlans.Paper, Stop).Results[0];
        Assert.Equal(0, result[FleetFigure.DeliveredMoe].Value * (plans["atlas-300i-duo"].Moe.IsKnown ? 0 : 1));
        Assert.All(new[] { plans["atlas-300i-duo"].Dense, plans["atlas-300i-duo"].Moe, plans["atlas-300i-duo"].Serving }.Where(rate => !rate.IsKnown), rate =>
            Assert.Contains(result.Gaps, gap => gap.Why == rate.WhyNot));
    }

    [Fact]
    public void A_fleet_beside_itself_is_at_parity_for_sure()
    {
        var fleet = FleetFiles.Read(FleetFiles.Two);
        var twice = fleet.Times(2) with { Id = "twice" };
        var study = FleetStudy.Of(Small, [fleet, fleet, twice], Plans.Value, MadePlans.Paper, Stop);
        var same = FleetParity.Of(study, study.Results[0], study.Results[1], Planner, _ => { }, Stop);
        Assert.All(same.Ratios, ratio => Assert.Equal((1.0, 1.0, 1.0), (ratio.Value, ratio.Low, ratio.High)));
        Assert.Equal(8192, same.Run!.Chips, 1);
        Assert.Equal(8192, same.Run.High, 1);

        var double_ = FleetParity.Of(study, study.Results[0], study.Results[2], Planner, _ => { }, Stop);
        Assert.Equal(2, double_[FleetFigure.DeliveredDense].Value, 1e-9);
        Assert.Equal(24576, double_.ChipsToMatch(FleetFigure.DeliveredDense)!.Value, 1e-6);
        Assert.Null(double_.ChipsToMatch(FleetFigure.ClusterRun));
    }

    [Fact]
    public void A_run_that_no_number_of_chips_finishes_has_no_parity()
    {
        var fleet = FleetFiles.Read(FleetFiles.Two);
        var study = FleetStudy.Of(Small, [fleet], Plans.Value, MadePlans.Paper, Stop);
        var first = study.Results[0];
        var huge = first with
        {
            Figures = first.Figures.ToDictionary(entry => entry.Key, entry => entry.Key == FleetFigure.ClusterRun ? entry.Value with { Value = 1e32, Low = 1e32, High = 1e32 } : entry.Value),
            Draws = [.. first.Draws.Select(draw => draw.Select((value, at) => at == (int)FleetFigure.ClusterRun ? 1e32 : value).ToArray())],
        };
        var parity = FleetParity.Of(study, huge, first, Planner, _ => { }, Stop);
        Assert.Equal(double.PositiveInfinity, parity.Run!.Chips);
        Assert.True(parity.Run.LookedUpTo >= 5_000_000);
    }
}
