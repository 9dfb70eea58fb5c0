using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>The timeline's things in words.</summary>
internal static class TimelineWords
{
    public static string Of(TimelineStream stream) => stream switch
    {
        TimelineStream.Compute => "compute",
        TimelineStream.Exchange => "tensor, context and expert exchange",
        TimelineStream.PointToPoint => "hand-over to other stages",
        _ => "data-parallel exchange",
    };

    public static string Of(TimelineWork work) => work switch
    {
        TimelineWork.Forward => "forward",
        TimelineWork.Backward => "backward",
        TimelineWork.WeightGradient => "weight gradients",
        TimelineWork.Pair => "forward and backward",
        TimelineWork.TensorExchange => "tensor-parallel exchange",
        TimelineWork.ContextExchange => "context-parallel exchange",
        TimelineWork.ExpertExchange => "expert exchange",
        TimelineWork.SendForward => "send forward",
        TimelineWork.SendBackward => "send backward",
        TimelineWork.ReduceGradients => "reduce gradients",
        TimelineWork.GatherWeights => "gather weights",
        _ => "optimizer",
    };

    /// <summary>One letter of a picture.</summary>
    public static char Letter(TimelineWork work) => work switch
    {
        TimelineWork.Forward => 'F',
        TimelineWork.Backward => 'B',
        TimelineWork.WeightGradient => 'W',
        TimelineWork.Pair => 'X',
        TimelineWork.Optimizer => 'o',
        TimelineWork.ReduceGradients or TimelineWork.GatherWeights => 'd',
        _ => '-',
    };

    public static string Of(TimelineEffect effect) => effect switch
    {
        TimelineEffect.Work => "work of a mean stage",
        TimelineEffect.ContextExchange => "context-parallel exchange",
        TimelineEffect.Bubble => "bubble",
        TimelineEffect.Imbalance => "uneven stages",
        TimelineEffect.PointToPoint => "hand-overs between stages",
        TimelineEffect.DataParallel => "data-parallel exchange",
        TimelineEffect.Optimizer => "optimizer",
        TimelineEffect.ExpertLoads => "uneven expert loads",
        _ => "slower ranks",
    };

    /// <summary>The name an effect has in JSON and CSV, without its unit.</summary>
    public static string Key(TimelineEffect effect) => effect switch
    {
        TimelineEffect.Work => "work",
        TimelineEffect.ContextExchange => "context_exchange",
        TimelineEffect.Bubble => "bubble",
        TimelineEffect.Imbalance => "imbalance",
        TimelineEffect.PointToPoint => "point_to_point",
        TimelineEffect.DataParallel => "data_parallel",
        TimelineEffect.Optimizer => "optimizer",
        TimelineEffect.ExpertLoads => "expert_loads",
        _ => "jitter",
    };

    /// <summary>Why the two differ in an effect.</summary>
    public static string Why(TimelineEffect effect) => effect switch
    {
        TimelineEffect.Work => "the embedding is played, which the closed form leaves out, and each stage waits for its own host launches",
        TimelineEffect.ContextExchange => "the ring is played step by step: its first step has nothing to hide under; the closed form hides up to 0.9 of attention and adds a share that always shows",
        TimelineEffect.Bubble => "forward, backward and weight gradients have their own lengths, where the closed form takes them as equally long",
        TimelineEffect.Imbalance => "whole layers, embedding and head lie on stages of their own, and waiting for a longer stage is played instead of taken for every micro-batch",
        TimelineEffect.PointToPoint => "what a hand-over holds up follows from the schedule; the closed form shows a fitted share of each",
        TimelineEffect.DataParallel => "each virtual stage's traffic starts when its gradients are there and ends when it ends; the closed form hides a fitted share and never all",
        TimelineEffect.Optimizer => "the fullest rank's own weights are counted, embedding and head tables too",
        TimelineEffect.ExpertLoads => "the fullest expert rank of each layer and micro-batch is waited for, where the closed form balances loads",
        _ => "ranks meet in their own groups, whole pipelines only at the end, and a slower stage costs nothing where another is longer still; the closed form lets all meet all the time, and takes fewer than a server's ranks for a server's",
    };
}
