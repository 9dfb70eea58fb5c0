namespace Orrery.Analysis.Collectives;

/// <summary>How a collective moves its data.</summary>
public enum CollectiveAlgorithm
{
    /// <summary>One rank, or nothing to move.</summary>
    None,

    /// <summary>Neighbour to neighbour.</summary>
    Ring,

    /// <summary>Recursive halving and doubling (trees): few steps, all distances.</summary>
    Doubling,

    /// <summary>Every rank to every other at once.</summary>
    Direct,

    /// <summary>Switches add up on the way.</summary>
    InNetwork,

    /// <summary>Inner tier by inner tier, every rank with its own rail to the next tier.</summary>
    Hierarchical,

    /// <summary>A latency-tuned one-step all-reduce.</summary>
    OneShot,
}

/// <summary>What a collective costs one rank.</summary>
/// <param name="Seconds">From the last rank's arrival to the last rank's departure.</param>
/// <param name="Sent">Bytes that one rank sends on each tier; it receives as many.</param>
/// <param name="Algorithm">The fastest of those possible.</param>
public readonly record struct CollectiveCost(double Seconds, TierBytes Sent, CollectiveAlgorithm Algorithm);

/// <summary>Bytes by tier, innermost first; tiers beyond the fourth count with it.</summary>
public readonly record struct TierBytes(double First, double Second, double Third, double Fourth)
{
    public double Total => First + Second + Third + Fourth;

    public double this[int tier] => tier switch { 0 => First, 1 => Second, 2 => Third, _ => Fourth };

    public TierBytes Plus(int tier, double bytes) => tier switch
    {
        0 => this with { First = First + bytes },
        1 => this with { Second = Second + bytes },
        2 => this with { Third = Third + bytes },
        _ => this with { Fourth = Fourth + bytes },
    };
}
