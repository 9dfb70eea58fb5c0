using Orrery.Domain.Hardware;
using Orrery.Planning.Training;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Planning.Tests.Training;

/// <summary>More of anything never makes the best plan slower.</summary>
public sealed class PlanLawTests
{
    private const int Many = 300_000;
    private const double Rounding = 1 + 1e-9;

    [Fact]
    public void MoreMemory_IsNeverSlower() => Law(51, (draw, question) =>
        With(question, RandomSystem.WithMemory(question.Cluster.System, question.Cluster.Chip.Memory.Value * draw.Between(1, 3))));

    [Fact]
    public void MoreChips_OfWhichSomeMayBeIdle_AreNeverSlower() => Law(52, (draw, question) =>
        question with { Cluster = question.Cluster with { Chips = question.Cluster.Chips + draw.Whole(1, 8) } });

    [Fact]
    public void MoreBandwidth_OfAnyTier_IsNeverSlower() => Law(
        53,
        (draw, question) =>
        {
            var tiers = question.Cluster.System.Tiers;
            var which = draw.Whole(0, tiers.Count - 1);
            var factor = draw.Between(1, 4);
            return With(question, question.Cluster.System with
            {
                Tiers = [.. tiers.Select((tier, index) => index != which ? tier
                    : tier with { Bandwidth = Catalogued.Of(new BytesPerSecond(tier.Bandwidth.Value.Value * factor)) })],
            });
        });

    [Fact]
    public void MorePeak_IsNeverSlower() => Law(
        54,
        (draw, question) => With(question, question.Cluster.System with { Chip = RandomSystem.Faster(question.Cluster.Chip, draw.Between(1, 4)) }));

    private static void Law(ulong replay, Func<Draw, PlanQuestion, PlanQuestion> more) => Draw.Check(60, replay, seed =>
    {
        var draw = new Draw(seed);
        var question = RandomQuestion.Of(seed, Many);
        question = With(question, RandomSystem.WithMemory(question.Cluster.System, draw.Power(7, 10)));
        var before = TrainingPlanner.Best(question);
        var after = TrainingPlanner.Best(more(draw, question));
        Assert.True(
            (after.Best?.Iteration.Value ?? double.PositiveInfinity) <= Rounding * (before.Best?.Iteration.Value ?? double.PositiveInfinity),
            $"before {before.Best?.Iteration.Value:R} s with {before.Best?.Strategy}, after {after.Best?.Iteration.Value:R} s with {after.Best?.Strategy}");
    });

    private static PlanQuestion With(PlanQuestion question, AiSystem system) => question with { Cluster = question.Cluster with { System = system } };
}
