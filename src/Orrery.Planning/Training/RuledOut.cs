namespace Orrery.Planning.Training;

/// <summary>Why strategies need no evaluation of their own; the search's proof names each with how many it ruled out.</summary>
public enum RuledOut
{
    /// <summary>The layout's kernels and bubble alone take longer than the last strategy kept.</summary>
    Layout,

    /// <summary>So do they with the layout's exchanges, wherever its groups lie.</summary>
    Exchanges,

    /// <summary>So does the layout with what must run again or wait in host memory for it to fit.</summary>
    Tight,

    /// <summary>So does this placement, sequence parallelism and overlap.</summary>
    Placement,

    /// <summary>So does this split, schedule and sharding.</summary>
    Plan,

    /// <summary>It does not fit in memory, whatever is run again or waits in host memory.</summary>
    Memory,

    /// <summary>It is another name for an evaluated one: the same groups on every tier, the same ops run again.</summary>
    Same,

    /// <summary>More layers wait in host memory than need to, or too few for it to fit.</summary>
    Offload,
}
