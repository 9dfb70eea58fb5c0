using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Simulation.Timeline;

namespace Orrery.Simulation.Tests.Timeline;

/// <summary>Plans made by hand: every virtual stage as long as the others, in round numbers.</summary>
internal static class Plans
{
    public static TimelinePlan Even(PipelineSchedule schedule, int stages, int virtualStages, int microBatches, double forward = 1, double backward = 1, double weights = 1) => new()
    {
        Schedule = schedule,
        Stages = stages,
        VirtualStages = virtualStages,
        MicroBatches = microBatches,
        Work = [.. Enumerable.Repeat(Work(forward / virtualStages, backward / virtualStages, weights / virtualStages), stages * virtualStages)],
    };

    public static StageWork Work(double forward, double backward, double weights, int layers = 1) => new(layers, Gemm(forward), Gemm(backward), Gemm(weights));

    public static double Play(this TimelinePlan plan, Conditions conditions = default) => new TimelineRun(plan).Play(conditions).Seconds.Value;

    private static StepTimes Gemm(double seconds)
    {
        var times = default(StepTimes);
        times[StepPart.Gemm] = seconds;
        return times;
    }
}
