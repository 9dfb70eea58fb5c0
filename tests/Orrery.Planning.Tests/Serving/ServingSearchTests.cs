using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Planning.Tests.Training;
using Orrery.Planning.Training;
using Xunit;

namespace Orrery.Planning.Tests.Serving;

public sealed class ServingSearchTests
{
    private const double Rounding = 1e-6;

    [Fact]
    public void Search_finds_what_brute_force_finds() => Draw.Check(60, 20261, seed =>
    {
        var question = Random(new Draw(seed));
        var (plan, best) = (Plan(question), ServingBruteForce.Best(question));

        Assert.Equal(best is null, plan.Best is null);
        if (best is { } expected && plan.Best is { } found)
        {
            Assert.Equal(expected.Requests, found.Candidate.RequestsPerSecond, expected.Requests * Rounding);
            Assert.True(question.Rate is null || expected.Chips == found.Candidate.Deployment.Chips, $"{expected.Chips} chips against {found.Candidate.Deployment}");
        }
    });

    [Fact]
    public void Every_point_is_evaluated_or_ruled_out() => Draw.Check(20, 7, seed =>
    {
        var proof = Plan(Random(new Draw(seed))).Proof;
        Assert.Equal(proof.Points, proof.Evaluated + proof.RuledOut.Where(entry => entry.Key != ServingRuledOut.Dominated).Sum(entry => entry.Value));
    });

    [Theory]
    [InlineData("llama-3.1-70b", "dgx-h100", 8, 0.0)]
    [InlineData("llama-3.1-70b", "dgx-h100", 32, 5.0)]
    [InlineData("deepseek-r1", "gb200-nvl72", 32, 0.0)]
    public void What_is_planned_keeps_to_the_targets_when_estimated(string model, string system, int chips, double rate)
    {
        var question = Question(model, system, chips, new ServingTargets(1, 0.05)) with { Rate = rate > 0 ? rate : null };
        var plan = Plan(question);

        Assert.All([plan.Best!, .. plan.RunnersUp], planned =>
        {
            Assert.True(planned.Estimate.Answers);
            Assert.True(planned.Estimate.Ttft.Total <= question.Targets.Ttft * (1 + Rounding), $"{planned.Candidate.Deployment}: {planned.Estimate.Ttft}");
            Assert.True(planned.Estimate.Tpot.Total <= question.Targets.Tpot * (1 + Rounding), $"{planned.Candidate.Deployment}: {planned.Estimate.Tpot}");
            Assert.Equal(rate > 0 ? rate : planned.Candidate.RequestsPerSecond, planned.Estimate.RequestsPerSecond, planned.Candidate.RequestsPerSecond * 1e-3);
        });
        Assert.True(plan.Best!.Estimate.Chips <= chips);
    }

    [Fact]
    public void Looser_targets_and_more_chips_never_serve_less()
    {
        double Requests(ServingPlanQuestion question) => Plan(question with { Keep = 1 }).Best?.Candidate.RequestsPerSecond ?? 0;
        var question = Question("llama-3.1-70b", "dgx-h100", 16, new ServingTargets(0.6, 0.03));

        var least = Requests(question);
        Assert.True(least > 0);
        Assert.True(Requests(question with { Targets = new ServingTargets(0.6, 0.06) }) >= least);
        Assert.True(Requests(question with { Targets = new ServingTargets(2, 0.03) }) >= least);
        Assert.True(Requests(question with { Cluster = question.Cluster with { Chips = 24 } }) >= least);
    }

    [Fact]
    public void The_fewest_chips_serve_the_rate_and_fewer_do_not()
    {
        var question = Question("llama-3.1-70b", "dgx-h100", 64, new ServingTargets(1, 0.04)) with { Rate = 12, Keep = 1 };
        var chips = Plan(question).Best!.Candidate.Deployment.Chips;

        Assert.Null(Plan(question with { Cluster = question.Cluster with { Chips = chips - 1 } }).Best);
    }

    [Fact]
    public void The_frontier_trades_one_for_the_other_and_holds_the_best()
    {
        var question = Question("llama-3.1-70b", "dgx-h100", 8, new ServingTargets(1, double.PositiveInfinity));
        var front = ServingPlanner.Frontier(question, TestContext.Current.CancellationToken);

        Assert.True(front.Count > 10);
        foreach (var (slow, quick) in front.Zip(front.Skip(1)))
        {
            Assert.True(quick.Tpot < slow.Tpot && quick.RequestsPerSecond < slow.RequestsPerSecond);
        }

        foreach (var target in new[] { 0.02, 0.03, 0.05 })
        {
            var best = Plan(question with { Targets = question.Targets with { Tpot = target } }).Best!.Candidate;
            var onFront = front.Where(point => point.Tpot <= target).Max(point => point.RequestsPerSecond);
            Assert.Equal(best.RequestsPerSecond, onFront, best.RequestsPerSecond * 1e-3);
        }
    }

    [Fact]
    public void Percentiles_of_the_plan_keep_to_the_targets()
    {
        var question = Question("llama-3.1-8b", "dgx-h100", 2, new ServingTargets(0.4, 0.02, Share: 0.9), 512, 64) with { Keep = 2 };
        var plan = Plan(question with { Limits = question.Limits with { Disaggregated = false } });

        Assert.All([plan.Best!, .. plan.RunnersUp], planned =>
            Assert.True(planned.Percentiles is { IsSimulated: true } of && question.Targets.Allow(of.Ttft, of.Tpot)));
        Assert.True(plan.Best!.Candidate.RequestsPerSecond <= Plan(question with { Targets = question.Targets with { Share = 0 } }).Best!.Candidate.RequestsPerSecond);
    }

    [Fact]
    public void An_impossible_target_is_explained_by_the_weights()
    {
        var question = Question("llama-3.1-70b", "dgx-h100", 8, new ServingTargets(double.PositiveInfinity, 0.002));
        var why = WhyNotServed.Of(question, TestContext.Current.CancellationToken);

        Assert.Null(Plan(question).Best);
        Assert.True(why.Fits && why.WeightSeconds > question.Targets.Tpot && why.WeightSeconds < why.FastestTpot);
    }

    private static ServingPlanResult Plan(ServingPlanQuestion question) => ServingPlanner.Best(question, TestContext.Current.CancellationToken);

    internal static ServingPlanQuestion Question(string model, string system, int chips, ServingTargets targets, int input = 2048, int output = 256)
    {
        var found = Catalogued.Catalog.Model(model);
        var checkpoint = found.Checkpoint!;
        var precision = new ServingPrecision(checkpoint.Dense, checkpoint.Experts, CacheFormat.Bf16);
        var workload = new ServingWorkload { Model = found, Precision = precision, Input = TokenRange.Exactly(input), Output = TokenRange.Exactly(output) };
        return new ServingPlanQuestion(workload, [precision], new Cluster(Catalogued.Catalog.System(system), chips), Catalogued.Catalog.Engine("vllm"), targets);
    }

    /// <summary>Few chips, few requests at once, any targets: small enough to try everything.</summary>
    private static ServingPlanQuestion Random(Draw draw)
    {
        var isLarge = draw.Chance(0.5);
        var question = Question(
            isLarge ? "qwen3-30b-a3b" : "llama-3.1-8b", draw.One("dgx-h100", "dgx-a100", "gb200-nvl72"), draw.Whole(1, 4),
            new ServingTargets(draw.Chance(0.3) ? double.PositiveInfinity : draw.Power(-1.5, 0.5), draw.Chance(0.3) ? double.PositiveInfinity : draw.Power(-2.5, -1)),
            draw.One(64, 700, 5000), draw.One(2, 50, 400));
        var engine = question.Engine.With("sequences", draw.One(4, 40, 300)).With("step_tokens", draw.One(512, 8192));
        return question with
        {
            Engine = engine,
            Rate = draw.Chance(0.4) ? draw.Power(-1, 2) : null,
            Limits = new ServingLimits
            {
                Aggregated = draw.Chance(0.7) || question.Cluster.Chips == 1,
                Disaggregated = draw.Chance(0.7),
                Pipeline = draw.Chance(0.5) ? DegreeRange.Only(1) : DegreeRange.Any,
                CacheShards = draw.Chance(0.5) ? DegreeRange.Only(1) : DegreeRange.Any,
            },
        };
    }
}
