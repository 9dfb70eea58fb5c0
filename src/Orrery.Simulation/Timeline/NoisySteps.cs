using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Timeline;

/// <summary>Steps with uneven ranks and expert loads. A step ends when the slowest of its replicas does.</summary>
internal static class NoisySteps
{
    /// <returns>The mean of steps with uneven expert loads alone, and every step with uneven ranks too.</returns>
    public static (double Loaded, double[] Steps) Play(TimelineRun run, StepNoise noise, StudyOptions options, double even)
    {
        var plan = run.Plan;
        var steps = new double[options.Iterations];
        var excess = noise.ExpertSpread > 0 && noise.ExpertRanks > 1 && plan.Work.Any(work => work.ExpertLayers > 0) ? new double[run.Lanes.Tasks] : null;
        var slow = new double[noise.Replicas][];
        for (var replica = 0; replica < slow.Length; replica++)
        {
            slow[replica] = new double[plan.Stages];
        }

        var sum = 0.0;
        for (var i = 0; i < steps.Length; i++)
        {
            var loaded = even;
            if (excess is not null)
            {
                var loads = RandomStream.For(options.Seed, "expert loads", (ulong)i);
                noise.DrawExpertExcess(ref loads, plan, run.Lanes, excess);
                loaded = run.Play(new Conditions(null, excess)).Seconds.Value;
            }

            sum += loaded;
            var ranks = RandomStream.For(options.Seed, "slow ranks", (ulong)i);
            foreach (var replica in slow)
            {
                noise.DrawSlowDowns(ref ranks, replica);
            }

            steps[i] = noise.MeanSlowDown == 0 ? loaded : Slowest(run, slow, excess, loaded);
        }

        return (steps.Length == 0 ? even : sum / steps.Length, steps);
    }

    /// <summary>
    /// The longest step of all replicas. None takes longer than a step with all its stages as slow as its slowest, so that most need not
    /// be played: they are tried from the slowest stage down until no other can be longer.
    /// </summary>
    private static double Slowest(TimelineRun run, double[][] slow, double[]? excess, double even)
    {
        var longest = 0.0;
        foreach (var replica in slow.OrderByDescending(stages => stages.Max()))
        {
            if (Math.Max(1, replica.Max()) * even <= longest)
            {
                break;
            }

            longest = Math.Max(longest, run.Play(new Conditions(replica, excess)).Seconds.Value);
        }

        return longest;
    }
}
