using Orrery.Comparison.Serving;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class ServingComparisonTests
{
    [Fact]
    public void Ratio_is_that_of_two_plans()
    {
        var (h100, h200) = (Contestant("dgx-h100", 4), Contestant("dgx-h200", 4));
        var comparison = ServingComparison.Of(Shipped.Catalog, [h100, h200], WithBf16, _ => { }, TestContext.Current.CancellationToken);

        var bout = Assert.Single(comparison.Bouts);
        double Tokens(ServingContestant contestant) => ServingPlanner.Best(contestant.Question, TestContext.Current.CancellationToken).Best!.Estimate.OutputTokensPerSecond;
        Assert.Equal(Tokens(h200) / Tokens(h100), bout.Ratio(1)!.Value, 1e-9);
        Assert.Equal(bout.Ratio(1)!.Value, bout.RatioPerChip(1)!.Value, 1e-9);

        // No narrower than either's own range, and held by both together.
        var (low, high) = bout.RatioRange(1)!.Value;
        var ranges = bout.Results.Select(result => result.Range!.Capacity).ToList();
        Assert.InRange(Math.Log(high / low), ranges.Max(range => range.Width), ranges.Sum(range => range.Width));
        Assert.InRange(bout.Ratio(1)!.Value, low, high);
        Assert.Null(bout.RatioRange(0));
    }

    [Fact]
    public void A_system_against_itself_is_even()
    {
        var comparison = ServingComparison.Of(Shipped.Catalog, [Contestant("dgx-h100", 2), Contestant("dgx-h100", 2)], WithBf16, _ => { }, TestContext.Current.CancellationToken);
        Assert.All(comparison.Bouts, bout => Assert.Equal(1, bout.Ratio(1)!.Value, 1e-12));
    }

    [Fact]
    public void What_is_served_keeps_to_the_targets_and_its_range_holds_it()
    {
        var contestant = Contestant("dgx-h100", 8);
        var result = ServedResult.Of(Shipped.Catalog, contestant, CancellationToken.None);

        Assert.True(result.Best!.Estimate.Tpot.Total <= contestant.Question.Targets.Tpot);
        Assert.True(result.Range!.TokensPerSecond.Low <= result.TokensPerSecond && result.TokensPerSecond <= result.Range.TokensPerSecond.High);
        Assert.Equal(result.TokensPerSecond!.Value / 8, result.TokensPerSecondPerChip!.Value, 1e-9);
        Assert.Equal(result.Levers.Max(effect => effect.Gain), result.Levers[0].Gain);
    }

    [Fact]
    public void A_target_that_no_batch_meets_is_answered_with_why()
    {
        var contestant = Contestant("dgx-h100", 2);
        var result = ServedResult.Of(Shipped.Catalog, contestant with { Question = contestant.Question with { Targets = new ServingTargets(5, 1e-6) } }, CancellationToken.None);

        Assert.Null(result.Best);
        Assert.True(result.WhyNone!.FastestTpot > 1e-6);
    }

    [Theory]
    [InlineData("cloudmatrix-384", new[] { WeightFormat.Int8 })]
    [InlineData("dgx-h100", new[] { WeightFormat.Fp8Block })]
    [InlineData("gb200-nvl72", new[] { WeightFormat.Fp8Block, WeightFormat.Nvfp4 })]
    public void A_chip_without_the_checkpoints_format_falls_to_the_next_that_it_has(string system, WeightFormat[] expected) => Assert.Equal(
        expected, FormatChoice.Fastest(Shipped.Catalog.Model("deepseek-r1"), Shipped.Catalog.System(system).Chip, CacheFormat.Bf16).Select(format => format.Dense));

    [Fact]
    public void What_is_planned_for_two_pools_stays_under_the_target_where_rates_fall_with_the_batch()
    {
        // At 2048 requests the tiles of the experts' products are full and at 2049 they are not: more requests serve less there.
        var system = Shipped.Catalog.System("gb200-nvl72");
        var question = new ServingPlanQuestion(
            Workload("deepseek-r1", 4096, 1024), [ServingPrecision.All(WeightFormat.Nvfp4, CacheFormat.Bf16)], new Cluster(system, 72), Shipped.Catalog.Engine("vllm"), new ServingTargets(5, 0.05))
        {
            Keep = 1,
            Limits = new ServingLimits { Aggregated = false, Tensor = Planning.Training.DegreeRange.Only(1), CacheShards = Planning.Training.DegreeRange.Only(1) },
        };
        var best = ServingPlanner.Best(question, TestContext.Current.CancellationToken).Best!;

        Assert.True(best.Estimate.Tpot.Total <= 0.05 * (1 + 1e-6), $"{best.Estimate.Tpot.Total}");
        Assert.True(best.Estimate.Running <= best.Candidate.Batch);
    }

    [Fact]
    public void Parity_of_a_system_with_itself_is_itself()
    {
        var parity = ServingParity.Of(Shipped.Catalog, Contestant("dgx-h100", 8), Contestant("dgx-h100", 8), 64, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(parity.First.Best!.Candidate.Deployment.Chips, parity.Chips);
        Assert.Equal(1, parity.ChipRatio!.Value, 1e-12);
    }

    [Fact]
    public void Twice_the_system_takes_more_chips_and_a_target_out_of_reach_no_number()
    {
        var small = Contestant("dgx-h100", 8);
        var twice = ServingParity.Of(Shipped.Catalog, Contestant("dgx-h100", 16), small, 64, _ => { }, TestContext.Current.CancellationToken);
        var never = ServingParity.Of(Shipped.Catalog, small, small with { Question = small.Question with { Targets = new ServingTargets(1, 1e-6) } }, 64, _ => { }, TestContext.Current.CancellationToken);

        Assert.InRange(twice.Chips!.Value, 9, 16);
        Assert.Null(never.Chips);
        Assert.Equal(64, never.LookedUpTo);
        Assert.True(never.Second!.WhyNone!.FastestTpot > 1e-6);
    }

    /// <summary>One system cannot meet the target at any batch; replicas over several can, so its failure is no answer.</summary>
    [Fact]
    public void A_target_that_only_larger_replicas_meet_is_looked_for_on_more_chips()
    {
        var slow = Contestant("dgx-a100", 8);
        double Fastest(int chips) => WhyNotServed.Of(Alone(chips), TestContext.Current.CancellationToken).FastestTpot;
        var target = (Fastest(2) + Fastest(4)) / 2;
        var targets = new ServingTargets(double.PositiveInfinity, target);
        var first = Contestant("dgx-h100", 8);
        var parity = ServingParity.Of(
            Shipped.Catalog, first with { Question = first.Question with { Targets = targets } }, slow with { Question = Alone(2) with { Targets = targets } }, 4096, _ => { }, TestContext.Current.CancellationToken);

        Assert.Null(ServingPlanner.Best(Alone(2) with { Targets = targets }, TestContext.Current.CancellationToken).Best);
        Assert.True(parity.Chips >= 4);
        Assert.True(parity.Second!.Best!.Candidate.Tpot <= target);

        // A system of so many chips, so that one alone has too few.
        ServingPlanQuestion Alone(int chips) => slow.Question with { Cluster = new Cluster(slow.Cluster.System with { Chips = 2 }, chips) };
    }

    [Fact]
    public void A_curve_has_the_plan_of_each_number_of_chips()
    {
        var contestant = Contestant("dgx-h100", 8);
        var scaling = ServingScaling.Of(Shipped.Catalog, contestant, [1, 2, 4], _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 4], scaling.Points.Select(point => point.Contestant.Cluster.Chips));
        Assert.Equal(ServingPlanner.Best(Contestant("dgx-h100", 4).Question, TestContext.Current.CancellationToken).Best!.Estimate.OutputTokensPerSecond, scaling.Points[2].TokensPerSecond!.Value, 1e-9);
        Assert.True(scaling.Points[0].TokensPerSecond <= scaling.Points[1].TokensPerSecond && scaling.Points[1].TokensPerSecond <= scaling.Points[2].TokensPerSecond);
        Assert.True(scaling.Knee!.TokensPerSecondPerChip >= 0.98 * scaling.BestPerChip);
    }

    internal static ServingContestant Contestant(string system, int chips) => new(system, new ServingPlanQuestion(
        Workload("llama-3.1-8b", 1024, 128), [WithBf16], new Cluster(Shipped.Catalog.System(system), chips), Shipped.Catalog.Engine("vllm"), new ServingTargets(1, 0.03)) { Keep = 1 });

    private static ServingPrecision WithBf16 { get; } = ServingPrecision.All(WeightFormat.Bf16, CacheFormat.Bf16);

    private static ServingWorkload Workload(string model, int input, int output) => new()
    {
        Model = Shipped.Catalog.Model(model), Precision = WithBf16, Input = TokenRange.Exactly(input), Output = TokenRange.Exactly(output),
    };
}
