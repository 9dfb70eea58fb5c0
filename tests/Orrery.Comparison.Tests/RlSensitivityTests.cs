using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Planning.Reinforcement;
using Xunit;

namespace Orrery.Comparison.Tests;

public sealed class RlSensitivityTests
{
    private static RlQuestion Question { get; } = new(
        Shipped.Catalog.Model("llama-3.1-8b"), new Cluster(Shipped.Catalog.System("dgx-h100"), 8), Shipped.Catalog.Engine("vllm"), Shipped.Catalog.Stack("megatron"),
        [ServingPrecision.All(WeightFormat.Bf16, CacheFormat.Bf16)])
    {
        Precision = TrainingPrecision.Bf16, Prompts = 32, Group = 8, Input = 512, Outputs = new OutputLengths(1000, 4000, 8192),
    };

    private static Lazy<RlEstimate> Estimate { get; } = new(() => RlEstimator.Plan(Question).Estimate!);

    [Fact]
    public void Twice_every_rate_takes_no_part_longer_and_none_under_half()
    {
        var (system, engine, stack) = (Question.Cluster.System, Question.Engine, Question.Stack);
        foreach (var lever in ServingLever.All)
        {
            system = lever.Improve(system, 2);
            engine = lever.ImproveEngine(engine, 2);
            stack = Lever.All.FirstOrDefault(one => one.Id == lever.Id)?.ImproveStack(stack, 2) ?? stack;
        }

        var (before, after) = (Estimate.Value.Times, RlEstimator.Again(Estimate.Value, Question with { Cluster = Question.Cluster with { System = system }, Engine = engine, Stack = stack }, TestContext.Current.CancellationToken)!.Times);
        foreach (var (slow, fast) in new[] { (before.Rollout, after.Rollout), (before.Forward, after.Forward), (before.Training, after.Training), (before.Sync, after.Sync), (before.Moves, after.Moves) })
        {
            Assert.InRange(fast, 0.5 * slow * (1 - 1e-6), slow);
        }

        Assert.True(after.Step < 0.65 * before.Step, $"{after.Step} of {before.Step}");
    }

    [Fact]
    public void The_range_holds_the_step_and_levers_are_in_order()
    {
        var range = RlRange.Of(Shipped.Catalog, Estimate.Value);
        var levers = RlLeverEffect.On(Estimate.Value);

        Assert.True(range.Step.Low < Estimate.Value.Times.Step && Estimate.Value.Times.Step < range.Step.High);
        Assert.Equal(levers.Max(effect => effect.Gain), levers[0].Gain);
        Assert.True(levers[0].Gain is > 0.01 and < LeverEffect.Step - 1);
    }

    [Fact]
    public void A_group_of_sequences_yields_the_tokens_it_was_asked_for()
    {
        var rollout = Estimate.Value.Rollout;

        Assert.Equal(Question.Sequences, rollout.Outputs.Count);
        Assert.InRange(rollout.SecondsTo90, 0.01 * rollout.Seconds, rollout.Seconds);
        Assert.InRange(rollout.Running, 1, Question.Sequences / rollout.Deployment.Main.Replicas);
    }

    [Fact]
    public void A_longer_tail_of_the_same_mean_takes_longer_to_sample()
    {
        var flat = RlEstimator.Plan(Question with { Outputs = new OutputLengths(1000, 1500, 8192) }, Estimate.Value.Training.Strategy, TestContext.Current.CancellationToken).Estimate!;
        Assert.True(flat.Times.Rollout < Estimate.Value.Times.Rollout);
    }
}
