using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Training;

/// <summary>Which strategy trains the most tokens a second?</summary>
/// <param name="Cluster">The chips there are; a strategy may leave some idle.</param>
public sealed record PlanQuestion(TrainingWorkload Workload, Cluster Cluster, SoftwareStack Stack)
{
    public PlanLimits Limits { get; init; } = PlanLimits.For(Stack, Cluster.System);

    /// <summary>Layouts, best first, that are found and proven: the best and its runners-up.</summary>
    public int Keep { get; init; } = 4;

    /// <summary>Seconds that a step must stay under to be of interest; what takes longer is not looked for, and none may be left.</summary>
    public double LongestStep { get; init; } = double.PositiveInfinity;
}
