using Orrery.Planning.Training;
using Xunit;

namespace Orrery.Planning.Tests.Training;

/// <summary>No bound is above the best strategy of what it bounds, whether that fits or not.</summary>
public sealed class BoundTests
{
    private const double Rounding = 1 + 1e-9;

    [Fact]
    public void Bounds_OfRandomQuestions_NeverExceedTheBest() => Draw.Check(150, 21, seed =>
    {
        var question = RandomQuestion.Of(seed, 6_000);
        var best = new BruteForce(question).Best(double.PositiveInfinity, withMicroBatch: true);
        var space = new StrategySpace(question);
        var costs = new ShardCosts(question, space);
        var bound = new LayoutBound(question, space, costs);
        foreach (var (layout, seconds) in best)
        {
            var routed = costs.Routed(layout);
            var grid = layout with { Expert = 1, ExpertTensor = 1, MicroBatch = 1 };
            var least = seconds * Rounding;
            Assert.True(bound.OfGrid(grid) <= least, $"{BruteForce.Text(layout)}: {bound.OfGrid(grid):R} for its grid, {seconds:R} in truth");
            Assert.True(bound.OfMicroBatch(layout with { Expert = 1, ExpertTensor = 1 }) <= least, $"{BruteForce.Text(layout)}: {bound.OfMicroBatch(layout):R} for its micro-batch, {seconds:R} in truth");
            Assert.True(bound.Of(layout, routed) <= least, $"{BruteForce.Text(layout)}: {bound.Of(layout, routed):R} for its kernels, {seconds:R} in truth");
            Assert.True(bound.WithExchanges(layout, routed) <= least, $"{BruteForce.Text(layout)}: {bound.WithExchanges(layout, routed):R} with exchanges, {seconds:R} in truth");
        }
    });
}
