namespace Orrery.Simulation.Timeline;

/// <summary>What a step's time is made of, in terms that the closed form and the timeline share. The parts sum to the step.</summary>
public enum TimelineEffect
{
    /// <summary>What a stage of mean load works, without context-parallel exchange.</summary>
    Work,
    ContextExchange,

    /// <summary>Filling and draining, were all stages of mean load.</summary>
    Bubble,

    /// <summary>What uneven stages add.</summary>
    Imbalance,

    /// <summary>What hand-overs between stages add.</summary>
    PointToPoint,

    /// <summary>What gradients and weights travelling between data-parallel ranks add.</summary>
    DataParallel,
    Optimizer,

    /// <summary>What expert ranks of uneven load add, mean over steps.</summary>
    ExpertLoads,

    /// <summary>What waiting for slower ranks adds, mean over steps.</summary>
    Jitter,
}

/// <summary>One part of a step, in seconds, as the closed form has it and as it was played.</summary>
public readonly record struct EffectTime(TimelineEffect Effect, double Closed, double Played)
{
    public double Difference => Played - Closed;
}
