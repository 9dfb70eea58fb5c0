using Orrery.Policy.Fleets;
using Xunit;

namespace Orrery.Policy.Tests.Fleets;

public sealed class FleetInputTests
{
    private const int Many = 20_000;

    private static double[] Draws(FleetInput input) => [.. Enumerable.Range(0, Many).Select(at => input.Draw(7, at))];

    [Theory]
    [InlineData(10, 12, 30)]
    [InlineData(0, 5, 5)]
    [InlineData(1, 1, 2)]
    public void A_range_is_drawn_as_a_triangle(double low, double value, double high)
    {
        var draws = Draws(new FleetInput("a", value, low, high, ""));
        Assert.All(draws, draw => Assert.InRange(draw, low, high));
        Assert.Equal((low + value + high) / 3, draws.Average(), (high - low) * 0.01);
        var below = draws.Count(draw => draw < value) / (double)Many;
        Assert.Equal((value - low) / (high - low), below, 0.02);
    }

    [Fact]
    public void An_error_factor_stays_within_its_ends_eight_times_in_ten_and_is_one_in_the_middle()
    {
        var draws = Draws(new FleetInput("b", 1, 0.8, 1.6, "", IsFactor: true));
        Assert.Equal(0.1, draws.Count(draw => draw < 0.8) / (double)Many, 0.01);
        Assert.Equal(0.1, draws.Count(draw => draw > 1.6) / (double)Many, 0.01);
        Assert.Equal(1, draws.Order().ElementAt(Many / 2), 0.01);
    }

    [Fact]
    public void Inputs_of_two_names_have_nothing_to_do_with_each_other()
    {
        var one = Draws(new FleetInput("a", 1, 0, 2, ""));
        var other = Draws(new FleetInput("b", 1, 0, 2, ""));
        Assert.InRange(RankCorrelation.Of(RankCorrelation.Ranks(one), RankCorrelation.Ranks(other)), -0.03, 0.03);
        Assert.Equal(one, Draws(new FleetInput("a", 1, 0, 2, "elsewhere")));
    }

    [Fact]
    public void Ranks_rise_with_values_and_equal_values_share_theirs()
    {
        Assert.Equal([1, -1, 0], RankCorrelation.Ranks([9, 2, 5]));
        Assert.Equal([-0.5, 1, -0.5], RankCorrelation.Ranks([2, 5, 2]));
        Assert.Equal(1, RankCorrelation.Of(RankCorrelation.Ranks([1, 2, 3]), RankCorrelation.Ranks([1, 10, 1000])), 1e-12);
        Assert.Equal(-1, RankCorrelation.Of(RankCorrelation.Ranks([1, 2, 3]), RankCorrelation.Ranks([3, 2, 1])), 1e-12);
        Assert.Equal(0, RankCorrelation.Of(RankCorrelation.Ranks([1, 1, 1]), RankCorrelation.Ranks([3, 2, 1])), 1e-12);
    }

    [Fact]
    public void An_interval_is_the_middle_of_the_draws()
    {
        var (low, high) = FleetStudy.Interval([.. Enumerable.Range(0, 11).Select(at => (double)at)], 0.8);
        Assert.Equal(1, low, 1e-9);
        Assert.Equal(9, high, 1e-9);
        Assert.Equal((0, double.PositiveInfinity), FleetStudy.Interval([0, 0, double.PositiveInfinity, double.PositiveInfinity], 0.8));
    }
}
