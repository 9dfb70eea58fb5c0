using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Simulation.Timeline;

/// <summary>What a strategy must satisfy to be played, beyond what the closed form asks for.</summary>
public static class TimelineRules
{
    /// <summary>Tasks of one step that are played at most: a few hundred megabytes of slices.</summary>
    public const long MostTasks = 1_000_000;

    /// <summary>Virtual stages times layers that are dealt at most.</summary>
    private const long MostDeals = 10_000_000;

    public const string Code = "ORR0210";

    public static IReadOnlyList<Diagnostic> Check(Strategy s, TrainingWorkload workload)
    {
        var broken = new DiagnosticList();
        if (s.Schedule == PipelineSchedule.DualPipe && s.PipelineParallel % 2 != 0)
        {
            broken.Error(Code, Text($"dualpipe cannot be played over pp {s.PipelineParallel} stages: micro-batches enter at both ends, so it takes an even number"), hint: "change --pp");
        }

        if (s.Schedule == PipelineSchedule.DualPipe && s.VirtualStages > 1)
        {
            broken.Error(Code, Text($"dualpipe cannot be played with vp {s.VirtualStages}: a rank holds two stages already, one of each way"), hint: "leave --vp out");
        }

        var tasks = (long)Math.Min(long.MaxValue / 2.0, (double)s.PipelineParallel * s.VirtualStages * workload.GlobalBatch / Math.Max(1.0, (double)s.DataParallel * s.MicroBatch));
        if (tasks > MostTasks)
        {
            broken.Error(
                Code, Text($"pp {s.PipelineParallel} x vp {s.VirtualStages} x its micro-batches are {tasks:#,0} tasks a step, expected at most {MostTasks:#,0}"),
                hint: "give a smaller --gbs: every micro-batch after the pipeline is full costs the same");
        }

        var layers = workload.Model.LayerCount + workload.Model.MultiTokenPrediction;
        if ((long)s.PipelineParallel * s.VirtualStages * layers > MostDeals)
        {
            broken.Error(Code, Text($"{layers:#,0} layers over pp {s.PipelineParallel} x vp {s.VirtualStages} stages are too many to deal one by one"), hint: "use fewer stages");
        }

        return broken;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
