using Orrery.Quantities;
using Orrery.Simulation.Engine;
using Xunit;

namespace Orrery.Simulation.Tests.Engine;

public sealed class InstantTests
{
    [Fact]
    public void The_default_is_the_start()
    {
        Assert.Equal(Instant.Start, default);
        Assert.Equal(Duration.Zero, default);
    }

    [Fact]
    public void A_point_and_a_length_make_a_point()
    {
        var later = Instant.Start + Duration.Of(new Seconds(1.5e-6));
        Assert.Equal(1500, later.Ticks);
        Assert.Equal(new Duration(1500), later - Instant.Start);
        Assert.Equal(1.5e-6, later.SinceStart.Value, 15);
    }

    [Theory]
    [InlineData(0.4e-9, 0)]
    [InlineData(0.6e-9, 1)]
    [InlineData(1.0, 1_000_000_000)]
    public void Seconds_round_to_the_nearest_tick(double seconds, long ticks) => Assert.Equal(ticks, Duration.Of(new Seconds(seconds)).Ticks);

    [Theory]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e10)]
    public void What_is_no_length_is_refused(double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Duration.Of(new Seconds(seconds)));

    [Fact]
    public void Time_does_not_wrap_around() =>
        Assert.Throws<OverflowException>(() => new Instant(long.MaxValue) + new Duration(1));
}
