using Orrery.Evidence.Calibration;
using Xunit;

namespace Orrery.Evidence.Tests.Calibration;

public sealed class LeastSquaresTests
{
    /// <summary>y = a x + b with exact data and wide priors finds the line; the spread of both shrinks.</summary>
    [Fact]
    public void Minimise_OfALine_FindsItAndKnowsIt()
    {
        double[] at = [0, 1, 2, 3, 4];
        var found = LeastSquares.Minimise([0.5, 0.5], [10, 10], [-100, -100], [100, 100], at.Length, (x, _, r) =>
        {
            for (var i = 0; i < at.Length; i++)
            {
                r[i] = ((x[0] * at[i]) + x[1] - ((2 * at[i]) - 1)) / 0.1;
            }
        });
        Assert.Equal(2, found.Point[0], 0.01);
        Assert.Equal(-1, found.Point[1], 0.02);
        Assert.All(found.Deviation, deviation => Assert.InRange(deviation, 0, 0.2));
    }

    [Fact]
    public void Minimise_OfSomethingTheDataDoNotSee_StaysAtThePrior()
    {
        var found = LeastSquares.Minimise([1.5, 0], [0.3, 10], [-10, -10], [10, 10], 3, (x, _, r) => Array.Fill(r, x[1] - 4));
        Assert.Equal(1.5, found.Point[0], 1e-6);
        Assert.Equal(0.3, found.Deviation[0], 0.01);
    }

    [Fact]
    public void Minimise_WithABound_StopsThere()
    {
        var found = LeastSquares.Minimise([0], [10], [-1], [1], 4, (x, _, r) => Array.Fill(r, (x[0] - 5) / 0.1));
        Assert.Equal(1, found.Point[0], 1e-9);
    }

    /// <summary>One wild row moves a robust fit less than a quarter of what it moves a plain mean.</summary>
    [Fact]
    public void Minimise_WithAnOutlier_IsHardlyMoved()
    {
        double[] data = [1, 1, 1, 1, 1, 1, 1, 1, 1, 21];
        var found = LeastSquares.Minimise([0], [100], [-100], [100], data.Length, (x, _, r) =>
        {
            for (var i = 0; i < data.Length; i++)
            {
                r[i] = (x[0] - data[i]) / 0.5;
            }
        });
        Assert.InRange(found.Point[0], 1, 1.5);
    }
}
