using Orrery.Analysis.Scaling;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Policy.Fleets;
using Xunit;

namespace Orrery.Policy.Tests.Fleets;

public sealed class FleetStudyTests
{
    private static readonly Fleet Two = FleetFiles.Read(FleetFiles.Two);

    private static FleetQuestion Certain => MadePlans.Question with { FrontierFlop = new Sourced<double>(1e25, "TEST", Confidence.Published) };

    [Fact]
    public void Chips_of_the_reference_are_as_many_h100_equivalents_by_every_count()
    {
        var result = MadePlans.Study(Two).Results[0];
        foreach (var figure in new[] { FleetFigure.PaperTpp, FleetFigure.PaperEightBit, FleetFigure.PaperEpoch, FleetFigure.DeliveredDense, FleetFigure.DeliveredMoe, FleetFigure.DeliveredDecode })
        {
            Assert.Equal(16384 + 8192, result[figure].Value, (16384 + 8192) * 1e-3);
        }

        Assert.Equal(MadePlans.Rate * (16384 + 8192), result[FleetFigure.ServedTokens].Value, 1e-3);
    }

    [Fact]
    public void What_holdings_bring_sums_to_the_figures()
    {
        foreach (var id in new[] { "us-six", "china-chinatalk", "colossus-1" })
        {
            var result = MadePlans.Study(Shipped.Catalog.Fleet(id)).Results[0];
            Same(FleetFigure.Chips, one => one.Chips);
            Same(FleetFigure.PaperEpoch, one => one.Paper);
            Same(FleetFigure.DeliveredDense, one => one.Dense);
            Same(FleetFigure.DeliveredMoe, one => one.Moe);
            Same(FleetFigure.DeliveredDecode, one => one.Decode);
            Same(FleetFigure.ServedTokens, one => one.Served);
            Same(FleetFigure.FrontierRuns, one => one.FrontierRuns);
            Same(FleetFigure.BigH100e, one => one.Big);
            Same(FleetFigure.SitePower, one => one.Power);
            Assert.Equal(result.Holdings.Max(one => one.LargestRun), result[FleetFigure.ClusterRun].Value);

            void Same(FleetFigure figure, Func<HoldingResult, double> of) =>
                Assert.Equal(result.Holdings.Sum(of), result[figure].Value, Math.Abs(result[figure].Value) * 1e-9);
        }
    }

    [Fact]
    public void A_total_is_held_whatever_the_shares()
    {
        var fleet = Shipped.Catalog.Fleet("china-epoch") with { Total = new Sourced<double>(1e6, "TEST", Confidence.Published) };
        var result = MadePlans.Study(fleet).Results[0];
        Assert.All(result.Draws, draw => Assert.Equal(1e6, draw[(int)FleetFigure.PaperEpoch], 1e-3));
        Assert.Equal(1e6, result[FleetFigure.PaperEpoch].Low, 1e-3);
    }

    [Fact]
    public void The_largest_run_fills_the_time_with_tokens_that_count_and_those_that_make_up_for_the_batch()
    {
        var result = MadePlans.Study(Two, question: Certain).Results[0];
        var tokens = result[FleetFigure.ClusterRun].Value / MadePlans.FlopPerToken;
        var critical = CriticalBatch.Tokens(Certain.Law, 1e11, tokens);
        Assert.Equal(8192 * MadePlans.Rate * 120 * 86400, CriticalBatch.TokensNeeded(tokens, MadePlans.Batch, critical), 1e9);
    }

    [Fact]
    public void A_site_trains_with_all_its_clusters_and_other_sites_with_none_of_them()
    {
        var result = MadePlans.Study(Two, question: Certain).Results[0];
        var alone = MadePlans.Study(Two with { Holdings = [Two.Holdings[0] with { Clusters = Two.Holdings[1].Clusters }] }, question: Certain).Results[0];
        Assert.Equal(alone[FleetFigure.ClusterRun].Value, result[FleetFigure.SiteRun].Value, result[FleetFigure.SiteRun].Value * 1e-9);
        Assert.True(result[FleetFigure.SiteRun].Value > result[FleetFigure.ClusterRun].Value);
    }

    [Fact]
    public void Twice_the_chips_are_twice_every_sum_and_no_smaller_run()
    {
        foreach (var id in new[] { "colossus-1", "nvidiana" })
        {
            var fleet = Shipped.Catalog.Fleet(id);
            var twice = fleet.Total is { } total ? fleet with { Total = total with { Value = 2 * total.Value, Low = 2 * total.Low, High = 2 * total.High } } : fleet.Times(2);
            var (one, two) = (MadePlans.Study(fleet, Growing).Results[0], MadePlans.Study(twice, Growing).Results[0]);
            foreach (var figure in new[] { FleetFigure.Chips, FleetFigure.PaperTpp, FleetFigure.DeliveredMoe, FleetFigure.ServedTokens, FleetFigure.EnergyAYear })
            {
                Assert.Equal(2 * one[figure].Value, two[figure].Value, one[figure].Value * 1e-9);
            }

            Assert.True(two[FleetFigure.ClusterRun].Value >= one[FleetFigure.ClusterRun].Value);
            Assert.True(two[FleetFigure.FrontierRuns].Value >= one[FleetFigure.FrontierRuns].Value);
        }

        // A loss at which the last chips bring less than their failures take.
        static double Growing(int chips) => chips / 50_000.0;
    }

    [Fact]
    public void Where_failures_take_more_than_chips_bring_the_run_uses_a_part_of_the_cluster()
    {
        var law = new CriticalPower(1e12, 0);
        var curve = MadePlans.Of(chips => chips / 10_000.0)[FleetPlanner.Reference].Run;
        var drawn = new DrawnCurve(curve.Filled(), law, 1, 1, 1e7);
        Assert.Equal(drawn.Tokens(60_000), drawn.Tokens(120_000), drawn.Tokens(60_000) * 1e-9);

        // n exp(-n / 10,000) is largest at 10,000 chips: exp(-1) of their tokens.
        Assert.Equal(Math.Exp(-1), drawn.Tokens(100_000) / (MadePlans.Rate * 10_000 * 1e7), 0.01);
        Assert.Equal(double.PositiveInfinity, drawn.ChipsFor(drawn.Tokens(120_000) * 1.001));
    }

    [Fact]
    public void The_cluster_that_a_run_needs_does_just_that_run()
    {
        var curve = MadePlans.Of()[FleetPlanner.Reference].Run;
        var drawn = new DrawnCurve(curve.Filled(), CriticalPower.Of(Certain.Law, Certain.Law.Coefficient.Value, Certain.Law.Exponent.Value, 1e11), 1, 1, 1e7);
        foreach (var chips in new[] { 100.0, 1000, 5000, 60_000 })
        {
            Assert.Equal(chips, drawn.ChipsFor(drawn.Tokens(chips)), chips * 1e-9);
        }
    }

    [Fact]
    public void Energy_is_power_times_cooling_times_load_times_a_year()
    {
        var result = MadePlans.Study(Two).Results[0];
        var system = Shipped.Catalog.System("dgx-h100");
        var power = system.Power!.Value.Value / 8 * 24576 * 1.25;
        Assert.Equal(power, result[FleetFigure.SitePower].Value, power * 1e-9);
        Assert.Equal(power * 0.5 * 365.25 * 86400, result[FleetFigure.EnergyAYear].Value, power);
    }

    [Fact]
    public void Big_is_what_stands_in_clusters_of_the_size_asked_for()
    {
        double Share(double least) => MadePlans.Study(Two, question: Certain with { BigCluster = least }).Results[0][FleetFigure.BigShare].Value;
        Assert.Equal(1, Share(500), 1e-9);
        Assert.Equal(((0.75 * 16384) + 8192) / 24576, Share(4000), 1e-9);
        Assert.Equal(8192.0 / 24576, Share(5000), 1e-9);
        Assert.Equal(0, Share(9000), 1e-9);
    }

    [Fact]
    public void An_interval_holds_its_value_and_grows_with_what_is_not_known()
    {
        var fleet = Shipped.Catalog.Fleet("china-chinatalk");
        var (sure, unsure) = (MadePlans.Study(fleet, spread: 1.05).Results[0], MadePlans.Study(fleet, spread: 1.6).Results[0]);
        var (one, other) = (sure[FleetFigure.DeliveredDense], unsure[FleetFigure.DeliveredDense]);
        Assert.InRange(other.Value, other.Low, other.High);
        Assert.True(other.High / other.Low > one.High / one.Low);
    }

    [Fact]
    public void The_input_that_alone_is_unsure_is_the_one_that_widens()
    {
        var fleet = Two with { Holdings = [Two.Holdings[0] with { Amount = new Sourced<double>(16384, "TEST", Confidence.Assumed, 8000, 32000) }, Two.Holdings[1]] };
        var chips = MadePlans.Study(fleet).Results[0][FleetFigure.Chips];
        Assert.Equal("fleets/two:holdings.first.chips", chips.Drivers[0].Input.Name);
        Assert.Equal(1, chips.Drivers[0].Share, 1e-9);
        Assert.Empty(MadePlans.Study(Two).Results[0][FleetFigure.Chips].Drivers);
    }

    [Fact]
    public void The_same_seed_gives_the_same_draws_and_another_seed_others()
    {
        var fleet = Shipped.Catalog.Fleet("us-six");
        var (one, again) = (MadePlans.Study(fleet).Results[0], MadePlans.Study(fleet).Results[0]);
        var other = MadePlans.Study(fleet, question: MadePlans.Question with { Seed = 2 }).Results[0];
        Assert.Equal(one.Draws, again.Draws);
        Assert.NotEqual(one.Draws, other.Draws);
    }

    [Fact]
    public void What_two_fleets_share_cancels_in_their_ratio()
    {
        var fleet = Shipped.Catalog.Fleet("nvidiana");
        var study = FleetStudy.Of(MadePlans.Question, [fleet, fleet], MadePlans.Of(spread: 1.5, systems: ["gb200-nvl72"]), MadePlans.Paper, TestContext.Current.CancellationToken);
        Assert.All(study.Results[0].Draws.Zip(study.Results[1].Draws), pair => Assert.Equal(pair.First, pair.Second));
        Assert.NotEqual(study.Results[0][FleetFigure.DeliveredDense].Low, study.Results[0][FleetFigure.DeliveredDense].High);
    }
}
