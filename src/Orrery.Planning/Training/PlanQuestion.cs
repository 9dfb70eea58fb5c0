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
}
