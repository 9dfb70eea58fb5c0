using Orrery.Domain.Strategies;

namespace Orrery.Simulation.Timeline.Schedules;

/// <summary>
/// The ways micro-batches take through the ranks. A lane is one stop on one way: a virtual stage on the rank that holds it. There is one way
/// but under DualPipe, where half of the micro-batches enter at each end and every rank holds a stage of both ways.
/// </summary>
public sealed class PipelineLanes
{
    private readonly int _stages;

    /// <exception cref="ArgumentException">DualPipe over an odd number of stages, or over an odd number of micro-batches.</exception>
    public PipelineLanes(PipelineSchedule schedule, int stages, int virtualStages, int microBatches)
    {
        _stages = stages;
        Ways = schedule == PipelineSchedule.DualPipe ? 2 : 1;
        if (Ways == 2 && (stages % 2 != 0 || microBatches % 2 != 0))
        {
            throw new ArgumentException($"DualPipe over {stages} stages and {microBatches} micro-batches, expected even numbers", nameof(stages));
        }

        Length = Ways == 2 ? stages : stages * virtualStages;
        MicroBatches = microBatches / Ways;
    }

    public int Ways { get; }

    /// <summary>Stops of a way.</summary>
    public int Length { get; }

    /// <summary>Micro-batches that take each way.</summary>
    public int MicroBatches { get; }

    public int Lanes => Ways * Length;

    public int Tasks => Lanes * MicroBatches;

    /// <summary>The rank of a lane: ways run forwards over the ranks, again and again; the second one backwards.</summary>
    public int Rank(int lane) => lane < Length ? lane % _stages : _stages - 1 - (lane - Length);

    /// <summary>The virtual stage of a lane, in the order a micro-batch passes them.</summary>
    public int VirtualStage(int lane) => lane % Length;

    public bool IsLast(int lane) => lane % Length == Length - 1;

    public bool IsFirst(int lane) => lane % Length == 0;

    public int Task(int lane, int microBatch) => (lane * MicroBatches) + microBatch;

    public int LaneOf(int task) => task / MicroBatches;

    /// <summary>The micro-batch of a task, counted over all ways.</summary>
    public int MicroBatchOf(int task) => (task % MicroBatches) + (LaneOf(task) / Length * MicroBatches);
}
