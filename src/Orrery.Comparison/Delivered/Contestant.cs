using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Comparison.Delivered;

/// <summary>One side of a comparison: chips of a system and the software they run.</summary>
/// <param name="Text">As it was asked for: "gb200-nvl72" or "gb200-nvl72:144".</param>
public sealed record Contestant(string Text, Cluster Cluster, SoftwareStack Stack)
{
    public string Name => Cluster.Chips == Cluster.System.Chips
        ? Cluster.System.Name
        : FormattableString.Invariant($"{Cluster.System.Name} ({Cluster.Chips} chips)");

    /// <summary>
    /// What is asked of the planner for one side. Everything stays on the chips: a comparison must not turn on whose host memory and link
    /// the catalog knows.
    /// </summary>
    public PlanQuestion Ask(TrainingWorkload workload, int chips)
    {
        var question = new PlanQuestion(workload, Cluster with { Chips = chips }, Stack) { Keep = 1 };
        return question with { Limits = question.Limits.WithoutOffload() };
    }
}
