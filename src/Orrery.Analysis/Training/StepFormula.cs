using System.Runtime.CompilerServices;

namespace Orrery.Analysis.Training;

/// <summary>What a micro-batch costs all stages together, under one choice of shard, exchanges and recompute; seconds and bytes.</summary>
/// <param name="Pass">Forward and backward with the waiting for the host.</param>
/// <param name="LayerKept">Activation bytes a layer keeps of one micro-batch.</param>
/// <param name="Working">Activation bytes that come back while a layer is recomputed.</param>
internal readonly record struct PassCost<T>(
    T Forward, T Backward, T Pass, T HeadForward, T HeadBackward, T HeadPass, T LayerKept, T Working) where T : struct, ILane<T>;

/// <summary>How the pipeline is cut and run, what is sharded and what waits in host memory: everything else that a step's time depends on.</summary>
/// <param name="Full">Share of all layers on the fullest stage without the head.</param>
/// <param name="Headed">Share of all layers beside the head, where the head is.</param>
/// <param name="HeadShare">Share of the head there: 1, or less where layers are dealt so that all stages level.</param>
/// <param name="HeadFloor">1 where a head longer than a stage has one to itself, else 0.</param>
/// <param name="Stage">1 / pp.</param>
/// <param name="Bubble">Bubble over the whole pipeline's pass: the schedule's factor over pp.</param>
/// <param name="MicroBatches">Of a step on one data-parallel rank.</param>
/// <param name="Hidden">Micro-batches' worth of passes that data-parallel traffic can hide under.</param>
/// <param name="Fixed">Transfers between stages, optimizer and what a step takes besides.</param>
/// <param name="HostWeights">Seconds a stage's weights take from host memory; 0 where they stay.</param>
/// <param name="HostRate">Bytes a second to and from host memory; infinite where nothing is offloaded.</param>
/// <param name="StaticBytes">All that does not depend on micro-batches.</param>
/// <param name="Layers">Layers whose activations the fullest stage keeps.</param>
/// <param name="InFlight">Micro-batches it keeps of each.</param>
/// <param name="Jitter">1 and the share that waiting for the slowest rank adds.</param>
internal readonly record struct StepPlan<T>(
    T Full, T Headed, T HeadShare, T HeadFloor, T Stage, T Bubble, T MicroBatches, T Hidden, T Fixed, T HostWeights, T HostRate,
    T StaticBytes, T Layers, T InFlight, T Jitter) where T : struct, ILane<T>;

/// <summary>
/// One training step from its pass and its plan, written once for one strategy and for many side by side; see the model book, "The step".
/// </summary>
/// <remarks>
/// Small pieces are always inlined and the two large ones compiled at full effort at once: otherwise a first search compiles some 150
/// pieces one by one, each at first without effort. Two, because one piece is more than the compiler is ready to inline.
/// </remarks>
internal static class StepFormula<T> where T : struct, ILane<T>
{
    /// <summary>Share of data-parallel traffic that never hides.</summary>
    private const double NeverHidden = 0.05;

    /// <summary>Equation: <c>max(full pass, headed pass + share head, floor head)</c>, with the pass and the head of one micro-batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlowestStage(in PassCost<T> pass, in StepPlan<T> plan) => T.Max(
        T.Max(plan.Full * pass.Pass, (plan.Headed * pass.Pass) + (plan.HeadShare * pass.HeadPass)), plan.HeadFloor * pass.HeadPass);

    /// <summary>Equation: <c>bubble (pass + head)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Bubble(in PassCost<T> pass, in StepPlan<T> plan) => plan.Bubble * (pass.Pass + pass.HeadPass);

    /// <summary>Equation: <c>max(0, t - room) + 0.05 t</c>: traffic that runs beside compute.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Beside(T time, T room) => T.Max(T.Of(0), time - room) + (T.Of(NeverHidden) * time);

    /// <summary>Room for gradient reduction, under backward passes of the stage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReduceRoom(in PassCost<T> pass, in StepPlan<T> plan) => plan.Hidden * plan.Stage * pass.Backward;

    /// <summary>Room for the gather of weights, under forward passes of the stage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GatherRoom(in PassCost<T> pass, in StepPlan<T> plan) => plan.Hidden * plan.Stage * pass.Forward;

    /// <summary>
    /// What FSDP adds to one micro-batch of a stage: gathers and scatters run beside compute, which they slow down a little;
    /// what does not fit beside it shows. The smooth maximum of both, forward and backward, plus a share that never hides.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Sharded(T forward, T backward, T gather, T back, T contention, T never)
    {
        var busy = T.Min(T.Of(1), (gather + back) / (forward + backward));
        var slowed = T.Of(1) + (contention * busy);
        return Smooth(forward * slowed, gather) + (never * gather) + Smooth(backward * slowed, back) + (never * back) - forward - backward;
    }

    /// <summary>
    /// Activations of offloaded layers leave beside the forward pass and come back beside the backward pass; offloaded weights
    /// come in beside both, against the stream of activations forward and with it backward.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Offload(in PassCost<T> pass, in StepPlan<T> plan, T offloadedLayers)
    {
        var activations = pass.LayerKept * T.Min(offloadedLayers, plan.Layers) / plan.HostRate;
        return T.Max(T.Of(0), T.Max(activations, plan.HostWeights) - (plan.Stage * pass.Forward))
            + T.Max(T.Of(0), activations + plan.HostWeights - (plan.Stage * pass.Backward));
    }

    /// <summary>Equation: <c>static + max(0, layers - offloaded) kept in_flight + working</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Memory(in PassCost<T> pass, in StepPlan<T> plan, T offloadedLayers) =>
        plan.StaticBytes + (T.Max(T.Of(0), plan.Layers - offloadedLayers) * pass.LayerKept * plan.InFlight) + pass.Working;

    /// <summary>The fewest layers to offload so that the step needs no more than so many bytes; more than the stage has where none suffices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OffloadNeeded(in PassCost<T> pass, in StepPlan<T> plan, T capacity)
    {
        var over = plan.StaticBytes + (plan.Layers * pass.LayerKept * plan.InFlight) + pass.Working - capacity;
        return T.Max(T.Of(0), T.Ceiling(over / (pass.LayerKept * plan.InFlight)));
    }

    /// <summary>Seconds of the step, given what a micro-batch's (<paramref name="sharded"/>) and the step's (<paramref name="data"/>) data-parallel traffic add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Step(in PassCost<T> pass, in StepPlan<T> plan, T sharded, T data, T offloadedLayers) =>
        plan.Jitter * ((plan.MicroBatches * (SlowestStage(pass, plan) + sharded + Offload(pass, plan, offloadedLayers)))
            + Bubble(pass, plan) + data + plan.Fixed);

    /// <summary>Equation: <c>(a^4 + b^4)^(1/4)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Smooth(T one, T other)
    {
        var (a, b) = (one * one, other * other);
        return T.Sqrt(T.Sqrt((a * a) + (b * b)));
    }
}
