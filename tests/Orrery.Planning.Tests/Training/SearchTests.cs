using Orrery.Domain.Strategies;
using Orrery.Planning.Training;
using Xunit;

namespace Orrery.Planning.Tests.Training;

/// <summary>What the search finds and proves is what going through the whole space finds.</summary>
public sealed class SearchTests
{
    /// <summary>Rounding of sums in other orders.</summary>
    private const double Rounding = 1e-9;

    [Fact]
    public void TheSpace_OfRandomQuestions_HoldsLegalStrategiesOnceAndAsManyAsItCounts() => Draw.Check(60, 11, seed =>
    {
        var question = RandomQuestion.Small(seed);
        var strategies = new StrategySpace(question).All().ToList();
        Assert.Equal(RandomQuestion.Count(question), (UInt128)(uint)strategies.Count);
        Assert.Equal(strategies.Count, strategies.ToHashSet().Count);
        Assert.All(strategies, strategy => Assert.Empty(StrategyRules.Check(strategy, question.Workload, strategy.Chips)));
        Assert.All(strategies, strategy => Assert.True(question.Limits.Chips.Allows(strategy.Chips) && strategy.Chips <= question.Cluster.Chips));
    });

    [Fact]
    public void TheBest_OfRandomQuestions_IsThatOfTheWholeSpace() => Draw.Check(150, 12, seed =>
    {
        var question = RandomQuestion.Small(seed);
        var all = new BruteForce(question);
        var space = all.Strategies.ToHashSet();
        foreach (var capacity in all.Capacities(new Draw(seed)))
        {
            var asked = With(question, capacity);
            var result = TrainingPlanner.Best(asked);
            var expected = all.Best(capacity);
            var found = Found(result);

            Assert.Equal(expected.Values.Order().Take(question.Keep), found.Select(estimate => estimate.Iteration.Value), Same);
            Assert.Equal(found.Count, found.DistinctBy(estimate => BruteForce.LayoutOf(estimate.Strategy).WithoutMicroBatch).Count());
            Assert.All(found, estimate => Assert.Contains(estimate.Strategy, space));
            Assert.All(found, estimate => Assert.True(all.Fits(estimate.Memory, capacity)));
            Assert.All(found, estimate => Assert.Equal(
                expected[BruteForce.LayoutOf(estimate.Strategy).WithoutMicroBatch], estimate.Iteration.Value, Same));
            Assert.Equal((UInt128)(uint)all.Strategies.Length, result.Proof.Strategies);
            Assert.Equal(result.Proof.Strategies, result.Proof.Accounted);
            Assert.True(result.Proof.IsComplete && result.Proof.FastestLeft is null);
            Assert.True(result.Proof.Evaluated > 0 || found.Count == 0);
        }
    });

    /// <summary>Every layout by itself, against a threshold just above its best: no bound may rule the best out, whatever its place in the order.</summary>
    [Fact]
    public void EveryLayout_SearchedJustAboveItsBest_YieldsIt() => Draw.Check(100, 13, seed =>
    {
        var question = RandomQuestion.Small(seed);
        var all = new BruteForce(question);
        foreach (var capacity in all.Capacities(new Draw(seed)))
        {
            var asked = With(question, capacity);
            var space = new StrategySpace(asked);
            var costs = new ShardCosts(asked, space);
            var search = new LayoutSearch(asked, space, costs, new PolicyTable(space.Policies, costs.Sample()), new Placements(asked, space, costs.Places));
            var best = all.Best(capacity, withMicroBatch: true);
            foreach (var layout in all.Strategies.Select(BruteForce.LayoutOf).Distinct())
            {
                var routed = costs.Routed(layout)?[space.Experts(layout).Single(choice => choice.Of(layout) == layout).Index];
                var candidate = new Candidate(layout, costs.Dense(layout), routed, 0, 0, 0);
                var seconds = best.GetValueOrDefault(layout, double.PositiveInfinity);
                foreach (var threshold in new[] { double.PositiveInfinity, seconds * (1 + 1e-7), seconds * (1 - 1e-7) })
                {
                    var tally = default(SearchTally);
                    var found = search.Search(candidate, threshold, ref tally);
                    Assert.Equal(space.CountOne(layout), Enum.GetValues<RuledOut>().Aggregate(tally.Evaluated, (sum, reason) => sum + tally[reason]));
                    Assert.True(
                        seconds < threshold == found is not null,
                        $"{BruteForce.Text(layout)} with {capacity:R} B: best {seconds:R} s, below {threshold:R} s found {found?.Seconds:R}; ruled out {Reasons(tally)}");
                    if (found is { } one)
                    {
                        Assert.Equal(seconds, one.Seconds, Same);
                        Assert.Equal(seconds, TrainingPlanner.Estimate(asked, one.Strategy).Iteration.Value, Same);
                    }
                }
            }
        }
    });

    private static PlanQuestion With(PlanQuestion question, double capacity) =>
        question with { Cluster = question.Cluster with { System = RandomSystem.WithMemory(question.Cluster.System, capacity) } };

    private static List<Analysis.Training.TrainingEstimate> Found(PlanResult result) => result.Best is { } best ? [best, .. result.RunnersUp] : [];

    private static string Reasons(SearchTally tally) =>
        string.Join(", ", Enum.GetValues<RuledOut>().Where(reason => tally[reason].ToUInt128() > 0).Select(reason => $"{reason} {tally[reason].ToUInt128()}"));

    private static bool Same(double one, double other) => one == other || Math.Abs(one - other) <= Rounding * Math.Max(one, other);
}
