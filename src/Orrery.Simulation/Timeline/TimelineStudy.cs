using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Timeline;

/// <summary>How a step is studied.</summary>
/// <param name="Iterations">Steps played with uneven ranks; 0 for none, which leaves jitter and expert loads out.</param>
/// <param name="ExpertSpread">Standard deviation of an expert rank's load over its mean; null for that of tokens routed independently.</param>
public sealed record StudyOptions(ulong Seed = 0, int Iterations = 0, double? ExpertSpread = null, bool KeepsSlices = false);

/// <summary>One training step played event by event, beside what the closed form says of it.</summary>
public sealed record TimelineStudy
{
    public required TrainingEstimate Estimate { get; init; }
    public required TimelinePlan Plan { get; init; }
    public required StepNoise Noise { get; init; }

    /// <summary>Seconds of the step in which every rank and every micro-batch is alike.</summary>
    public required double Step { get; init; }

    /// <summary>Seconds of each step with uneven ranks and expert loads, in the order drawn.</summary>
    public required IReadOnlyList<double> Steps { get; init; }

    /// <summary>Both in parts that sum to the closed form's step and to the mean of what was played.</summary>
    public required IReadOnlyList<EffectTime> Effects { get; init; }

    /// <summary>By pipeline rank, the share of <see cref="Step"/> that it works, exchanges it waits for included.</summary>
    public required IReadOnlyList<double> Utilisation { get; init; }

    /// <summary>What happened in <see cref="Step"/>; empty where not asked for.</summary>
    public required IReadOnlyList<Slice> Slices { get; init; }

    /// <summary>Events of one step.</summary>
    public required long Events { get; init; }

    /// <summary>Mean of <see cref="Steps"/>; <see cref="Step"/> where there are none.</summary>
    public double MeanStep => Steps.Count > 0 ? Steps.Average() : Step;

    /// <summary>Plays the step as it is, and again without one effect after the other to see what each adds.</summary>
    /// <exception cref="Orrery.Domain.MissingFactException">The catalog lacks what the estimate needs.</exception>
    public static TimelineStudy Of(TrainingWorkload workload, Strategy strategy, Cluster cluster, SoftwareStack stack, StudyOptions options)
    {
        var estimate = TrainingEstimator.Estimate(workload, strategy, cluster, stack);
        var (plan, noise) = TimelinePlanner.Plan(estimate, stack, options.ExpertSpread);
        var slices = new List<Slice>();
        var run = new TimelineRun(plan);
        var step = run.Play(slices: options.KeepsSlices ? slices : null).Seconds.Value;
        var (utilisation, events) = (run.Busy.Select(busy => busy.Seconds.Value / step).ToArray(), run.Events);
        var (loaded, steps) = NoisySteps.Play(run, noise, options, step);
        return new TimelineStudy
        {
            Estimate = estimate,
            Plan = plan,
            Noise = noise,
            Step = step,
            Steps = steps,
            Effects = ClosedParts.Beside(Played(plan, step, loaded, steps), TimelinePlanner.ClosedPass(workload, strategy, cluster, stack), estimate, stack),
            Utilisation = utilisation,
            Slices = slices,
            Events = events,
        };
    }

    /// <summary>Each part is what the step loses when it goes away too, from the last to the first.</summary>
    private static Dictionary<TimelineEffect, double> Played(TimelinePlan plan, double step, double loaded, IReadOnlyList<double> steps)
    {
        static double Play(TimelinePlan plan) => new TimelineRun(plan).Play().Seconds.Value;
        var work = plan.MeanWork();
        var context = work[StepPart.ContextParallelCommunication];
        var passes = plan.WithoutOptimizer();
        var alone = passes.WithoutDataTraffic();
        var joined = alone.WithoutTransfers();
        var (all, withoutData, withoutTransfers, even) = (Play(passes), Play(alone), Play(joined), Play(joined.Even()));
        return new Dictionary<TimelineEffect, double>
        {
            [TimelineEffect.Work] = work.Total - context,
            [TimelineEffect.ContextExchange] = context,
            [TimelineEffect.Bubble] = even - work.Total,
            [TimelineEffect.Imbalance] = withoutTransfers - even,
            [TimelineEffect.PointToPoint] = withoutData - withoutTransfers,
            [TimelineEffect.DataParallel] = all - withoutData,
            [TimelineEffect.Optimizer] = step - all,
            [TimelineEffect.ExpertLoads] = steps.Count > 0 ? loaded - step : 0,
            [TimelineEffect.Jitter] = steps.Count > 0 ? steps.Average() - loaded : 0,
        };
    }
}
