using Orrery.Domain.Strategies;
using Orrery.Simulation.Engine;
using Orrery.Simulation.Timeline;
using Xunit;

namespace Orrery.Simulation.Tests.Timeline;

/// <summary>Ranks and loads that differ: against what statistics says, and against the closed form.</summary>
public sealed class NoiseTests
{
    private const double PerDoubling = 0.006;

    /// <summary>The mean of the largest of n exponentials is the harmonic number; four standard errors of 4,000 draws.</summary>
    [Theory]
    [InlineData(8, 0)]
    [InlineData(64, 3)]
    [InlineData(1024, 7)]
    [InlineData(65536, 13)]
    public void Ranks_that_all_meet_are_slower_by_the_closed_forms_share_a_doubling(int ranks, int doublings)
    {
        const int Draws = 4000;
        var noise = new StepNoise(ranks, 1, PerDoubling / Math.Log(2), 8, 1, 0);
        var random = RandomStream.For(5, "slow ranks");
        var slow = new double[Draws];
        noise.DrawSlowDowns(ref random, slow);
        var error = 4 * 1.2826 * noise.MeanSlowDown / Math.Sqrt(Draws); // a Gumbel's deviation
        Assert.Equal(1 + (doublings * PerDoubling), slow.Average(), error + (0.0625 * noise.MeanSlowDown)); // H(n) - ln n
    }

    [Fact]
    public void Loads_of_experts_are_as_uneven_as_the_largest_of_normals()
    {
        // The mean of the largest of 64 normals is 2.3437 (Harter 1961).
        var plan = Plans.Even(PipelineSchedule.OneForwardOneBackward, 2, 1, 4000);
        plan = plan with { Work = [.. plan.Work.Select(work => work with { ExpertLayers = 3 })] };
        var run = new TimelineRun(plan);
        var excess = new double[run.Lanes.Tasks];
        var random = RandomStream.For(5, "expert loads");
        new StepNoise(1, 1, 0, 8, 64, 0.1).DrawExpertExcess(ref random, plan, run.Lanes, excess);
        Assert.Equal(0.1 * 2.3437, excess.Average(), 0.001);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963985)]
    [InlineData(0.025, -1.959963985)]
    [InlineData(0.001, -3.090232306)]
    [InlineData(0.999, 3.090232306)]
    public void The_inverse_of_the_normal_distribution_is_that_of_the_tables(double p, double z) => Assert.Equal(z, NormalQuantile.Of(p), 1e-8);

    [Fact]
    public void One_pipeline_whose_ranks_all_meet_waits_as_long_as_the_closed_form_says()
    {
        var study = Studies.Various(new StudyOptions(Seed: 1, Iterations: 400)).Single(run => run.Name == "fsdp").Study;
        var jitter = study.Effects.Single(effect => effect.Effect == TimelineEffect.Jitter);
        Assert.InRange(jitter.Played / jitter.Closed, 0.92, 1.08); // three standard errors
    }

    /// <summary>The same share a doubling of data-parallel replicas, which meet at the end only: no less than half of it, and never more.</summary>
    [Fact]
    public void More_replicas_are_slower_by_about_the_closed_forms_share_a_doubling()
    {
        double Slower(int data)
        {
            var study = Studies.Gpt3(1, 8, data, 64 * data, new StudyOptions(Seed: 1, Iterations: 300));
            return study.MeanStep / study.Step;
        }

        var growth = (Slower(32) - Slower(4)) / 3;
        Assert.InRange(growth, 0.5 * PerDoubling, 1.1 * PerDoubling);
    }

    [Fact]
    public void A_step_is_as_long_as_its_slowest_replica_however_few_are_played()
    {
        var study = Studies.Gpt3(options: new StudyOptions(Seed: 9, Iterations: 5));
        var run = new TimelineRun(study.Plan);
        for (var i = 0; i < 5; i++)
        {
            var random = RandomStream.For(9, "slow ranks", (ulong)i);
            var slow = new double[study.Plan.Stages];
            var longest = 0.0;
            for (var replica = 0; replica < study.Noise.Replicas; replica++)
            {
                study.Noise.DrawSlowDowns(ref random, slow);
                longest = Math.Max(longest, run.Play(new Conditions(slow, null)).Seconds.Value);
            }

            Assert.Equal(longest, study.Steps[i]);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_steps_and_another_one_others()
    {
        var one = Studies.Gpt3(options: new StudyOptions(Seed: 1, Iterations: 3));
        Assert.Equal(one.Steps, Studies.Gpt3(options: new StudyOptions(Seed: 1, Iterations: 3)).Steps);
        Assert.Equal(one.Steps, Studies.Gpt3(options: new StudyOptions(Seed: 1, Iterations: 5)).Steps.Take(3));
        Assert.NotEqual(one.Steps, Studies.Gpt3(options: new StudyOptions(Seed: 2, Iterations: 3)).Steps);
    }

    [Fact]
    public void A_further_step_allocates_nothing()
    {
        var study = Studies.Gpt3();
        var run = new TimelineRun(study.Plan);
        run.Play();
        var before = GC.GetAllocatedBytesForCurrentThread();
        run.Play();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
