using Orrery.Analysis.Reliability;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Analysis.Tests.Reliability;

/// <summary>Shares of wall-clock time, the best checkpoint interval and waiting for hosts, by laws, by hand and by chance.</summary>
public sealed class WallTimeTests
{
    private static readonly Seconds None = new(0);

    public static TheoryData<double, double, double, double, double, double> Jobs => new()
    {
        // MTTF, interval, blocked, recovery, lag, waiting
        { 11_124, 850, 3, 600, 7, 0 },
        { 1_080, 120, 10, 600, 20, 0.01 },
        { 300, 600, 60, 900, 0, 0.2 },
        { 1e7, 40_000, 30, 600, 90, 0 },
        { 3_600, 60, 0, 0, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Shares_SumToOne_AndNoneIsNegative(double mttf, double interval, double blocked, double recovery, double lag, double waiting)
    {
        var time = WallTime.Of(new PerSecond(1 / mttf), new(interval), new(blocked), new(recovery), new(lag), waiting);
        Assert.Equal(1, Sum(time), 1e-12);
        Assert.All(new[] { time.Useful, time.LostWork, time.Recovery, time.Checkpoints, time.Waiting }, share => Assert.InRange(share, -1e-15, 1));
    }

    /// <summary>The renewal argument by brute force: a million segments with failures drawn at random.</summary>
    [Theory]
    [InlineData(1_080, 120, 10, 600)]
    [InlineData(300, 600, 60, 90)]
    [InlineData(11_124, 850, 30, 600)]
    public void Shares_AreThoseOfAPlayedJob(double mttf, double interval, double blocked, double recovery)
    {
        var random = new Random(7);
        var (useful, writing, recovering, all) = (0.0, 0.0, 0.0, 0.0);
        var next = Draw();
        for (var segment = 0; segment < 200_000; segment++)
        {
            while (next - all < interval + blocked)
            {
                // Failed: every further failure during the recovery starts it anew.
                all = next;
                next = all + Draw();
                while (next - all < recovery)
                {
                    recovering += next - all;
                    all = next;
                    next = all + Draw();
                }

                recovering += recovery;
                all += recovery;
            }

            all += interval + blocked;
            useful += interval;
            writing += blocked;
        }

        var time = WallTime.Of(new PerSecond(1 / mttf), new(interval), new(blocked), new(recovery), None, 0);
        Assert.Equal(useful / all, time.Useful, 0.01 * time.Useful);
        Assert.Equal(writing / all, time.Checkpoints, 0.01 * time.Checkpoints);
        Assert.Equal(recovering / all, time.Recovery, 0.02 * time.Recovery);

        double Draw() => -Math.Log(1 - random.NextDouble()) * mttf;
    }

    /// <summary>Where failures are rare against interval and recovery, first order and exact form are one.</summary>
    [Fact]
    public void FirstOrder_AgreesWhereFailuresAreRare()
    {
        var (rate, interval, blocked, recovery) = (new PerSecond(1 / 1e6), new Seconds(2000), new Seconds(5), new Seconds(600));
        Assert.Equal(WallTime.FirstOrder(rate, interval, blocked, recovery), WallTime.Of(rate, interval, blocked, recovery, None, 0).Useful, 1e-5);
    }

    [Fact]
    public void NoFailures_LeaveCheckpointsAlone()
    {
        var time = WallTime.Of(default, new Seconds(99), new Seconds(1), new Seconds(600), new Seconds(5), 0);
        Assert.Equal((0.99, 0.01), (time.Useful, time.Checkpoints));
        Assert.Equal(1, WallTime.Of(default, CheckpointInterval.Best(default, new Seconds(1)), new Seconds(1), None, None, 0).Useful);
    }

    /// <summary>Daly's optimum beats its neighbours, and is Young's square root where writing is short.</summary>
    [Theory]
    [InlineData(11_124, 2.8)]
    [InlineData(3_600, 60)]
    [InlineData(600, 600)]
    [InlineData(1e8, 1e-3)]
    public void Best_BeatsItsNeighbours(double mttf, double blocked)
    {
        var rate = new PerSecond(1 / mttf);
        var best = CheckpointInterval.Best(rate, new Seconds(blocked));
        Assert.All(new[] { 0.8, 0.95, 1.05, 1.25 }, factor => Assert.True(Useful(best.Value) > Useful(best.Value * factor)));
        Assert.InRange(best.Value / CheckpointInterval.Young(rate, new Seconds(blocked)).Value, 0.5, 1.0001);
        if (blocked < mttf / 1e3)
        {
            Assert.Equal(CheckpointInterval.Young(rate, new Seconds(blocked)).Value, best.Value, 0.03 * best.Value);
        }

        double Useful(double interval) => WallTime.Of(rate, new Seconds(interval), new Seconds(blocked), new Seconds(60), None, 0).Useful;
    }

    [Fact]
    public void Best_OfWritingThatBlocksNothing_IsNone() => Assert.Equal(0, CheckpointInterval.Best(new PerSecond(1e-4), None).Value);

    /// <summary>
    /// Without spares the job is away R of every MTBF + R: 98.5 h and 75 min make 98.75 % available, 13.8 h 91.7 %, 98.5 h and 13 min 99.78 %.
    /// </summary>
    [Theory]
    [InlineData(98.5, 75, 0.9875)]
    [InlineData(13.8, 75, 0.9169)]
    [InlineData(98.5, 13, 0.9978)]
    public void Waiting_WithoutSpares_IsOneLessTheAvailability(double mtbfHours, double minutes, double availability) =>
        Assert.Equal(1 - availability, SpareHosts.Waiting(new PerSecond(1 / (mtbfHours * 3600)), new Seconds(minutes * 60), 0), 1e-4);

    /// <summary>Erlang's loss formula at a load of 2: B(1) = 2/3, B(2) = 2/5, B(3) = 4/19.</summary>
    [Theory]
    [InlineData(0, 2 / 3.0)]
    [InlineData(1, 2 / 5.0)]
    [InlineData(2, 4 / 19.0)]
    public void Waiting_IsErlangsLossFormula(int spares, double expected) =>
        Assert.Equal(expected, SpareHosts.Waiting(new PerSecond(2 / 3600.0), new Seconds(3600), spares), 1e-12);

    private static double Sum(WallTime time) => time.Useful + time.LostWork + time.Recovery + time.Checkpoints + time.Waiting;
}
