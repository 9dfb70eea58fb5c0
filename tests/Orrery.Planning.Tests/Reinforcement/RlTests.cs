using Orrery.Planning.Reinforcement;
using Xunit;

namespace Orrery.Planning.Tests.Reinforcement;

public sealed class RlTests
{
    private static readonly RlTimes InTurn = new(40, 5, 20, 1, 2, Overlaps: false);

    [Fact]
    public void Parts_sum_to_the_step()
    {
        Assert.Equal(40 + 5 + 20 + 1 + 2, InTurn.Step);
        var beside = InTurn with { Overlaps = true };
        Assert.Equal(beside.Step, beside.ExposedRollout + beside.Forward + beside.Training + beside.Sync + beside.Moves);
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(10, 25)]
    public void Off_policy_costs_the_slower_of_the_two(double rollout, double slower) =>
        Assert.Equal(slower + 1, new RlTimes(rollout, 5, 20, 1, 0, Overlaps: true).Step);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Half_of_every_time_is_half_the_step(bool overlaps)
    {
        var whole = InTurn with { Overlaps = overlaps };
        var half = new RlTimes(whole.Rollout / 2, whole.Forward / 2, whole.Training / 2, whole.Sync / 2, whole.Moves / 2, overlaps);
        Assert.Equal(whole.Step / 2, half.Step);
    }

    [Theory]
    [InlineData(2000, 4000)]
    [InlineData(2000, 10000)]
    [InlineData(100, 1000)]
    public void Lengths_have_the_mean_and_percentile_asked_for(int mean, int p99)
    {
        var lengths = new OutputLengths(mean, p99, int.MaxValue).Draw(200_000, 7);
        Array.Sort(lengths);

        Assert.Equal(mean, lengths.Average(), 0.02 * mean);
        Assert.Equal(p99, lengths[(int)(0.99 * lengths.Length)], 0.05 * p99);
    }

    [Fact]
    public void Lengths_are_cut_and_the_same_for_the_same_seed()
    {
        var lengths = new OutputLengths(2000, 10000, 8192);

        Assert.Equal(lengths.Draw(5000, 3), lengths.Draw(5000, 3));
        Assert.NotEqual(lengths.Draw(5000, 3), lengths.Draw(5000, 4));
        Assert.Equal(8192, lengths.Draw(5000, 3).Max());
    }
}
