namespace Orrery.Evidence.Pairs;

/// <summary>The one thing that the rows of a set differ in.</summary>
public enum PairKind
{
    /// <summary>Degrees, micro-batch, sharding, schedule, overlap: all of the strategy but recompute.</summary>
    Strategy,
    Recompute,

    /// <summary>Strategy and recompute together: all that a planner chooses between. Holds the pairs of both kinds before it.</summary>
    Plan,

    /// <summary>Number format of the weight products.</summary>
    Precision,

    /// <summary>Chips, and with them data-parallel ranks, at one global batch or at one batch a rank.</summary>
    Scale,
}
