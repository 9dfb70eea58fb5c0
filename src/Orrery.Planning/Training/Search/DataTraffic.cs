using System.Runtime.CompilerServices;
using Orrery.Analysis.Training;

namespace Orrery.Planning.Training.Search;

/// <summary>A plan's data-parallel traffic and which of it may run beside compute; where either may be, the faster counts.</summary>
/// <param name="HeadShare">1 where the head's compute hides traffic too (one stage), else 0.</param>
internal readonly record struct DataTraffic(
    DataExchange Exchange, bool ByLayer, (bool MayOverlap, bool MayWait) Reduce, (bool MayOverlap, bool MayWait) Gather,
    double HeadShare, double Contention, double Never)
{
    public Lanes<Wide> Broadcast() => Lanes<Wide>.Of(this);

    public Lanes<Scalar> Single() => Lanes<Scalar>.Of(this);

    /// <summary>The same at either width.</summary>
    internal readonly record struct Lanes<T>(
        T ReduceSeconds, T GatherSeconds, T Forward, T Backward, T HeadShare, T Contention, T Never, bool ByLayer,
        (bool MayOverlap, bool MayWait) Reduce, (bool MayOverlap, bool MayWait) Gather) where T : struct, ILane<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Of(in DataTraffic d) => new(
            T.Of(d.Exchange.Reduce), T.Of(d.Exchange.Gather), T.Of(d.Exchange.ShardedForward), T.Of(d.Exchange.ShardedBackward),
            T.Of(d.HeadShare), T.Of(d.Contention), T.Of(d.Never), d.ByLayer, d.Reduce, d.Gather);

        /// <summary>What traffic of every micro-batch adds to it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Sharded(in PassCost<T> pass, in StepPlan<T> plan) => !ByLayer ? T.Of(0) : StepFormula<T>.Sharded(
            (plan.Stage * pass.Forward) + (HeadShare * pass.HeadForward), (plan.Stage * pass.Backward) + (HeadShare * pass.HeadBackward),
            Forward, Backward, Contention, Never);

        /// <summary>What traffic at the end of a step adds to it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T AtTheEnd(in PassCost<T> pass, in StepPlan<T> plan) => ByLayer ? T.Of(0)
            : Least(ReduceSeconds, StepFormula<T>.ReduceRoom(pass, plan), Reduce) + Least(GatherSeconds, StepFormula<T>.GatherRoom(pass, plan), Gather);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Least(T seconds, T room, (bool MayOverlap, bool MayWait) choice) =>
            !choice.MayOverlap ? seconds
            : !choice.MayWait ? StepFormula<T>.Beside(seconds, room)
            : T.Min(seconds, StepFormula<T>.Beside(seconds, room));
    }
}
