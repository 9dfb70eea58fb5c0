namespace Orrery.Simulation.Timeline.Schedules;

/// <summary>
/// What a pipeline rank does as one op, as up to three tasks: a forward pass, a backward pass, weight gradients. A plain backward pass
/// has the weight gradients of the same task with it; DualPipe pairs a forward pass with a backward pass of another micro-batch.
/// </summary>
/// <param name="Forward">Task number, <see cref="PipelineLanes.Task"/>; negative for none, as the others.</param>
public readonly record struct StageOp(int Forward, int Backward, int Weights)
{
    public const int None = -1;

    public static StageOp ForwardOf(int task) => new(task, None, None);

    public static StageOp BackwardOf(int task) => new(None, task, task);

    public static StageOp InputGradientOf(int task) => new(None, task, None);

    public static StageOp WeightGradientOf(int task) => new(None, None, task);

    public static StageOp PairOf(int forward, int backward) => new(forward, backward, backward);
}
