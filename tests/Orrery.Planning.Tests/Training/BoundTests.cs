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
        var question = RandomQuestion.Small(seed);
        var best = new BruteForce(question).Best(double.PositiveInfinity, withMicroBatch: true);
        var space = new StrategySpace(question);
        var costs = new ShardCosts(question, space);
        var bound = new LayoutBound(question, space, costs);
        var placements = new Placements(question, space, costs.Places);
        foreach (var (layout, seconds) in best)
        {
            var (dense, allRouted) = (costs.Dense(layout), costs.Routed(layout));
            var routed = allRouted?[space.Experts(layout).Single(choice => choice.Of(layout) == layout).Index];
            var kernels = bound.Of(layout, dense, routed?.ComputeSeconds ?? 0);
            var ofMicroBatch = bound.Of(layout, dense, allRouted?.Least ?? 0);
            var withExchanges = bound.WithExchanges(layout, dense, routed);
            var withPlacements = bound.WithPlacements(layout, dense, routed, placements.Of(layout));
            var grid = layout with { Expert = 1, ExpertTensor = 1, MicroBatch = 1 };
            var least = seconds * Rounding;
            Assert.True(bound.OfGrid(grid) <= least, $"{BruteForce.Text(layout)}: {bound.OfGrid(grid):R} for its grid, {seconds:R} in truth");
            Assert.True(ofMicroBatch <= least, $"{BruteForce.Text(layout)}: {ofMicroBatch:R} for its micro-batch, {seconds:R} in truth");
            Assert.True(kernels <= least, $"{BruteForce.Text(layout)}: {kernels:R} for its kernels, {seconds:R} in truth");
            Assert.True(withExchanges <= least, $"{BruteForce.Text(layout)}: {withExchanges:R} with exchanges, {seconds:R} in truth");
            Assert.True(withPlacements <= least, $"{BruteForce.Text(layout)}: {withPlacements:R} with placements, {seconds:R} in truth");
        }
    });
}
