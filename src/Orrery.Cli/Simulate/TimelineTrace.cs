using Orrery.Interchange.Traces;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>A played step as a trace: one group of tracks a pipeline stage, one track a stream.</summary>
internal static class TimelineTrace
{
    public static void Write(string path, TimelineStudy study) => ChromeTrace.Write(
        path, [.. Enumerable.Range(0, study.Plan.Stages).Select(stage => $"stage {stage}")], [.. Enum.GetValues<TimelineStream>().Select(TimelineWords.Of)],
        study.Slices.Select(Of));

    private static TraceSlice Of(Slice slice)
    {
        var details = new List<(string, long)>();
        if (slice.VirtualStage >= 0)
        {
            details.Add(("virtual_stage", slice.VirtualStage));
        }

        if (slice.MicroBatch >= 0)
        {
            details.Add(("micro_batch", slice.MicroBatch));
        }

        var name = slice.MicroBatch >= 0 ? $"{TimelineWords.Of(slice.Work)} {slice.MicroBatch}" : TimelineWords.Of(slice.Work);
        return new TraceSlice(name, TimelineWords.Of(slice.Work), slice.Stage, (int)slice.Stream, slice.Start.Ticks, slice.Length.Ticks, details);
    }
}
